"""The policy book: policies, parties and their consents, money, and what was written to them."""
