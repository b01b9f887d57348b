"""Tables of the repair desk: incidents set aside by people, and what operations let stand still."""

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, String, Table

from infra.db.tables.columns import Id, Instant, Word, metadata, one_of

incident_marks = Table(
    "incident_marks",
    metadata,
    Column("instance_id", Id),
    Column("key", Integer),
    Column("opened_at", Instant),
    Column("case_id", Id, nullable=False, index=True),
    Column("state", Word, nullable=False),
    Column("by", Id, nullable=False),
    Column("role", Word, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("at", Instant, nullable=False),
    Column("anomaly_id", Id),
    PrimaryKeyConstraint("instance_id", "key", "opened_at"),
    one_of("state", "ignored", "handed-over"),
)

standstills = Table(
    "standstills",
    metadata,
    Column("kind", Word),
    Column("target", Id),
    Column("id", Id, nullable=False),
    Column("by", Id, nullable=False),
    Column("role", Word, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("since", Instant, nullable=False),
    Column("probe_at", Instant),
    Column("tries", Integer, nullable=False, server_default="0"),
    PrimaryKeyConstraint("kind", "target"),
    one_of("kind", "process", "activity", "system"),
)
