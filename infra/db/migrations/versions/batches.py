"""Batches: one act on many cases."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import Json, UtcDateTime

revision = "batches"
down_revision = "replaying"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("act", Json, nullable=False),
        sa.Column("filter", Json, nullable=False),
        sa.Column("rate", sa.Float(), nullable=False),
        sa.Column("failure_share", sa.Float(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("ordered_by", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("proposed_by", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("ordered_at", UtcDateTime(), nullable=False),
        sa.Column("selected_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('RUNNING', 'PAUSED', 'STOPPED', 'CANCELLED', 'COMPLETED')",
            name=op.f("ck_batches_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_index(op.f("ix_batches_ordered_at_id"), "batches", ["ordered_at", "id"])
    op.create_table(
        "batch_items",
        sa.Column("batch_id", sa.String(length=120), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("instance_id", sa.String(length=120), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("problem", sa.String(length=60), nullable=True),
        sa.Column("detail", sa.String(length=500), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('PENDING', 'DONE', 'FAILED')", name=op.f("ck_batch_items_state")
        ),
        sa.PrimaryKeyConstraint("batch_id", "no", name=op.f("pk_batch_items")),
    )
    op.create_index(
        op.f("ix_batch_items_batch_id_state_no"), "batch_items", ["batch_id", "state", "no"]
    )
