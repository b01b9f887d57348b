"""Delegated authority, absences, and in whose name a decision was taken."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import Instant

revision = "standing_in"
down_revision = "circuits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("given_by", sa.String(length=120), nullable=False),
        sa.Column("given_to", sa.String(length=120), nullable=False),
        sa.Column("items", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("maximum_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("until", Instant, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("revoked_at", Instant, nullable=True),
        sa.Column("revoked_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint("given_by <> given_to", name=op.f("ck_delegations_given_to_another")),
        sa.ForeignKeyConstraint(
            ["given_by"], ["operators.id"], name=op.f("fk_delegations_given_by_operators")
        ),
        sa.ForeignKeyConstraint(
            ["given_to"], ["operators.id"], name=op.f("fk_delegations_given_to_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )
    op.create_index(op.f("ix_delegations_given_by"), "delegations", ["given_by"], unique=False)
    op.create_index(op.f("ix_delegations_given_to"), "delegations", ["given_to"], unique=False)
    op.create_table(
        "absences",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("operator_id", sa.String(length=120), nullable=False),
        sa.Column("substitute_id", sa.String(length=120), nullable=True),
        sa.Column("since", Instant, nullable=False),
        sa.Column("until", Instant, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("told_by", sa.String(length=120), nullable=False),
        sa.Column("told_at", Instant, nullable=False),
        sa.Column("ended_at", Instant, nullable=True),
        sa.Column("ended_by", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operators.id"], name=op.f("fk_absences_operator_id_operators")
        ),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["operators.id"], name=op.f("fk_absences_substitute_id_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_operator_id"), "absences", ["operator_id"], unique=False)
    op.create_index(op.f("ix_absences_substitute_id"), "absences", ["substitute_id"], unique=False)
    for column in ("on_behalf_of", "delegation_id"):
        op.add_column("human_task_deeds", sa.Column(column, sa.String(length=120), nullable=True))
