"""Legal holds on persons, policies and cases."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import Instant

revision = "legal_holds"
down_revision = "operator_acts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("target", sa.String(length=120), nullable=False),
        sa.Column("basis", sa.String(length=60), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("placed_by", sa.String(length=120), nullable=False),
        sa.Column("placed_at", Instant, nullable=False),
        sa.Column("lift_ordered_by", sa.String(length=120), nullable=True),
        sa.Column("lifted_by", sa.String(length=120), nullable=True),
        sa.Column("lifted_at", Instant, nullable=True),
        sa.Column("lift_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "kind IN ('PERSON', 'POLICY', 'CASE')", name=op.f("ck_legal_holds_kind")
        ),
        sa.CheckConstraint("lift_ordered_by <> lifted_by", name=op.f("ck_legal_holds_two_lift_it")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_holds")),
    )
    for columns in (["kind", "target"], ["placed_at", "id"]):
        name = f"ix_legal_holds_{'_'.join(columns)}"
        op.create_index(op.f(name), "legal_holds", columns, unique=False)
