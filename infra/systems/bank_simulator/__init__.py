"""A small bank of its own: payments by key, account checks, results reported, faults on command."""
