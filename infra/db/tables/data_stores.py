"""Table of what data stores hold."""

from sqlalchemy import Column, PrimaryKeyConstraint, String, Table

from infra.db.tables.columns import Id, Instant, Json, metadata

data_store_entries = Table(
    "data_store_entries",
    metadata,
    Column("store", String(200)),
    Column("key", String(200)),
    Column("value", Json),
    Column("case_id", Id, nullable=False, index=True),
    Column("written_at", Instant, nullable=False),
    PrimaryKeyConstraint("store", "key"),
)
