"""Surveys that ask for effort and a recommendation, opt-outs of them; the register of breaches."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import Instant, Json, Serial

revision = "voices"
down_revision = "registry_reasons"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("effort", sa.Integer(), nullable=True),
        sa.Column("asks_nps", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("nps", sa.Integer(), nullable=True),
    ):
        op.add_column("surveys", column)
    op.create_index(
        op.f("ix_surveys_party_id_sent_at"), "surveys", ["party_id", "sent_at"], unique=False
    )
    op.create_table(
        "survey_choices",
        sa.Column("party_id", sa.String(length=120), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("chosen_at", Instant, nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("party_id", name=op.f("pk_survey_choices")),
    )
    _breaches()


def _breaches() -> None:
    op.create_table(
        "breaches",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("severity", sa.String(length=60), nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=True),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("exposure", sa.String(length=500), nullable=False),
        sa.Column("known_at", Instant, nullable=False),
        sa.Column("reported_by", sa.String(length=120), nullable=False),
        sa.Column("reported_at", Instant, nullable=False),
        sa.Column("pack", sa.String(length=60), nullable=False),
        sa.Column("authority_due_at", Instant, nullable=True),
        sa.Column("subjects_due_at", Instant, nullable=True),
        sa.Column("closed_at", Instant, nullable=True),
        sa.CheckConstraint(
            "severity IN ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')", name=op.f("ck_breaches_severity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breaches")),
    )
    op.create_index(op.f("ix_breaches_case_id"), "breaches", ["case_id"], unique=False)
    op.create_index(op.f("ix_breaches_known_at_id"), "breaches", ["known_at", "id"], unique=False)
    op.create_table(
        "breach_steps",
        sa.Column("no", Serial, autoincrement=True, nullable=False),
        sa.Column("breach_id", sa.String(length=120), nullable=False),
        sa.Column("step", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["breach_id"], ["breaches.id"], name=op.f("fk_breach_steps_breach_id_breaches")
        ),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_breach_steps")),
    )
    op.create_index(op.f("ix_breach_steps_breach_id"), "breach_steps", ["breach_id"], unique=False)
