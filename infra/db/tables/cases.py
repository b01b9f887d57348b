"""Tables of cases: requests, clocks, findings, anomalies, feedback, idempotency."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from infra.db.tables.columns import Id, Instant, Json, Salt, Serial, Word, metadata, one_of

cases = Table(
    "cases",
    metadata,
    Column("id", Id, primary_key=True),
    Column("process_id", Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("program_hash", String(64), nullable=False),
    Column("status", Word, nullable=False),
    Column("policy_no", Id, nullable=False, index=True),
    Column("item", Word, nullable=False),
    Column("channel", Word, nullable=False),
    Column("notice_arrived_at", Instant, nullable=False),
    Column("applicant_party_id", Id, nullable=False, index=True),
    Column("applicant_role", Word, nullable=False),
    Column("started_by", Id, nullable=False),
    Column("accepted_at", Instant, nullable=False),
    Column("variables", Json, nullable=False),
    Column("clock_offset", Float, nullable=False),
    Column("fingerprint", String(64), index=True),
    Column("duplicate_of", Id),
    Column("start_element", Id),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Column("outcome", Word),
    Column("pack", Word),
    Column("pack_hash", String(64)),
    Column("device", String(64), index=True),
    Index(None, "accepted_at", "id"),
    Index(None, "finished_at"),
    Index(None, "status", "accepted_at", "id"),
)

case_requests = Table(
    "case_requests",
    metadata,
    Column("case_id", Id, ForeignKey("cases.id")),
    Column("no", Integer),
    Column("policy_no", Id, nullable=False),
    Column("item", Word, nullable=False),
    Column("payload", Json, nullable=False),
    Column("payload_hash", String(64), nullable=False),
    Column("quote", Json),
    Column("salt", Salt),
    PrimaryKeyConstraint("case_id", "no"),
)

clocks = Table(
    "clocks",
    metadata,
    Column("case_id", Id),
    Column("rule_id", Word),
    Column("place", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("zone_offset_minutes", Integer, nullable=False),
    Column("warn_at", Instant, nullable=False),
    Column("due_strict", Instant, nullable=False),
    Column("due_legal", Instant, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("state", Word, nullable=False),
    Column("closed_at", Instant),
    Column("paused_at", Instant),
    Column("next_alarm_at", Instant),
    Column("target_on", Date),
    PrimaryKeyConstraint("case_id", "rule_id"),
    one_of("state", "RUNNING", "MET", "BREACHED", "STOPPED"),
    Index(None, "state", "due_strict"),
    Index(None, "state", "next_alarm_at"),
)

clock_pauses = Table(
    "clock_pauses",
    metadata,
    Column("no", Serial, primary_key=True, autoincrement=True),
    Column("case_id", Id, nullable=False),
    Column("rule_id", Word, nullable=False),
    Column("paused_at", Instant, nullable=False),
    Column("resumed_at", Instant, nullable=False),
    Index(None, "case_id", "rule_id"),
)

verifications = Table(
    "verifications",
    metadata,
    Column("no", Serial, primary_key=True, autoincrement=True),
    Column("id", Id, nullable=False, unique=True),
    Column("case_id", Id, nullable=False, index=True),
    Column("subject", Id, nullable=False),
    Column("type", Word, nullable=False),
    Column("provider", Word, nullable=False),
    Column("result", Word, nullable=False),
    Column("score", Word),
    Column("at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("evidence", Json, nullable=False),
    Column("salt", Salt),
)

anomalies = Table(
    "anomalies",
    metadata,
    Column("no", Serial, primary_key=True, autoincrement=True),
    Column("id", Id, nullable=False, unique=True),
    Column("case_id", Id, nullable=False, index=True),
    Column("class", Word, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("detail", Text, nullable=False),
    Column("element", Id),
    Column("route", Word, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("due_on", Date),
    Column("outcome", Word),
    Column("note", Text, nullable=False),
    Column("closed_at", Instant),
)

surveys = Table(
    "surveys",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, nullable=False, index=True),
    Column("party_id", Id, nullable=False),
    Column("type", Word, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("csat", Integer),
    Column("comment", Text, nullable=False),
    Column("answered_at", Instant),
)

recoveries = Table(
    "recoveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("survey_id", Id, ForeignKey("surveys.id"), nullable=False, unique=True),
    Column("case_id", Id, nullable=False, index=True),
    Column("opened_at", Instant, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("closed_at", Instant),
    Column("outcome", String(500)),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("key", String(200)),
    Column("principal", Id),
    Column("body_hash", String(64), nullable=False),
    Column("status_code", Integer, nullable=False),
    Column("response", Json, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("key", "principal"),
)
