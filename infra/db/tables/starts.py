"""Tables of start events: what begins cases of the newest versions, and what has begun which."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    false,
)

from infra.db.tables.columns import Id, Instant, Json, Serial, Word, metadata, one_of

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
    Column("condition", Json),
    Column("gathers", Boolean, nullable=False, server_default=false()),
    PrimaryKeyConstraint("process_id", "element", "part"),
    ForeignKeyConstraint(
        ["process_id", "version"], ["definitions.process_id", "definitions.version"]
    ),
    one_of("kind", "none", "message", "signal", "timer", "condition"),
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

gathered_events = Table(
    "gathered_events",
    metadata,
    Column("no", Serial, primary_key=True, autoincrement=True),
    Column("process_id", Id, nullable=False),
    Column("element", Id, nullable=False),
    Column("kind", Word, nullable=False),
    Column("name", String(300), nullable=False),
    Column("source", String(120), nullable=False),
    Column("key", String(300), nullable=False),
    Column("variables", Json, nullable=False),
    Column("publisher", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Column("case_id", Id),
    Index("uq_gathered_events_kind_source_process_id", "kind", "source", "process_id", unique=True),
    Index(None, "process_id", "element", "key"),
    sqlite_autoincrement=True,
)
"""What starts keep that wait for several events; with a case: it was used to begin that."""
