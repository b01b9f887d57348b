"""A sandbox identity bureau: compares papers with its files; may be told to be away."""
