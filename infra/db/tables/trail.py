"""Tables of what cases did and wait for: journal, tasks, waits, messages, effects, audit."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    func,
)

from infra.db.tables.columns import Id, Instant, Json, Serial, Word, metadata, one_of

instances = Table(
    "instances",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, nullable=False, index=True),
    Column("run_id", Id, nullable=False),
    Column("process_id", Id),
    Column("generation", Integer, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Column("outcome", Word),
)

journal = Table(
    "journal",
    metadata,
    Column("no", Serial, primary_key=True, autoincrement=True),
    Column("instance_id", Id, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("case_id", Id, nullable=False, index=True),
    Column("run_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", Word, nullable=False),
    Column("element", Id),
    Column("name", String(300)),
    Column("key", Integer),
    Column("data", Json, nullable=False),
    Column("hash", String(64), nullable=False),
    Index("uq_journal_instance_id_seq_generation", "instance_id", "seq", "generation", unique=True),
)

waits = Table(
    "waits",
    metadata,
    Column("instance_id", Id),
    Column("kind", Word),
    Column("key", Integer),
    Column("case_id", Id, nullable=False, index=True),
    Column("element", Id),
    Column("name", String(300)),
    Column("due", Instant),
    Column("data", Json, nullable=False),
    Column("opened_at", Instant, nullable=False),
    PrimaryKeyConstraint("instance_id", "kind", "key"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("no", Serial, primary_key=True, autoincrement=True),
    Column("instance_id", Id, nullable=False),
    Column("wait", Integer, nullable=False),
    Column("process_id", Id, nullable=False),
    Column("message", Id, nullable=False),
    Column("correlation_key", String(300), nullable=False),
    Column("once", Boolean, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Index("uq_subscriptions_instance_id_wait", "instance_id", "wait", unique=True),
    Index(None, "message", "correlation_key"),
)

messages = Table(
    "messages",
    metadata,
    Column("no", Serial, primary_key=True, autoincrement=True),
    Column("id", String(200), nullable=False),
    Column("name", Id, nullable=False),
    Column("key", String(300), nullable=False),
    Column("variables", Json, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("publisher", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("result", Word, nullable=False),
    one_of("result", "correlated", "buffered", "dropped"),
    Index("uq_messages_name_key_id", "name", "key", "id", unique=True),
    Index(None, "name", "key", "expires_at"),
)

message_deliveries = Table(
    "message_deliveries",
    metadata,
    Column("message_no", Serial, ForeignKey("messages.no")),
    Column("instance_id", Id),
    Column("wait", Integer),
    Column("message_id", String(200), nullable=False),
    Column("process_id", Id, nullable=False),
    Column("state", Word, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("message_no", "instance_id", "wait"),
    one_of("state", "PENDING", "CONSUMED", "RETURNED"),
    Index(None, "instance_id", "wait", "state"),
    Index(None, "state", "at"),
)

incidents = Table(
    "incidents",
    metadata,
    Column("instance_id", Id),
    Column("key", Integer),
    Column("case_id", Id, nullable=False, index=True),
    Column("element", Id),
    Column("name", String(300)),
    Column("code", Word, nullable=False),
    Column("message", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    PrimaryKeyConstraint("instance_id", "key"),
    Index(None, "closed_at", "opened_at"),
)

human_tasks = Table(
    "human_tasks",
    metadata,
    Column("instance_id", Id),
    Column("key", Integer),
    Column("case_id", Id, nullable=False, index=True),
    Column("element", Id, nullable=False),
    Column("name", String(300), nullable=False),
    Column("state", Word, nullable=False),
    Column("assignee", Id),
    Column("candidate_groups", Json, nullable=False),
    Column("candidate_users", Json, nullable=False),
    Column("due", Instant),
    Column("follow_up", Instant),
    Column("priority", Integer, nullable=False),
    Column("form", Json, nullable=False),
    Column("headers", Json, nullable=False),
    Column("variables", Json, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("outcome", Word),
    PrimaryKeyConstraint("instance_id", "key"),
    one_of("state", "OPEN", "CLAIMED", "COMPLETED", "WITHDRAWN"),
    Index(None, "state", "opened_at", "instance_id", "key"),
    Index(None, "assignee", "state"),
)

human_task_candidates = Table(
    "human_task_candidates",
    metadata,
    Column("instance_id", Id),
    Column("key", Integer),
    Column("kind", String(5)),
    Column("candidate", Id),
    PrimaryKeyConstraint("instance_id", "key", "kind", "candidate"),
    ForeignKeyConstraint(
        ["instance_id", "key"], ["human_tasks.instance_id", "human_tasks.key"], ondelete="CASCADE"
    ),
    one_of("kind", "user", "group"),
    Index(None, "kind", "candidate"),
)

human_task_deeds = Table(
    "human_task_deeds",
    metadata,
    Column("no", Serial, primary_key=True, autoincrement=True),
    Column("instance_id", Id, nullable=False),
    Column("key", Integer, nullable=False),
    Column("case_id", Id, nullable=False, index=True),
    Column("element", Id, nullable=False),
    Column("request_id", String(200), nullable=False),
    Column("act", Word, nullable=False),
    Column("actor", Id, nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("level", Integer, nullable=False),
    Column("outcome", Word),
    Column("comment", Text, nullable=False),
    Column("variables", Json, nullable=False),
    Column("content_hash", String(64)),
    Column("delegate_to", Id),
    Column("limit_version", Integer),
    Column("certificate_id", Id),
    one_of("act", "claim", "unclaim", "delegate", "complete"),
    Index("uq_human_task_deeds_instance_id_request_id", "instance_id", "request_id", unique=True),
)

effects = Table(
    "effects",
    metadata,
    Column("key", String(300), primary_key=True),
    Column("kind", Word, nullable=False),
    Column("case_id", Id, nullable=False, index=True),
    Column("instance_id", Id, nullable=False),
    Column("element", Id, nullable=False),
    Column("result", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", Id, nullable=False),
    Column("detail", Json, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("stream", Id),
    Column("seq", Integer),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("action", Word, nullable=False),
    Column("actor", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Column("object_type", Word, nullable=False),
    Column("object_id", String(300), nullable=False),
    Column("detail", Json, nullable=False),
    Column("recorded_at", Instant, nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("stream", "seq"),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("stream", Id, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)
