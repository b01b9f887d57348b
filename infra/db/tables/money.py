"""Tables of the ledger and of money owed."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
)

from infra.db.tables.columns import Id, Instant, Serial, Word, currency, metadata, minor, one_of

ledger_journals = Table(
    "ledger_journals",
    metadata,
    Column("no", Serial, primary_key=True, autoincrement=True),
    Column("id", Id, nullable=False, unique=True),
    Column("value_date", Date, nullable=False),
    Column("text", String(200), nullable=False),
    Column("policy_no", Id, nullable=False, index=True),
    Column("case_id", Id, index=True),
    Column("reversal_of", Id, unique=True),
)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("journal_id", Id, ForeignKey("ledger_journals.id")),
    Column("line", Integer),
    Column("account", Word, nullable=False, index=True),
    Column("side", String(2), nullable=False),
    minor("amount"),
    currency(),
    PrimaryKeyConstraint("journal_id", "line"),
    CheckConstraint("amount_minor > 0", name="amount"),
    one_of("side", "DR", "CR"),
)

obligations = Table(
    "obligations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, nullable=False, index=True),
    Column("policy_no", Id, nullable=False, index=True),
    Column("party_id", Id, nullable=False, index=True),
    Column("direction", Word, nullable=False),
    minor("amount"),
    currency(),
    Column("state", Word, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("payee_account_id", Id),
    Column("ledger_account", Word, nullable=False, server_default="2202"),
    one_of("state", "RESERVED", "DUE", "SENT", "SETTLED", "RETURNED", "CANCELLED"),
    CheckConstraint("amount_minor >= 0", name="amount"),
)

payment_attempts = Table(
    "payment_attempts",
    metadata,
    Column("obligation_id", Id, ForeignKey("obligations.id")),
    Column("no", Integer),
    Column("idempotency_key", Id, nullable=False, unique=True),
    Column("reference", Id, nullable=False, unique=True),
    Column("account_id", Id, nullable=False),
    minor("amount"),
    currency(),
    Column("state", Word, nullable=False),
    Column("at", Instant, nullable=False),
    Column("bank_ref", Id),
    Column("return_code", Word),
    PrimaryKeyConstraint("obligation_id", "no"),
    one_of("state", "INTENT", "SENT", "SETTLED", "RETURNED", "UNKNOWN", "REFUSED"),
)

commission_claw_backs = Table(
    "commission_claw_backs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, nullable=False, index=True),
    Column("policy_no", Id, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("agent_id", Id, nullable=False, index=True),
    minor("premiums"),
    currency(),
    Column("at", Instant, nullable=False),
    Column("voided_at", Instant),
    Index(
        "uq_commission_claw_backs_policy_no_policy_version",
        "policy_no",
        "policy_version",
        unique=True,
    ),
)
