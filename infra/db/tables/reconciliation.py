"""Tables of reconciliation: which days were compared, and where the books differed."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, Index, Integer, String, Table

from infra.db.tables.columns import Id, Instant, Word, currency, metadata

reconciliations = Table(
    "reconciliations",
    metadata,
    Column("day", Date, primary_key=True),
    Column("asked_at", Instant, nullable=False),
    Column("asked_by", Id, nullable=False),
    Column("done_at", Instant),
    Column("lines", Integer),
    Column("orders", Integer),
    Column("breaks", Integer),
    CheckConstraint("(done_at IS NULL) = (lines IS NULL)", name="done"),
)
"""One row a day; asked for again it is compared again."""

breaks = Table(
    "reconciliation_breaks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Word, nullable=False),
    Column("about", String(300), nullable=False),
    Column("case_id", Id, index=True),
    Column("at", Instant, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("at_bank_minor", BigInteger),
    Column("by_case_minor", BigInteger),
    Column("in_ledger_minor", BigInteger),
    currency(),
    Column("anomaly_id", Id),
    Column("outcome", Word),
    Column("note", String(500)),
    Column("closed_by", Id),
    Column("closed_at", Instant),
    Index(None, "closed_at"),
)
