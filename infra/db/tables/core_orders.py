"""The table of what the insurer's core system was asked: written before it is called."""

from sqlalchemy import Column, Integer, Table

from infra.db.tables.columns import Id, Instant, Json, Word, metadata, one_of

core_orders = Table(
    "core_orders",
    metadata,
    Column("key", Id, primary_key=True),
    Column("no", Integer, nullable=False),
    Column("case_id", Id, nullable=False, index=True),
    Column("policy_no", Id, nullable=False),
    Column("operation", Word, nullable=False),
    Column("wish", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Column("state", Word, nullable=False),
    Column("ref", Id),
    one_of("operation", "reserve", "commit", "cancel", "reverse"),
    one_of("state", "INTENT", "UNKNOWN", "DONE", "REFUSED"),
)
"""``no``: the place among the orders of the case."""
