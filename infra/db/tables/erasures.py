"""Tables of erasures: who asked for one and why, who agreed, and which cases it emptied."""

from sqlalchemy import Column, ForeignKey, String, Table

from infra.db.tables.columns import Id, Instant, Word, metadata

erasures = Table(
    "erasures",
    metadata,
    Column("id", Id, primary_key=True),
    Column("party_id", Id, nullable=False, index=True),
    Column("basis", Word, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("proposed_by", Id, nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("confirmed_by", Id),
    Column("confirmed_at", Instant),
)

erased_cases = Table(
    "erased_cases",
    metadata,
    Column("case_id", Id, primary_key=True),
    Column("erasure_id", Id, ForeignKey("erasures.id"), nullable=False, index=True),
)
