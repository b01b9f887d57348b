"""Tables of what people agreed to: consents to changes, authority to collect premiums."""

from sqlalchemy import Column, Date, Index, String, Table

from infra.db.tables.columns import Id, Instant, Word, metadata, one_of

consents = Table(
    "consents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, nullable=False, index=True),
    Column("policy_no", Id, nullable=False),
    Column("item", Word, nullable=False),
    Column("payload_hash", String(64), nullable=False),
    Column("party_id", Id, nullable=False),
    Column("role", Word, nullable=False),
    Column("answer", Word, nullable=False),
    Column("form", Word, nullable=False),
    Column("evidence_id", Id, nullable=False),
    Column("obtained_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    one_of("answer", "GIVEN", "REFUSED"),
    Index(None, "policy_no", "item"),
)

debit_authorities = Table(
    "debit_authorities",
    metadata,
    Column("id", Id, primary_key=True),
    Column("policy_no", Id, nullable=False, index=True),
    Column("party_id", Id, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("since", Date, nullable=False),
    Column("granted_by", Id),
    Column("revoked_on", Date),
    Column("revoked_by", Id),
)
