"""Table of emergency grants and their reviews."""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Integer, String, Table

from infra.db.tables.columns import Id, Instant, Json, Word, metadata, one_of

emergency_grants = Table(
    "emergency_grants",
    metadata,
    Column("id", Id, primary_key=True),
    Column("given_to", Id, ForeignKey("operators.id"), nullable=False, index=True),
    Column("level", Integer, nullable=False),
    Column("items", Json, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("ordered_by", Id, nullable=False),
    Column("agreed_by", Id, nullable=False),
    Column("review_due_on", Date, nullable=False),
    Column("ended_at", Instant),
    Column("reviewed_at", Instant, index=True),
    Column("reviewed_by", Id),
    Column("finding", Word),
    Column("note", String(500)),
    one_of("finding", "JUSTIFIED", "NOT_JUSTIFIED"),
    CheckConstraint(
        "ordered_by <> agreed_by AND given_to NOT IN (ordered_by, agreed_by)", name="two_others"
    ),
)
