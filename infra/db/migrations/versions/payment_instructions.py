"""How premiums of a policy are paid: from which account, how often, up to how much."""

import sqlalchemy as sa
from alembic import op

revision = "payment_instructions"
down_revision = "agents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payment_instructions",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("policy_no", sa.String(length=120), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.String(length=120), nullable=False),
        sa.Column("account_id", sa.String(length=120), nullable=False),
        sa.Column("frequency", sa.String(length=60), nullable=False),
        sa.Column("premium_minor", sa.BigInteger(), nullable=False),
        sa.Column("limit_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("authorised_on", sa.Date(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "frequency IN ('ANNUAL', 'HALF_YEARLY', 'QUARTERLY', 'MONTHLY')",
            name=op.f("ck_payment_instructions_frequency"),
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_payment_instructions_party_id_parties")
        ),
        sa.ForeignKeyConstraint(
            ["policy_no"],
            ["policies.policy_no"],
            name=op.f("fk_payment_instructions_policy_no_policies"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_instructions")),
    )
    op.create_index(
        op.f("ix_payment_instructions_policy_no"),
        "payment_instructions",
        ["policy_no"],
        unique=False,
    )
