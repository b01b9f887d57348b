"""Processes that do the work."""
