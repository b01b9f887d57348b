"""Tables of batches: what is done to many cases, and what came of it for each."""

from sqlalchemy import Column, Float, Index, Integer, PrimaryKeyConstraint, String, Table

from infra.db.tables.columns import Id, Instant, Json, Word, metadata, one_of

batches = Table(
    "batches",
    metadata,
    Column("id", Id, primary_key=True),
    Column("act", Json, nullable=False),
    Column("filter", Json, nullable=False),
    Column("rate", Float, nullable=False),
    Column("failure_share", Float, nullable=False),
    Column("state", Word, nullable=False),
    Column("why", String(500), nullable=False),
    Column("ordered_by", Id, nullable=False),
    Column("role", Word, nullable=False),
    Column("proposed_by", Id, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("ordered_at", Instant, nullable=False),
    Column("selected_at", Instant),
    Column("finished_at", Instant),
    one_of("state", "RUNNING", "PAUSED", "STOPPED", "CANCELLED", "COMPLETED"),
    Index(None, "ordered_at", "id"),
)

batch_items = Table(
    "batch_items",
    metadata,
    Column("batch_id", Id, nullable=False),
    Column("no", Integer, nullable=False),
    Column("case_id", Id, nullable=False),
    Column("instance_id", Id, nullable=False),
    Column("incident", Integer),
    Column("state", Word, nullable=False),
    Column("problem", Word),
    Column("detail", String(500), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("at", Instant),
    PrimaryKeyConstraint("batch_id", "no"),
    one_of("state", "PENDING", "DONE", "FAILED"),
    Index(None, "batch_id", "state", "no"),
)
