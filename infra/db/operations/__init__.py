"""What is stuck, what is done about it, and whether the books agree."""
