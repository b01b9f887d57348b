"""What data stores of processes hold."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import Instant

revision = "data_stores"
down_revision = "feedback"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "data_store_entries",
        sa.Column("store", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("written_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("store", "key", name=op.f("pk_data_store_entries")),
    )
    op.create_index(
        op.f("ix_data_store_entries_case_id"), "data_store_entries", ["case_id"], unique=False
    )
