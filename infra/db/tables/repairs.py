"""Table of repairs that a second person has to order as well."""

from sqlalchemy import Column, String, Table

from infra.db.tables.columns import Id, Instant, Word, metadata

repair_proposals = Table(
    "repair_proposals",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("case_id", Id, nullable=False, index=True),
    Column("instance_id", Id, nullable=False),
    Column("act", Word, nullable=False),
    Column("by", Id, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("at", Instant, nullable=False),
)
