"""A small core policy system of its own: reservations, policy versions and a ledger, by key."""
