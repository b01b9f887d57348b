"""Anchors of the audit chains, outside the database: keys, the log, and who writes it."""
