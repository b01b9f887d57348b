"""Tables of those who work on cases, what they may do, and when work is done."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    text,
)

from infra.db.tables.columns import Id, Instant, Json, Word, currency, metadata, one_of

operators = Table(
    "operators",
    metadata,
    Column("id", Id, primary_key=True),
    Column("party_id", Id),
    Column("unit", Word, nullable=False),
    Column("level", Integer, nullable=False),
    Column("roles", Json, nullable=False),
    Column("groups", Json, nullable=False),
    Column("status", Word, nullable=False),
    Column("conflicts", Json, nullable=False),
    Column("agent_id", Id),
    Column("mail", String(200)),
    one_of("status", "ACTIVE", "SUSPENDED", "LEFT"),
)

agents = Table(
    "agents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit", Word, nullable=False),
    Column("status", Word, nullable=False),
    Column("left_on", Date),
    one_of("status", "ACTIVE", "LEFT"),
)

orphaned_policies = Table(
    "orphaned_policies",
    metadata,
    Column("case_id", Id, primary_key=True),
    Column("agent_id", Id, ForeignKey("agents.id"), nullable=False, index=True),
    Column("policy_no", Id, nullable=False),
)

qualifications = Table(
    "qualifications",
    metadata,
    Column("id", Id, primary_key=True),
    Column("operator_id", Id, ForeignKey("operators.id"), nullable=False, index=True),
    Column("type", Word, nullable=False),
    Column("valid_from", Instant, nullable=False),
    Column("valid_to", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_reason", String(500)),
)

authority_limits = Table(
    "authority_limits",
    metadata,
    Column("item", Word),
    Column("level", Integer),
    Column("version", Integer),
    Column("maximum_minor", BigInteger),
    currency(),
    Column("effective_from", Date, nullable=False),
    PrimaryKeyConstraint("item", "level", "version"),
)

calendars = Table(
    "calendars",
    metadata,
    Column("jurisdiction", Word, primary_key=True),
    Column("covered_from", Date, nullable=False),
    Column("covered_until", Date, nullable=False),
    Column("source", String(200), nullable=False),
    Column("version", Integer, nullable=False, server_default=text("1")),
)

calendar_days = Table(
    "calendar_days",
    metadata,
    Column("jurisdiction", Word, ForeignKey("calendars.jurisdiction")),
    Column("day", Date),
    Column("working", Boolean, nullable=False),
    Column("name", String(200), nullable=False),
    PrimaryKeyConstraint("jurisdiction", "day"),
)
