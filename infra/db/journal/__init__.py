"""What instances did: told, folded into tables, and each effect once."""
