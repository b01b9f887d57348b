"""What lists, pages and figures read."""
