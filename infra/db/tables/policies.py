"""Tables of the policy book: products, policies, their parts, versions, reservations, locks."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    false,
)

from infra.db.tables.columns import Id, Instant, Json, Word, currency, metadata, minor, one_of

products = Table(
    "products",
    metadata,
    Column("code", Word),
    Column("version", Integer),
    Column("name", String(200), nullable=False),
    currency(),
    PrimaryKeyConstraint("code", "version"),
)

product_rules = Table(
    "product_rules",
    metadata,
    Column("product_code", Word),
    Column("product_version", Integer),
    Column("rule", Word),
    Column("value", Json, nullable=False),
    PrimaryKeyConstraint("product_code", "product_version", "rule"),
)

policies = Table(
    "policies",
    metadata,
    Column("policy_no", Id, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Word, nullable=False),
    Column("flags", Json, nullable=False),
    Column("termination_reason", Word),
    Column("product_code", Word, nullable=False),
    Column("product_version", Integer, nullable=False),
    currency(),
    Column("issued_on", Date, nullable=False),
    Column("receipt_signed_on", Date),
    Column("paid_to", Date),
    Column("ended_on", Date),
    Column("lapsed_on", Date),
    Column("reissued_on", Date),
    minor("annual_premium"),
    minor("premiums_paid"),
    minor("accumulated_dividends"),
    minor("terminal_dividend"),
    minor("unearned_premium"),
    minor("suspense_premium"),
    minor("undrawn_benefits"),
    minor("unpaid_premium"),
    minor("other_debts"),
    Column("channel", Word, nullable=False),
    Column("servicing_unit", Word, nullable=False),
    Column("agent_id", Id, index=True),
    Column("claim_made", Boolean, nullable=False),
    Column("claim_event_on", Date),
    Column("lender_consent_until", Date),
    Column("reminders_wanted", Boolean, nullable=False, server_default=false()),
    Column("suicide_clause_from", Date),
    one_of("state", "PENDING", "IN_FORCE", "LAPSED", "REDUCED_PAID_UP", "MATURED", "TERMINATED"),
    CheckConstraint("version >= 1", name="version"),
)

coverages = Table(
    "coverages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("policy_no", Id, ForeignKey("policies.policy_no"), nullable=False, index=True),
    Column("place", Integer, nullable=False),
    Column("code", Word, nullable=False),
    Column("kind", Word, nullable=False),
    minor("sum_assured"),
    minor("premium"),
    currency(),
    Column("term_years", Integer, nullable=False),
    Column("status", Word, nullable=False),
)

policy_roles = Table(
    "policy_roles",
    metadata,
    Column("policy_no", Id, ForeignKey("policies.policy_no")),
    Column("place", Integer),
    Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
    Column("kind", Word, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date),
    Column("order", Integer, nullable=False),
    Column("share_bp", Integer, nullable=False),
    Column("relation", Word, nullable=False),
    PrimaryKeyConstraint("policy_no", "place"),
    CheckConstraint("share_bp BETWEEN 0 AND 10000", name="share"),
)

loans = Table(
    "loans",
    metadata,
    Column("id", Id, primary_key=True),
    Column("policy_no", Id, ForeignKey("policies.policy_no"), nullable=False, index=True),
    Column("place", Integer, nullable=False),
    Column("kind", Word, nullable=False),
    minor("principal"),
    minor("balance"),
    currency(),
    Column("rate_ppm", Integer, nullable=False),
    Column("started_on", Date, nullable=False),
    Column("balance_since", Date, nullable=False),
    Column("term_months", Integer, nullable=False),
    Column("settled_on", Date),
)

payment_instructions = Table(
    "payment_instructions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("policy_no", Id, ForeignKey("policies.policy_no"), nullable=False, index=True),
    Column("place", Integer, nullable=False),
    Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
    Column("account_id", Id, nullable=False),
    Column("frequency", Word, nullable=False),
    minor("premium"),
    minor("limit"),
    currency(),
    Column("authorised_on", Date, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date),
    one_of("frequency", "ANNUAL", "HALF_YEARLY", "QUARTERLY", "MONTHLY"),
)

policy_options = Table(
    "policy_options",
    metadata,
    Column("policy_no", Id, ForeignKey("policies.policy_no")),
    Column("place", Integer),
    Column("name", Word, nullable=False),
    Column("value", Id, nullable=False),
    Column("since", Date, nullable=False),
    PrimaryKeyConstraint("policy_no", "place"),
)

policy_benefits = Table(
    "policy_benefits",
    metadata,
    Column("id", Id, primary_key=True),
    Column("policy_no", Id, ForeignKey("policies.policy_no"), nullable=False, index=True),
    Column("place", Integer, nullable=False),
    Column("kind", Word, nullable=False),
    Column("due_on", Date, nullable=False),
    minor("amount"),
    currency(),
    Column("paid_on", Date),
    one_of("kind", "SURVIVAL", "ANNUITY", "MATURITY", "DIVIDEND"),
)

cash_values = Table(
    "cash_values",
    metadata,
    Column("policy_no", Id, ForeignKey("policies.policy_no")),
    Column("valid_from", Date),
    minor("amount"),
    currency(),
    PrimaryKeyConstraint("policy_no", "valid_from"),
)

policy_versions = Table(
    "policy_versions",
    metadata,
    Column("policy_no", Id, ForeignKey("policies.policy_no")),
    Column("no", Integer),
    Column("cause", Word, nullable=False),
    Column("case_id", Id, index=True),
    Column("effective_at", Instant, nullable=False),
    Column("before_image", Json),
    Column("before_hash", String(64)),
    Column("after_hash", String(64), nullable=False),
    Column("reversed_by", Integer),
    PrimaryKeyConstraint("policy_no", "no"),
)

reservations = Table(
    "reservations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("policy_no", Id, ForeignKey("policies.policy_no"), nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("case_id", Id, nullable=False, index=True),
    Column("quote_hash", String(64), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("state", Word, nullable=False),
    one_of("state", "ACTIVE", "COMMITTED", "CANCELLED"),
    Index(None, "policy_no", "state"),
)

policy_locks = Table(
    "policy_locks",
    metadata,
    Column("policy_no", Id, ForeignKey("policies.policy_no")),
    Column("case_id", Id, index=True),
    Column("item", Word, nullable=False),
    Column("notice_arrived_at", Instant, nullable=False),
    PrimaryKeyConstraint("policy_no", "case_id"),
)
