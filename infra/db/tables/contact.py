"""Tables of changes to a person's data, and of alerts in a person's name. Personal data inside."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, PrimaryKeyConstraint, String, Table

from infra.db.tables.columns import Id, Instant, Json, Word, metadata
from infra.db.tables.sealed import SUBJECT, SealedJson

contact_proposals = Table(
    "contact_proposals",
    metadata,
    Column("case_id", Id, primary_key=True),
    Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
    Column("wanted", SealedJson("contact_proposals.wanted"), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("new_verified", Boolean, nullable=False),
    Column("old_verified", Boolean, nullable=False),
    Column("policy_nos", Json, nullable=False),
    info={SUBJECT: "party_id"},
)

party_versions = Table(
    "party_versions",
    metadata,
    Column("party_id", Id, ForeignKey("parties.id")),
    Column("no", Integer),
    Column("cause", Word, nullable=False),
    Column("case_id", Id, nullable=False, index=True),
    Column("effective_at", Instant, nullable=False),
    Column("before_image", SealedJson("party_versions.before_image"), nullable=False),
    Column("before_hash", String(64), nullable=False),
    Column("after_hash", String(64), nullable=False),
    Column("reversed_by", Integer),
    PrimaryKeyConstraint("party_id", "no"),
    info={SUBJECT: "party_id"},
)

risk_alerts = Table(
    "risk_alerts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, nullable=False, index=True),
    Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
    Column("reason", Word, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("lifted_at", Instant),
)
