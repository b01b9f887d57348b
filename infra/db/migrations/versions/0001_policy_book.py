"""Parties and the policy book."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _parties()
    _bank_accounts()
    _contact_points()
    _policies()
    _product_rules()
    _products()
    _cash_values()
    _coverages()
    _loans()
    _policy_locks()
    _policy_roles()
    _policy_versions()
    _reservations()


def _parties() -> None:
    op.create_table(
        "parties",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("id_type", sa.String(length=60), nullable=False),
        sa.Column("id_no", sa.String(length=60), nullable=False),
        sa.Column("id_valid_to", sa.Date(), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("sex", sa.String(length=1), nullable=True),
        sa.Column("nationality", sa.String(length=2), nullable=False),
        sa.Column("capacity", sa.String(length=60), nullable=False),
        sa.Column("vulnerable", sa.Boolean(), nullable=False),
        sa.Column("aml_listed", sa.Boolean(), nullable=False),
        sa.Column("critically_ill", sa.Boolean(), nullable=False),
        sa.Column("deceased_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parties")),
    )


def _bank_accounts() -> None:
    op.create_table(
        "bank_accounts",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("party_id", sa.String(length=120), nullable=False),
        sa.Column("bank", sa.String(length=60), nullable=False),
        sa.Column("account_no", sa.String(length=60), nullable=False),
        sa.Column("holder_name", sa.String(length=200), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("match", sa.String(length=60), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_bank_accounts_party_id_parties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_accounts")),
    )
    op.create_index(op.f("ix_bank_accounts_party_id"), "bank_accounts", ["party_id"], unique=False)


def _contact_points() -> None:
    op.create_table(
        "contact_points",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("party_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=300), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.Column("verified_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_contact_points_party_id_parties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_points")),
    )
    op.create_index(
        op.f("ix_contact_points_kind_value"), "contact_points", ["kind", "value"], unique=False
    )
    op.create_index(
        op.f("ix_contact_points_party_id"), "contact_points", ["party_id"], unique=False
    )


def _policies() -> None:
    op.create_table(
        "policies",
        sa.Column("policy_no", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("flags", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("termination_reason", sa.String(length=60), nullable=True),
        sa.Column("product_code", sa.String(length=60), nullable=False),
        sa.Column("product_version", sa.Integer(), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("receipt_signed_on", sa.Date(), nullable=True),
        sa.Column("paid_to", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("lapsed_on", sa.Date(), nullable=True),
        sa.Column("reissued_on", sa.Date(), nullable=True),
        sa.Column("annual_premium_minor", sa.BigInteger(), nullable=False),
        sa.Column("premiums_paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("accumulated_dividends_minor", sa.BigInteger(), nullable=False),
        sa.Column("terminal_dividend_minor", sa.BigInteger(), nullable=False),
        sa.Column("unearned_premium_minor", sa.BigInteger(), nullable=False),
        sa.Column("suspense_premium_minor", sa.BigInteger(), nullable=False),
        sa.Column("undrawn_benefits_minor", sa.BigInteger(), nullable=False),
        sa.Column("unpaid_premium_minor", sa.BigInteger(), nullable=False),
        sa.Column("other_debts_minor", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("servicing_unit", sa.String(length=60), nullable=False),
        sa.Column("agent_id", sa.String(length=120), nullable=True),
        sa.Column("claim_made", sa.Boolean(), nullable=False),
        sa.Column("claim_event_on", sa.Date(), nullable=True),
        sa.Column("lender_consent_until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state IN ('PENDING', 'IN_FORCE', 'LAPSED', 'REDUCED_PAID_UP', "
            "'MATURED', 'TERMINATED')",
            name=op.f("ck_policies_state"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_policies_version")),
        sa.PrimaryKeyConstraint("policy_no", name=op.f("pk_policies")),
    )
    op.create_index(op.f("ix_policies_agent_id"), "policies", ["agent_id"], unique=False)


def _product_rules() -> None:
    op.create_table(
        "product_rules",
        sa.Column("product_code", sa.String(length=60), nullable=False),
        sa.Column("product_version", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "product_code", "product_version", "rule", name=op.f("pk_product_rules")
        ),
    )


def _products() -> None:
    op.create_table(
        "products",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.PrimaryKeyConstraint("code", "version", name=op.f("pk_products")),
    )


def _cash_values() -> None:
    op.create_table(
        "cash_values",
        sa.Column("policy_no", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_no"], ["policies.policy_no"], name=op.f("fk_cash_values_policy_no_policies")
        ),
        sa.PrimaryKeyConstraint("policy_no", "valid_from", name=op.f("pk_cash_values")),
    )


def _coverages() -> None:
    op.create_table(
        "coverages",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("policy_no", sa.String(length=120), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("sum_assured_minor", sa.BigInteger(), nullable=False),
        sa.Column("premium_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("term_years", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_no"], ["policies.policy_no"], name=op.f("fk_coverages_policy_no_policies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverages")),
    )
    op.create_index(op.f("ix_coverages_policy_no"), "coverages", ["policy_no"], unique=False)


def _loans() -> None:
    op.create_table(
        "loans",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("policy_no", sa.String(length=120), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("principal_minor", sa.BigInteger(), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("rate_ppm", sa.Integer(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("balance_since", sa.Date(), nullable=False),
        sa.Column("term_months", sa.Integer(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["policy_no"], ["policies.policy_no"], name=op.f("fk_loans_policy_no_policies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loans")),
    )
    op.create_index(op.f("ix_loans_policy_no"), "loans", ["policy_no"], unique=False)


def _policy_locks() -> None:
    op.create_table(
        "policy_locks",
        sa.Column("policy_no", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("item", sa.String(length=60), nullable=False),
        sa.Column("notice_arrived_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_no"], ["policies.policy_no"], name=op.f("fk_policy_locks_policy_no_policies")
        ),
        sa.PrimaryKeyConstraint("policy_no", "case_id", name=op.f("pk_policy_locks")),
    )
    op.create_index(op.f("ix_policy_locks_case_id"), "policy_locks", ["case_id"], unique=False)


def _policy_roles() -> None:
    op.create_table(
        "policy_roles",
        sa.Column("policy_no", sa.String(length=120), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("share_bp", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(length=60), nullable=False),
        sa.CheckConstraint("share_bp BETWEEN 0 AND 10000", name=op.f("ck_policy_roles_share")),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_policy_roles_party_id_parties")
        ),
        sa.ForeignKeyConstraint(
            ["policy_no"], ["policies.policy_no"], name=op.f("fk_policy_roles_policy_no_policies")
        ),
        sa.PrimaryKeyConstraint("policy_no", "place", name=op.f("pk_policy_roles")),
    )
    op.create_index(op.f("ix_policy_roles_party_id"), "policy_roles", ["party_id"], unique=False)


def _policy_versions() -> None:
    op.create_table(
        "policy_versions",
        sa.Column("policy_no", sa.String(length=120), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=60), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=True),
        sa.Column("effective_at", UtcDateTime(), nullable=False),
        sa.Column("before_image", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("before_hash", sa.String(length=64), nullable=True),
        sa.Column("after_hash", sa.String(length=64), nullable=False),
        sa.Column("reversed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["policy_no"],
            ["policies.policy_no"],
            name=op.f("fk_policy_versions_policy_no_policies"),
        ),
        sa.PrimaryKeyConstraint("policy_no", "no", name=op.f("pk_policy_versions")),
    )
    op.create_index(
        op.f("ix_policy_versions_case_id"), "policy_versions", ["case_id"], unique=False
    )


def _reservations() -> None:
    op.create_table(
        "reservations",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("policy_no", sa.String(length=120), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("quote_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.CheckConstraint(
            "state IN ('ACTIVE', 'COMMITTED', 'CANCELLED')", name=op.f("ck_reservations_state")
        ),
        sa.ForeignKeyConstraint(
            ["policy_no"], ["policies.policy_no"], name=op.f("fk_reservations_policy_no_policies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservations")),
    )
    op.create_index(op.f("ix_reservations_case_id"), "reservations", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_reservations_policy_no_state"),
        "reservations",
        ["policy_no", "state"],
        unique=False,
    )
