"""Emergency grants and their reviews."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import Instant

revision = "emergency_grants"
down_revision = "certificate_reminders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "emergency_grants",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("given_to", sa.String(length=120), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("items", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("until", Instant, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("ordered_by", sa.String(length=120), nullable=False),
        sa.Column("agreed_by", sa.String(length=120), nullable=False),
        sa.Column("review_due_on", sa.Date(), nullable=False),
        sa.Column("ended_at", Instant, nullable=True),
        sa.Column("reviewed_at", Instant, nullable=True),
        sa.Column("reviewed_by", sa.String(length=120), nullable=True),
        sa.Column("finding", sa.String(length=60), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "finding IN ('JUSTIFIED', 'NOT_JUSTIFIED')", name=op.f("ck_emergency_grants_finding")
        ),
        sa.CheckConstraint(
            "ordered_by <> agreed_by AND given_to NOT IN (ordered_by, agreed_by)",
            name=op.f("ck_emergency_grants_two_others"),
        ),
        sa.ForeignKeyConstraint(
            ["given_to"], ["operators.id"], name=op.f("fk_emergency_grants_given_to_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_grants")),
    )
    for column in ("given_to", "reviewed_at"):
        name = f"ix_emergency_grants_{column}"
        op.create_index(op.f(name), "emergency_grants", [column], unique=False)
