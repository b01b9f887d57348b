"""Notices to staff."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import UtcDateTime

revision = "staff_notices"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_notices",
        sa.Column(
            "no",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("instance_id", sa.String(length=120), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=False),
        sa.Column("above_level", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_staff_notices")),
        sa.UniqueConstraint("id", name=op.f("uq_staff_notices_id")),
    )
    op.create_index(op.f("ix_staff_notices_case_id"), "staff_notices", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_staff_notices_unit_above_level_no"),
        "staff_notices",
        ["unit", "above_level", "no"],
        unique=False,
    )
