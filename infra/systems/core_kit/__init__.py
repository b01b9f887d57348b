"""The contract kit: what an insurer's adapter has to pass before Baoquan relies on it."""
