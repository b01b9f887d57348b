"""A working day: cases played through the public API as its callers would, and checked."""
