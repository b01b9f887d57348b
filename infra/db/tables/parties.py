"""Tables of parties. With bank accounts and mail texts, the only ones that hold personal data."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, String, Table

from infra.db.tables.columns import Id, Instant, Salt, Word, metadata

parties = Table(
    "parties",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Word, nullable=False),
    Column("name", String(200), nullable=False),
    Column("id_type", Word, nullable=False),
    Column("id_no", String(60), nullable=False),
    Column("id_valid_to", Date),
    Column("born_on", Date),
    Column("sex", String(1)),
    Column("nationality", String(2), nullable=False),
    Column("capacity", Word, nullable=False),
    Column("vulnerable", Boolean, nullable=False),
    Column("aml_listed", Boolean, nullable=False),
    Column("critically_ill", Boolean, nullable=False),
    Column("deceased_on", Date),
    Column("salt", Salt),
)

contact_points = Table(
    "contact_points",
    metadata,
    Column("id", Id, primary_key=True),
    Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
    Column("kind", Word, nullable=False),
    Column("value", String(300), nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Column("verified_at", Instant),
    Column("voided_at", Instant),
    Index(None, "kind", "value"),
)

bank_accounts = Table(
    "bank_accounts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
    Column("bank", Word, nullable=False),
    Column("account_no", String(60), nullable=False),
    Column("holder_name", String(200), nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("match", Word, nullable=False),
    Column("checked_at", Instant),
)
