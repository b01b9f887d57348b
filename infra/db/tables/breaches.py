"""The register of breaches, what was done about each, and who was mailed about its limits."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from infra.db.tables.columns import Id, Instant, Json, Serial, Word, metadata, one_of

breaches = Table(
    "breaches",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Word, nullable=False),
    Column("severity", Word, nullable=False),
    Column("data", Json, nullable=False),
    Column("people", Integer, nullable=False),
    Column("case_id", Id, index=True),
    Column("description", String(500), nullable=False),
    Column("exposure", String(500), nullable=False),
    Column("known_at", Instant, nullable=False),
    Column("reported_by", Id, nullable=False),
    Column("reported_at", Instant, nullable=False),
    Column("pack", Word, nullable=False),
    Column("authority_due_at", Instant),
    Column("subjects_due_at", Instant),
    Column("closed_at", Instant),
    one_of("severity", "LOW", "MEDIUM", "HIGH", "CRITICAL"),
    Index(None, "known_at", "id"),
)

breach_steps = Table(
    "breach_steps",
    metadata,
    Column("no", Serial, primary_key=True, autoincrement=True),
    Column("breach_id", Id, ForeignKey("breaches.id"), nullable=False, index=True),
    Column("step", Word, nullable=False),
    Column("note", String(500), nullable=False),
    Column("by", Id, nullable=False),
    Column("at", Instant, nullable=False),
)

breach_mails = Table(
    "breach_mails",
    metadata,
    Column("id", Id, primary_key=True),
    Column("breach_id", Id, ForeignKey("breaches.id"), nullable=False, index=True),
    Column("duty", Word, nullable=False),
    Column("mark", Integer, nullable=False),
    Column("told_to", Id, nullable=False),
    Column("told_at", Instant, nullable=False),
    Column("state", Word, nullable=False),
    Column("receipt", String(200)),
    one_of("state", "TO_SEND", "SENT", "REFUSED", "NO_ADDRESS"),
    Index(None, "state", "told_at"),
)
