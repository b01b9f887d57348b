"""What callers send and see."""
