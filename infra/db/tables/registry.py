"""Table of what was done to entries of the registry, and why."""

from sqlalchemy import Column, ForeignKey, String, Table

from infra.db.tables.columns import Id, Instant, Serial, Word, metadata

operator_acts = Table(
    "operator_acts",
    metadata,
    Column("no", Serial, primary_key=True, autoincrement=True),
    Column("operator_id", Id, ForeignKey("operators.id"), nullable=False, index=True),
    Column("act", Word, nullable=False),
    Column("proposed_by", Id),
    Column("by", Id, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("at", Instant, nullable=False),
)
