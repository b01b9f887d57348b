"""What the insurer's core system was asked: the intent before the call."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import UtcDateTime

revision = "core_orders"
down_revision = "packs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "core_orders",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("policy_no", sa.String(length=120), nullable=False),
        sa.Column("operation", sa.String(length=60), nullable=False),
        sa.Column("wish", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("ref", sa.String(length=120), nullable=True),
        sa.CheckConstraint(
            "operation IN ('reserve', 'commit', 'cancel', 'reverse')",
            name=op.f("ck_core_orders_operation"),
        ),
        sa.CheckConstraint(
            "state IN ('INTENT', 'UNKNOWN', 'DONE', 'REFUSED')", name=op.f("ck_core_orders_state")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_core_orders")),
    )
    op.create_index(op.f("ix_core_orders_case_id"), "core_orders", ["case_id"], unique=False)
