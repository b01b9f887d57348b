"""Repairs that a second person has to order as well."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import UtcDateTime

revision = "repairs"
down_revision = "lending"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "repair_proposals",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("instance_id", sa.String(length=120), nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_repair_proposals")),
    )
    op.create_index(
        op.f("ix_repair_proposals_case_id"), "repair_proposals", ["case_id"], unique=False
    )
