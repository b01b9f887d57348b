"""Who was reminded of certificates that run out."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import Instant

revision = "certificate_reminders"
down_revision = "target_days"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificate_reminders",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("certificate_id", sa.String(length=120), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("told_to", sa.String(length=120), nullable=False),
        sa.Column("told_at", Instant, nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("receipt", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "state IN ('TO_SEND', 'SENT', 'REFUSED', 'NO_ADDRESS')",
            name=op.f("ck_certificate_reminders_state"),
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["qualifications.id"],
            name=op.f("fk_certificate_reminders_certificate_id_qualifications"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_reminders")),
    )
    for columns in (["certificate_id"], ["state", "told_at"]):
        name = f"ix_certificate_reminders_{'_'.join(columns)}"
        op.create_index(op.f(name), "certificate_reminders", columns, unique=False)
