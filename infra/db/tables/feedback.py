"""Tables of feedback: complaints and their limits, improvement items and what became of them."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Index, Integer, String, Table

from infra.db.tables.columns import Id, Instant, Json, Word, metadata, one_of

complaints = Table(
    "complaints",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, nullable=False, index=True),
    Column("cause", Word, nullable=False),
    Column("channel", Word, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("registered_by", Id, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("outcome", Word),
    Column("decided_by", Id),
    Column("decided_at", Instant),
    Column("reason", String(500), nullable=False),
    Column("complainants", Integer, nullable=False, server_default="1"),
    Column("service_due_on", Date),
    Column("extension", Word),
    Column("facts", String(500)),
    Column("basis", String(500)),
    Column("review_until", Date),
    Column("review_asked_at", Instant),
    Column("review_due_on", Date),
    Column("review_outcome", Word),
    Column("reviewed_by", Id),
    Column("reviewed_at", Instant),
    Column("review_reason", String(500)),
    Column("target_on", Date),
    one_of("outcome", "UPHELD", "PARTLY_UPHELD", "NOT_UPHELD", "WITHDRAWN"),
    Index(None, "due_at", "id"),
)

complaint_letters = Table(
    "complaint_letters",
    metadata,
    Column("id", Id, primary_key=True),
    Column("complaint_id", Id, nullable=False),
    Column("case_id", Id, nullable=False, index=True),
    Column("template", Word, nullable=False),
    Column("facts", Json, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("sent_at", Instant, index=True),
)

survey_choices = Table(
    "survey_choices",
    metadata,
    Column("party_id", Id, primary_key=True),
    Column("wanted", Boolean, nullable=False),
    Column("channel", Word, nullable=False),
    Column("chosen_at", Instant, nullable=False),
    Column("recorded_by", Id, nullable=False),
)

improvement_items = Table(
    "improvement_items",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source", Word, nullable=False),
    Column("reason", String(300), nullable=False),
    Column("process_id", Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("problem", String(500), nullable=False),
    Column("state", Word, nullable=False),
    Column("opened_by", Id, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("done_version", Integer),
    Column("closed_by", Id),
    Column("closed_at", Instant),
    Column("closing_reason", String(500)),
    one_of("state", "OPEN", "DONE", "DROPPED"),
    CheckConstraint("(state = 'DONE') = (done_version IS NOT NULL)", name="done_version"),
    Index(None, "opened_at", "id"),
)
