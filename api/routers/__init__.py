"""Routes, one module per resource: no rule, no query."""
