"""Changes of a person's data: proposals, versions, taken-back contact points, risk alerts."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import UtcDateTime

revision = "contact_change"
down_revision = "watch_and_replay"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _proposals()
    _versions()
    _alerts()
    with op.batch_alter_table("contact_points") as contact_points:
        contact_points.add_column(sa.Column("voided_at", UtcDateTime(), nullable=True))


def _proposals() -> None:
    op.create_table(
        "contact_proposals",
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("party_id", sa.String(length=120), nullable=False),
        sa.Column("wanted", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("new_verified", sa.Boolean(), nullable=False),
        sa.Column("old_verified", sa.Boolean(), nullable=False),
        sa.Column("policy_nos", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_contact_proposals_party_id_parties")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_contact_proposals")),
    )
    op.create_index(
        op.f("ix_contact_proposals_party_id"), "contact_proposals", ["party_id"], unique=False
    )


def _versions() -> None:
    op.create_table(
        "party_versions",
        sa.Column("party_id", sa.String(length=120), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=60), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("effective_at", UtcDateTime(), nullable=False),
        sa.Column("before_image", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("before_hash", sa.String(length=64), nullable=False),
        sa.Column("after_hash", sa.String(length=64), nullable=False),
        sa.Column("reversed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_party_versions_party_id_parties")
        ),
        sa.PrimaryKeyConstraint("party_id", "no", name=op.f("pk_party_versions")),
    )
    op.create_index(op.f("ix_party_versions_case_id"), "party_versions", ["case_id"], unique=False)


def _alerts() -> None:
    op.create_table(
        "risk_alerts",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("party_id", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("raised_at", UtcDateTime(), nullable=False),
        sa.Column("lifted_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_risk_alerts_party_id_parties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_alerts")),
    )
    for column in ("case_id", "party_id"):
        op.create_index(op.f(f"ix_risk_alerts_{column}"), "risk_alerts", [column], unique=False)
