"""Complaints with their limits, and improvement items opened from what went wrong."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import Instant

revision = "feedback"
down_revision = "core_orders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recoveries", sa.Column("outcome", sa.String(length=500)))
    op.create_table(
        "complaints",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("cause", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("received_at", Instant, nullable=False),
        sa.Column("registered_by", sa.String(length=120), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("outcome", sa.String(length=60), nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("decided_at", Instant, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('UPHELD', 'PARTLY_UPHELD', 'NOT_UPHELD', 'WITHDRAWN')",
            name=op.f("ck_complaints_outcome"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
    )
    op.create_index(op.f("ix_complaints_case_id"), "complaints", ["case_id"], unique=False)
    op.create_index(op.f("ix_complaints_due_at_id"), "complaints", ["due_at", "id"], unique=False)
    op.create_table(
        "improvement_items",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("process_id", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("opened_by", sa.String(length=120), nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("done_version", sa.Integer(), nullable=True),
        sa.Column("closed_by", sa.String(length=120), nullable=True),
        sa.Column("closed_at", Instant, nullable=True),
        sa.Column("closing_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "state IN ('OPEN', 'DONE', 'DROPPED')", name=op.f("ck_improvement_items_state")
        ),
        sa.CheckConstraint(
            "(state = 'DONE') = (done_version IS NOT NULL)",
            name=op.f("ck_improvement_items_done_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvement_items")),
    )
    op.create_index(
        op.f("ix_improvement_items_opened_at_id"),
        "improvement_items",
        ["opened_at", "id"],
        unique=False,
    )
