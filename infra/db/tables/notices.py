"""Table of notices to staff."""

from sqlalchemy import Column, Index, Integer, Table

from infra.db.tables.columns import Id, Instant, Serial, Word, metadata

staff_notices = Table(
    "staff_notices",
    metadata,
    Column("no", Serial, primary_key=True, autoincrement=True),
    Column("id", Id, nullable=False, unique=True),
    Column("code", Word, nullable=False),
    Column("case_id", Id, nullable=False, index=True),
    Column("instance_id", Id, nullable=False),
    Column("key", Integer, nullable=False),
    Column("about", Id, nullable=False),
    Column("unit", Word, nullable=False),
    Column("above_level", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "unit", "above_level", "no"),
)
