"""Population alerts; the device a request came from, and how many complain together."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import UtcDateTime

revision = "population"
down_revision = "standing_in"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("device", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_cases_device"), "cases", ["device"], unique=False)
    op.add_column(
        "complaints", sa.Column("complainants", sa.Integer(), nullable=False, server_default="1")
    )
    op.create_table(
        "population_alerts",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("severity", sa.String(length=60), nullable=False),
        sa.Column("owner", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("grouping", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("mean_ppm", sa.BigInteger(), nullable=False),
        sa.Column("sigma_ppm", sa.BigInteger(), nullable=False),
        sa.Column("raised_at", UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("closed_by", sa.String(length=120), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=60), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('CONFIRMED', 'FALSE_ALARM')", name=op.f("ck_population_alerts_outcome")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_population_alerts")),
    )
    table = "population_alerts"
    op.create_index(op.f("ix_population_alerts_case_id"), table, ["case_id"], unique=False)
    op.create_index(
        op.f("ix_population_alerts_rule_grouping_key"), table, ["rule", "grouping", "key"],
        unique=False,
    )  # fmt: skip
    op.create_index(
        op.f("ix_population_alerts_raised_at_id"), table, ["raised_at", "id"], unique=False
    )
