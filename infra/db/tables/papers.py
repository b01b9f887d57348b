"""Tables of what is on paper: documents, communications, endorsements."""

from sqlalchemy import BigInteger, Column, Date, Integer, String, Table, Text

from infra.db.tables.columns import Id, Instant, Salt, Serial, Word, metadata

documents = Table(
    "documents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("type", Word, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("store_ref", String(200), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("case_id", Id, index=True),
    Column("party_id", Id, index=True),
    Column("policy_no", Id, index=True),
    Column("valid_to", Date),
)

communications = Table(
    "communications",
    metadata,
    Column("no", Serial, primary_key=True, autoincrement=True),
    Column("id", Id, nullable=False, unique=True),
    Column("case_id", Id, nullable=False, index=True),
    Column("party_id", Id, nullable=False),
    Column("direction", Word, nullable=False),
    Column("channel", Word, nullable=False),
    Column("template", Word, nullable=False),
    Column("contact_id", Id),
    Column("content_hash", String(64), nullable=False),
    Column("document_id", Id),
    Column("message_id", String(200)),
    Column("sent_at", Instant),
    Column("receipt", Text),
    Column("refused_at", Instant),
    Column("salt", Salt),
)

endorsements = Table(
    "endorsements",
    metadata,
    Column("no", Id, primary_key=True),
    Column("case_id", Id, nullable=False, index=True),
    Column("policy_no", Id, nullable=False, index=True),
    Column("item", Word, nullable=False),
    Column("template", Word, nullable=False),
    Column("before_hash", String(64), nullable=False),
    Column("after_hash", String(64), nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("voided_at", Instant),
    Column("voided_by", Id),
)
