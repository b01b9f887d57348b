"""The interpreter's host in Temporal: occurrences in, commands carried out."""
