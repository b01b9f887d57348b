"""The table of population alerts: what many cases showed together, and what came of it."""

from sqlalchemy import BigInteger, Column, Date, Index, Integer, String, Table

from infra.db.tables.columns import Id, Instant, Word, metadata, one_of

population_alerts = Table(
    "population_alerts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, nullable=False, index=True),
    Column("rule", Word, nullable=False),
    Column("severity", Word, nullable=False),
    Column("owner", Word, nullable=False),
    Column("kind", Word, nullable=False),
    Column("grouping", Word, nullable=False),
    Column("key", Id, nullable=False),
    Column("day", Date, nullable=False),
    Column("count", Integer, nullable=False),
    Column("mean_ppm", BigInteger, nullable=False),
    Column("sigma_ppm", BigInteger, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("due_on", Date),
    Column("closed_by", Id),
    Column("closed_at", Instant),
    Column("outcome", Word),
    Column("reason", String(500), nullable=False),
    one_of("outcome", "CONFIRMED", "FALSE_ALARM"),
    Index(None, "rule", "grouping", "key"),
    Index(None, "raised_at", "id"),
)
