"""Table of who is at work: the last sign of life from the workers of each task queue."""

from sqlalchemy import Column, Table

from infra.db.tables.columns import Id, Instant, metadata

signs_of_life = Table(
    "signs_of_life",
    metadata,
    Column("queue", Id, primary_key=True),
    Column("at", Instant, nullable=False),
)
