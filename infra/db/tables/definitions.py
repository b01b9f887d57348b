"""Tables of deployed process models: bundles by hash, versions by process."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
)

from infra.db.tables.columns import Id, Instant, metadata

bundles = Table(
    "bundles",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("deployed_at", Instant, nullable=False),
    Column("deployed_by", Id, nullable=False),
)

bundle_files = Table(
    "bundle_files",
    metadata,
    Column("bundle_hash", String(64), ForeignKey("bundles.hash")),
    Column("name", String(200)),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("bundle_hash", "name"),
)

definitions = Table(
    "definitions",
    metadata,
    Column("process_id", Id),
    Column("version", Integer),
    Column("bundle_hash", String(64), ForeignKey("bundles.hash"), nullable=False),
    Column("version_tag", Id),
    Column("deployed_at", Instant, nullable=False),
    Column("deployed_by", Id, nullable=False),
    PrimaryKeyConstraint("process_id", "version"),
    Index("uq_definitions_process_id_bundle_hash", "process_id", "bundle_hash", unique=True),
)
