"""Communications that were refused for good; alarms of time limits, told to the chain above."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import Instant

revision = "undeliverable"
down_revision = "decisions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("communications", sa.Column("refused_at", Instant, nullable=True))
    op.add_column("operators", sa.Column("mail", sa.String(length=200), nullable=True))
    op.add_column("clocks", sa.Column("next_alarm_at", Instant, nullable=True))
    op.create_index(
        op.f("ix_clocks_state_next_alarm_at"), "clocks", ["state", "next_alarm_at"], unique=False
    )
    # Limits that run already are told of from their warning on.
    op.execute("UPDATE clocks SET next_alarm_at = warn_at WHERE state = 'RUNNING'")
    op.create_table(
        "limit_alarms",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("rule_id", sa.String(length=60), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("rung", sa.String(length=60), nullable=False),
        sa.Column("operator_id", sa.String(length=120), nullable=False),
        sa.Column("told_at", Instant, nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("receipt", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "state IN ('TO_SEND', 'SENT', 'REFUSED', 'NO_ADDRESS')",
            name=op.f("ck_limit_alarms_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limit_alarms")),
    )
    op.create_index(op.f("ix_limit_alarms_case_id"), "limit_alarms", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_limit_alarms_state_told_at"), "limit_alarms", ["state", "told_at"], unique=False
    )
