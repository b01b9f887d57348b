"""Erasure of a person's data with a record: what is only added to may be emptied, once and so."""

import sqlalchemy as sa
from alembic import op

from infra.db.chain.emptying import allow_statements
from infra.db.tables.columns import UtcDateTime

revision = "erasures"
down_revision = "reconciliation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("party_id", sa.String(length=120), nullable=False),
        sa.Column("basis", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("proposed_by", sa.String(length=120), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=120), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index(op.f("ix_erasures_party_id"), "erasures", ["party_id"], unique=False)
    op.create_table(
        "erased_cases",
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("erasure_id", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_erased_cases")),
        sa.ForeignKeyConstraint(
            ["erasure_id"], ["erasures.id"], name=op.f("fk_erased_cases_erasure_id_erasures")
        ),
    )
    op.create_index(
        op.f("ix_erased_cases_erasure_id"), "erased_cases", ["erasure_id"], unique=False
    )
    for statement in allow_statements(op.get_bind().dialect.name):
        op.get_bind().exec_driver_sql(statement)
