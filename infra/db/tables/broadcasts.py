"""Tables of signals: who listens, what was broadcast, and who is still to hear it."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
)

from infra.db.tables.columns import Id, Instant, Json, Salt, Serial, Word, metadata, one_of

signal_subscriptions = Table(
    "signal_subscriptions",
    metadata,
    Column("instance_id", Id),
    Column("wait", Integer),
    Column("signal", Id, nullable=False),
    Column("opened_at", Instant, nullable=False),
    PrimaryKeyConstraint("instance_id", "wait"),
    Index(None, "signal", "instance_id", "wait"),
)

signals = Table(
    "signals",
    metadata,
    Column("no", Serial, primary_key=True, autoincrement=True),
    Column("id", String(300), nullable=False),
    Column("name", Id, nullable=False),
    Column("variables", Json, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("publisher", Id, nullable=False),
    Column("at", Instant, nullable=False, index=True),
    Column("salt", Salt),
    Index("uq_signals_name_id", "name", "id", unique=True),
    sqlite_autoincrement=True,
)
"""Numbers are never used again: an instance knows by them what it has heard."""

signal_deliveries = Table(
    "signal_deliveries",
    metadata,
    Column("signal_no", Serial, ForeignKey("signals.no")),
    Column("instance_id", Id),
    Column("wait", Integer),
    Column("state", Word, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("signal_no", "instance_id", "wait"),
    one_of("state", "PENDING", "CONSUMED", "RETURNED"),
    Index(None, "instance_id", "state", "signal_no"),
    Index(None, "state", "at"),
)
