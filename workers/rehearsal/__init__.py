"""Rehearsal: recorded histories replayed with this code before it serves anybody."""
