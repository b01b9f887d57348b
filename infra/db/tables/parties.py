"""Tables of parties, how to reach and to pay them: who they are lies under a key of each."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, String, Table

from infra.db.tables.columns import Id, Instant, Salt, Word, metadata
from infra.db.tables.sealed import SUBJECT, Mark, SealedDate, SealedText

parties = Table(
    "parties",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Word, nullable=False),
    Column("name", SealedText("parties.name"), nullable=False),
    Column("id_type", Word, nullable=False),
    Column("id_no", SealedText("parties.id_no"), nullable=False),
    Column("id_no_mark", Mark("id_no"), index=True),
    Column("id_valid_to", Date),
    Column("born_on", SealedDate("parties.born_on")),
    Column("sex", String(1)),
    Column("nationality", String(2), nullable=False),
    Column("capacity", Word, nullable=False),
    Column("vulnerable", Boolean, nullable=False),
    Column("aml_listed", Boolean, nullable=False),
    Column("critically_ill", Boolean, nullable=False),
    Column("deceased_on", Date),
    Column("salt", Salt),
    info={SUBJECT: "id"},
)

contact_points = Table(
    "contact_points",
    metadata,
    Column("id", Id, primary_key=True),
    Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
    Column("kind", Word, nullable=False),
    Column("value", SealedText("contact_points.value"), nullable=False),
    Column("mark", Mark("value")),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Column("verified_at", Instant),
    Column("voided_at", Instant),
    Index(None, "kind", "mark"),
    info={SUBJECT: "party_id"},
)

bank_accounts = Table(
    "bank_accounts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
    Column("bank", Word, nullable=False),
    Column("account_no", SealedText("bank_accounts.account_no"), nullable=False),
    Column("mark", Mark("account_no")),
    Column("holder_name", SealedText("bank_accounts.holder_name"), nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("match", Word, nullable=False),
    Column("checked_at", Instant),
    info={SUBJECT: "party_id"},
)
