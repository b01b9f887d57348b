"""Table of legal holds: what must be kept until two persons lift it."""

from sqlalchemy import CheckConstraint, Column, Index, String, Table

from infra.db.tables.columns import Id, Instant, Word, metadata, one_of

legal_holds = Table(
    "legal_holds",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Word, nullable=False),
    Column("target", Id, nullable=False),
    Column("basis", Word, nullable=False),
    Column("reference", String(120)),
    Column("reason", String(500), nullable=False),
    Column("placed_by", Id, nullable=False),
    Column("placed_at", Instant, nullable=False),
    Column("lift_ordered_by", Id),
    Column("lifted_by", Id),
    Column("lifted_at", Instant),
    Column("lift_reason", String(500)),
    one_of("kind", "PERSON", "POLICY", "CASE"),
    CheckConstraint("lift_ordered_by <> lifted_by", name="two_lift_it"),
    Index(None, "kind", "target"),
    Index(None, "placed_at", "id"),
)
