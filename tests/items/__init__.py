"""Random servicing items on random policies, with real activities on a real database."""
