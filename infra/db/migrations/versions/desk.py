"""Incidents set aside by people; processes, activity types and systems that stand still."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import UtcDateTime

revision = "desk"
down_revision = "batches"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incident_marks",
        sa.Column("instance_id", sa.String(length=120), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("anomaly_id", sa.String(length=120), nullable=True),
        sa.CheckConstraint(
            "state IN ('ignored', 'handed-over')", name=op.f("ck_incident_marks_state")
        ),
        sa.PrimaryKeyConstraint("instance_id", "key", "opened_at", name=op.f("pk_incident_marks")),
    )
    op.create_index(op.f("ix_incident_marks_case_id"), "incident_marks", ["case_id"], unique=False)
    op.create_table(
        "standstills",
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("target", sa.String(length=120), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('process', 'activity', 'system')", name=op.f("ck_standstills_kind")
        ),
        sa.PrimaryKeyConstraint("kind", "target", name=op.f("pk_standstills")),
    )
