"""Reconciliation with the bank: days compared, and where the books differed."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import UtcDateTime

revision = "reconciliation"
down_revision = "repairs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reconciliations",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("asked_by", sa.String(length=120), nullable=False),
        sa.Column("done_at", UtcDateTime()),
        sa.Column("lines", sa.Integer()),
        sa.Column("orders", sa.Integer()),
        sa.Column("breaks", sa.Integer()),
        sa.CheckConstraint(
            "(done_at IS NULL) = (lines IS NULL)", name=op.f("ck_reconciliations_done")
        ),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_reconciliations")),
    )
    op.create_table(
        "reconciliation_breaks",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(length=300), nullable=False),
        sa.Column("case_id", sa.String(length=120)),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("at_bank_minor", sa.BigInteger()),
        sa.Column("by_case_minor", sa.BigInteger()),
        sa.Column("in_ledger_minor", sa.BigInteger()),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("anomaly_id", sa.String(length=120)),
        sa.Column("outcome", sa.String(length=60)),
        sa.Column("note", sa.String(length=500)),
        sa.Column("closed_by", sa.String(length=120)),
        sa.Column("closed_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_breaks")),
    )
    op.create_index(
        op.f("ix_reconciliation_breaks_case_id"), "reconciliation_breaks", ["case_id"], unique=False
    )
    op.create_index(
        op.f("ix_reconciliation_breaks_closed_at"),
        "reconciliation_breaks",
        ["closed_at"],
        unique=False,
    )
