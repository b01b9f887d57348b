"""Who of the privacy desk was mailed about limits to tell of a breach."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import Instant

revision = "breach_mails"
down_revision = "legal_holds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "breach_mails",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("breach_id", sa.String(length=120), nullable=False),
        sa.Column("duty", sa.String(length=60), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("told_to", sa.String(length=120), nullable=False),
        sa.Column("told_at", Instant, nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("receipt", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "state IN ('TO_SEND', 'SENT', 'REFUSED', 'NO_ADDRESS')",
            name=op.f("ck_breach_mails_state"),
        ),
        sa.ForeignKeyConstraint(
            ["breach_id"], ["breaches.id"], name=op.f("fk_breach_mails_breach_id_breaches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_mails")),
    )
    for columns in (["breach_id"], ["state", "told_at"]):
        name = f"ix_breach_mails_{'_'.join(columns)}"
        op.create_index(op.f(name), "breach_mails", columns, unique=False)
