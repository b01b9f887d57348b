"""Table of who was reminded of certificates that run out, and whether the mail was taken."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from infra.db.tables.columns import Id, Instant, Word, metadata, one_of

certificate_reminders = Table(
    "certificate_reminders",
    metadata,
    Column("id", Id, primary_key=True),
    Column("certificate_id", Id, ForeignKey("qualifications.id"), nullable=False, index=True),
    Column("mark", Integer, nullable=False),
    Column("told_to", Id, nullable=False),
    Column("told_at", Instant, nullable=False),
    Column("state", Word, nullable=False),
    Column("receipt", String(200)),
    one_of("state", "TO_SEND", "SENT", "REFUSED", "NO_ADDRESS"),
    Index(None, "state", "told_at"),
)
