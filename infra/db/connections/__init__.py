"""Connections to the database, and how rows are read and written over them."""
