"""Consents bound to the change they are for, debit authorities, clocks that pause."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import UtcDateTime

revision = "consents"
down_revision = "staff_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _consents()
    _debit_authorities()
    _clock_pauses()
    with op.batch_alter_table("clocks") as clocks:
        clocks.add_column(sa.Column("paused_at", UtcDateTime(), nullable=True))


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("policy_no", sa.String(length=120), nullable=False),
        sa.Column("item", sa.String(length=60), nullable=False),
        sa.Column("payload_hash", sa.String(length=64), nullable=False),
        sa.Column("party_id", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("answer", sa.String(length=60), nullable=False),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("evidence_id", sa.String(length=120), nullable=False),
        sa.Column("obtained_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("answer IN ('GIVEN', 'REFUSED')", name=op.f("ck_consents_answer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_case_id"), "consents", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_consents_policy_no_item"), "consents", ["policy_no", "item"], unique=False
    )


def _debit_authorities() -> None:
    op.create_table(
        "debit_authorities",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("policy_no", sa.String(length=120), nullable=False),
        sa.Column("party_id", sa.String(length=120), nullable=False),
        sa.Column("account_id", sa.String(length=120), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("granted_by", sa.String(length=120), nullable=True),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("revoked_by", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debit_authorities")),
    )
    op.create_index(
        op.f("ix_debit_authorities_policy_no"), "debit_authorities", ["policy_no"], unique=False
    )


def _clock_pauses() -> None:
    op.create_table(
        "clock_pauses",
        sa.Column(
            "no",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("rule_id", sa.String(length=60), nullable=False),
        sa.Column("paused_at", UtcDateTime(), nullable=False),
        sa.Column("resumed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_clock_pauses")),
    )
    op.create_index(
        op.f("ix_clock_pauses_case_id_rule_id"),
        "clock_pauses",
        ["case_id", "rule_id"],
        unique=False,
    )
