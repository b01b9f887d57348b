"""Commission claw-backs; a version on calendars, so that they are read once."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _commission_claw_backs()
    with op.batch_alter_table("calendars") as calendars:
        calendars.add_column(
            sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1"))
        )


def _commission_claw_backs() -> None:
    op.create_table(
        "commission_claw_backs",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("policy_no", sa.String(length=120), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.String(length=120), nullable=False),
        sa.Column("premiums_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("voided_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_claw_backs")),
    )
    op.create_index(
        op.f("ix_commission_claw_backs_case_id"), "commission_claw_backs", ["case_id"], unique=False
    )
    op.create_index(
        op.f("ix_commission_claw_backs_agent_id"),
        "commission_claw_backs",
        ["agent_id"],
        unique=False,
    )
    op.create_index(
        "uq_commission_claw_backs_policy_no_policy_version",
        "commission_claw_backs",
        ["policy_no", "policy_version"],
        unique=True,
    )
