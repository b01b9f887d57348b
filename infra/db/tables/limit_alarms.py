"""Table of what was told about time limits, to whom, and whether the mail was taken."""

from sqlalchemy import Column, Index, Integer, String, Table

from infra.db.tables.columns import Id, Instant, Word, metadata, one_of

limit_alarms = Table(
    "limit_alarms",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, nullable=False, index=True),
    Column("rule_id", Word, nullable=False),
    Column("mark", Integer, nullable=False),
    Column("rung", Word, nullable=False),
    Column("operator_id", Id, nullable=False),
    Column("told_at", Instant, nullable=False),
    Column("state", Word, nullable=False),
    Column("receipt", String(200)),
    one_of("state", "TO_SEND", "SENT", "REFUSED", "NO_ADDRESS"),
    Index(None, "state", "told_at"),
)
