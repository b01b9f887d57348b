"""Signs of life of the workers; salts of the rows that the audit trail keeps hashes of."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import UtcDateTime

revision = "watching"
down_revision = "contact_change"
branch_labels = None
depends_on = None

_SALTED = (
    "case_requests", "communications", "decisions", "effects", "human_task_deeds", "journal",
    "messages", "parties", "verifications",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "signs_of_life",
        sa.Column("queue", sa.String(length=120), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("queue", name=op.f("pk_signs_of_life")),
    )
    op.create_index(op.f("ix_cases_finished_at"), "cases", ["finished_at"], unique=False)
    for table in _SALTED:  # rows of before keep their hashes, and have no salt
        op.add_column(table, sa.Column("salt", sa.String(length=32), nullable=True))
