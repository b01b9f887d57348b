"""The database: one engine, one unit of work, one repository module per aggregate."""
