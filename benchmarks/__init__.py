"""Measured claims: every budget as a ratio in one run."""
