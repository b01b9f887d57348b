"""Tables of who acts for whom: delegated authority, absences."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, String, Table

from infra.db.tables.columns import Id, Instant, Json, currency, metadata

delegations = Table(
    "delegations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("given_by", Id, ForeignKey("operators.id"), nullable=False, index=True),
    Column("given_to", Id, ForeignKey("operators.id"), nullable=False, index=True),
    Column("items", Json, nullable=False),
    Column("maximum_minor", BigInteger),
    currency(),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_by", Id),
    Column("revoked_reason", String(500)),
    CheckConstraint("given_by <> given_to", name="given_to_another"),
)

absences = Table(
    "absences",
    metadata,
    Column("id", Id, primary_key=True),
    Column("operator_id", Id, ForeignKey("operators.id"), nullable=False, index=True),
    Column("substitute_id", Id, ForeignKey("operators.id"), index=True),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("told_by", Id, nullable=False),
    Column("told_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("ended_by", Id),
    Column("ended_reason", String(500)),
)
