"""Complaints extended, decided by facts and basis, and reviewed; the letters they owe."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import Instant, Json

revision = "complaint_steps"
down_revision = "undeliverable"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("service_due_on", sa.Date(), nullable=True),
        sa.Column("extension", sa.String(length=60), nullable=True),
        sa.Column("facts", sa.String(length=500), nullable=True),
        sa.Column("basis", sa.String(length=500), nullable=True),
        sa.Column("review_until", sa.Date(), nullable=True),
        sa.Column("review_asked_at", Instant, nullable=True),
        sa.Column("review_due_on", sa.Date(), nullable=True),
        sa.Column("review_outcome", sa.String(length=60), nullable=True),
        sa.Column("reviewed_by", sa.String(length=120), nullable=True),
        sa.Column("reviewed_at", Instant, nullable=True),
        sa.Column("review_reason", sa.String(length=500), nullable=True),
    ):
        op.add_column("complaints", column)
    op.create_table(
        "complaint_letters",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("complaint_id", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("sent_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_letters")),
    )
    op.create_index(
        op.f("ix_complaint_letters_case_id"), "complaint_letters", ["case_id"], unique=False
    )
    op.create_index(
        op.f("ix_complaint_letters_sent_at"), "complaint_letters", ["sent_at"], unique=False
    )
