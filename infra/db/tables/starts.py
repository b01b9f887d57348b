"""Tables of start events: what begins cases of the newest versions, and what has begun which."""

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
)

from infra.db.tables.columns import Id, Instant, Word, metadata, one_of

start_events = Table(
    "start_events",
    metadata,
    Column("process_id", Id),
    Column("element", Id),
    Column("part", Integer),
    Column("version", Integer, nullable=False),
    Column("kind", Word, nullable=False),
    Column("name", String(300), nullable=False),
    Column("form", Word, nullable=False),
    Column("due", Instant),
    Column("anchor", Instant),
    Column("left", Integer),
    PrimaryKeyConstraint("process_id", "element", "part"),
    ForeignKeyConstraint(
        ["process_id", "version"], ["definitions.process_id", "definitions.version"]
    ),
    one_of("kind", "none", "message", "signal", "timer"),
    Index(None, "kind", "name"),
    Index(None, "due"),
)
"""Of the newest version of each process alone."""

begun_cases = Table(
    "begun_cases",
    metadata,
    Column("case_id", Id, primary_key=True),
    Column("process_id", Id, nullable=False),
    Column("kind", Word, nullable=False),
    Column("source", String(120), nullable=False),
    Column("name", String(300), nullable=False),
    Column("key", String(300), nullable=False),
    Index("uq_begun_cases_kind_source_process_id", "kind", "source", "process_id", unique=True),
    Index(None, "process_id", "name", "key"),
)
"""Which event began a case; for messages one goes on at a time for each process, name and key."""
