"""Ledger and payables, papers, operators, calendars."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _ledger_journals()
    _obligations()
    _ledger_entries()
    _payment_attempts()
    _communications()
    _documents()
    _endorsements()
    _authority_limits()
    _calendars()
    _operators()
    _calendar_days()
    _qualifications()


def _ledger_journals() -> None:
    op.create_table(
        "ledger_journals",
        sa.Column(
            "no",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("value_date", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("policy_no", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=True),
        sa.Column("reversal_of", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_ledger_journals")),
        sa.UniqueConstraint("id", name=op.f("uq_ledger_journals_id")),
        sa.UniqueConstraint("reversal_of", name=op.f("uq_ledger_journals_reversal_of")),
    )
    op.create_index(
        op.f("ix_ledger_journals_case_id"), "ledger_journals", ["case_id"], unique=False
    )
    op.create_index(
        op.f("ix_ledger_journals_policy_no"), "ledger_journals", ["policy_no"], unique=False
    )


def _obligations() -> None:
    op.create_table(
        "obligations",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("policy_no", sa.String(length=120), nullable=False),
        sa.Column("party_id", sa.String(length=120), nullable=False),
        sa.Column("direction", sa.String(length=60), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("payee_account_id", sa.String(length=120), nullable=True),
        sa.CheckConstraint(
            "state IN ('RESERVED', 'DUE', 'SENT', 'SETTLED', 'RETURNED', 'CANCELLED')",
            name=op.f("ck_obligations_state"),
        ),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_obligations_amount")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligations")),
    )
    op.create_index(op.f("ix_obligations_case_id"), "obligations", ["case_id"], unique=False)
    op.create_index(op.f("ix_obligations_party_id"), "obligations", ["party_id"], unique=False)
    op.create_index(op.f("ix_obligations_policy_no"), "obligations", ["policy_no"], unique=False)


def _ledger_entries() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("journal_id", sa.String(length=120), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("side", sa.String(length=2), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.CheckConstraint("side IN ('DR', 'CR')", name=op.f("ck_ledger_entries_side")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_ledger_entries_amount")),
        sa.ForeignKeyConstraint(
            ["journal_id"],
            ["ledger_journals.id"],
            name=op.f("fk_ledger_entries_journal_id_ledger_journals"),
        ),
        sa.PrimaryKeyConstraint("journal_id", "line", name=op.f("pk_ledger_entries")),
    )
    op.create_index(op.f("ix_ledger_entries_account"), "ledger_entries", ["account"], unique=False)


def _payment_attempts() -> None:
    op.create_table(
        "payment_attempts",
        sa.Column("obligation_id", sa.String(length=120), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=120), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("account_id", sa.String(length=120), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("bank_ref", sa.String(length=120), nullable=True),
        sa.Column("return_code", sa.String(length=60), nullable=True),
        sa.CheckConstraint(
            "state IN ('INTENT', 'SENT', 'SETTLED', 'RETURNED', 'UNKNOWN', 'REFUSED')",
            name=op.f("ck_payment_attempts_state"),
        ),
        sa.ForeignKeyConstraint(
            ["obligation_id"],
            ["obligations.id"],
            name=op.f("fk_payment_attempts_obligation_id_obligations"),
        ),
        sa.PrimaryKeyConstraint("obligation_id", "no", name=op.f("pk_payment_attempts")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_payment_attempts_idempotency_key")),
        sa.UniqueConstraint("reference", name=op.f("uq_payment_attempts_reference")),
    )


def _communications() -> None:
    op.create_table(
        "communications",
        sa.Column(
            "no",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("party_id", sa.String(length=120), nullable=False),
        sa.Column("direction", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("contact_id", sa.String(length=120), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.String(length=120), nullable=True),
        sa.Column("message_id", sa.String(length=200), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_communications")),
        sa.UniqueConstraint("id", name=op.f("uq_communications_id")),
    )
    op.create_index(op.f("ix_communications_case_id"), "communications", ["case_id"], unique=False)


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("store_ref", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=True),
        sa.Column("party_id", sa.String(length=120), nullable=True),
        sa.Column("policy_no", sa.String(length=120), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_index(op.f("ix_documents_case_id"), "documents", ["case_id"], unique=False)
    op.create_index(op.f("ix_documents_party_id"), "documents", ["party_id"], unique=False)
    op.create_index(op.f("ix_documents_policy_no"), "documents", ["policy_no"], unique=False)


def _endorsements() -> None:
    op.create_table(
        "endorsements",
        sa.Column("no", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("policy_no", sa.String(length=120), nullable=False),
        sa.Column("item", sa.String(length=60), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("before_hash", sa.String(length=64), nullable=False),
        sa.Column("after_hash", sa.String(length=64), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("voided_at", UtcDateTime(), nullable=True),
        sa.Column("voided_by", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_endorsements")),
    )
    op.create_index(op.f("ix_endorsements_case_id"), "endorsements", ["case_id"], unique=False)
    op.create_index(op.f("ix_endorsements_policy_no"), "endorsements", ["policy_no"], unique=False)


def _authority_limits() -> None:
    op.create_table(
        "authority_limits",
        sa.Column("item", sa.String(length=60), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("maximum_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("item", "level", "version", name=op.f("pk_authority_limits")),
    )


def _calendars() -> None:
    op.create_table(
        "calendars",
        sa.Column("jurisdiction", sa.String(length=60), nullable=False),
        sa.Column("covered_from", sa.Date(), nullable=False),
        sa.Column("covered_until", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("jurisdiction", name=op.f("pk_calendars")),
    )


def _operators() -> None:
    op.create_table(
        "operators",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("party_id", sa.String(length=120), nullable=True),
        sa.Column("unit", sa.String(length=60), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("roles", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("groups", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("status", sa.String(length=60), nullable=False),
        sa.Column("conflicts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("agent_id", sa.String(length=120), nullable=True),
        sa.CheckConstraint(
            "status IN ('ACTIVE', 'SUSPENDED', 'LEFT')", name=op.f("ck_operators_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operators")),
    )


def _calendar_days() -> None:
    op.create_table(
        "calendar_days",
        sa.Column("jurisdiction", sa.String(length=60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction"],
            ["calendars.jurisdiction"],
            name=op.f("fk_calendar_days_jurisdiction_calendars"),
        ),
        sa.PrimaryKeyConstraint("jurisdiction", "day", name=op.f("pk_calendar_days")),
    )


def _qualifications() -> None:
    op.create_table(
        "qualifications",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("operator_id", sa.String(length=120), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("valid_from", UtcDateTime(), nullable=False),
        sa.Column("valid_to", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operators.id"], name=op.f("fk_qualifications_operator_id_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualifications")),
    )
    op.create_index(
        op.f("ix_qualifications_operator_id"), "qualifications", ["operator_id"], unique=False
    )
