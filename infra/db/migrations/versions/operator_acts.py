"""What was done to entries of the registry of those who work here, by whom and why."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import Instant, Serial

revision = "operator_acts"
down_revision = "sealed_fields"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "operator_acts",
        sa.Column("no", Serial, autoincrement=True, nullable=False),
        sa.Column("operator_id", sa.String(length=120), nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("proposed_by", sa.String(length=120), nullable=True),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operators.id"], name=op.f("fk_operator_acts_operator_id_operators")
        ),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_operator_acts")),
    )
    op.create_index(
        op.f("ix_operator_acts_operator_id"), "operator_acts", ["operator_id"], unique=False
    )
