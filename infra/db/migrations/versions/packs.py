"""The law a case goes by; options and benefits of policies; claims handed off."""

import sqlalchemy as sa
from alembic import op

revision = "packs"
down_revision = "renewal"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("pack", sa.String(length=60)))
    op.add_column("cases", sa.Column("pack_hash", sa.String(length=64)))
    op.create_table(
        "policy_options",
        sa.Column("policy_no", sa.String(length=120), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=120), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_no"], ["policies.policy_no"], name=op.f("fk_policy_options_policy_no_policies")
        ),
        sa.PrimaryKeyConstraint("policy_no", "place", name=op.f("pk_policy_options")),
    )
    op.execute(
        "INSERT INTO policy_options (policy_no, place, name, value, since)"
        " SELECT policy_no, 0, 'NONFORFEITURE', nonforfeiture, issued_on FROM policies"
        " WHERE nonforfeiture <> 'LAPSE'"
    )
    op.drop_column("policies", "nonforfeiture")
    op.create_table(
        "policy_benefits",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("policy_no", sa.String(length=120), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('SURVIVAL', 'ANNUITY', 'MATURITY', 'DIVIDEND')",
            name=op.f("ck_policy_benefits_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["policy_no"],
            ["policies.policy_no"],
            name=op.f("fk_policy_benefits_policy_no_policies"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_benefits")),
    )
    op.create_index(
        op.f("ix_policy_benefits_policy_no"), "policy_benefits", ["policy_no"], unique=False
    )
