"""Law and calendars as data."""
