"""Surveys that ask for effort and a recommendation; persons who do not want to be asked."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import Instant

revision = "voices"
down_revision = "complaint_steps"
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
