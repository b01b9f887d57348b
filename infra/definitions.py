"""Bundles by hash, read synchronously: what a workflow's program cache misses it finds here.

The cache asks from inside a workflow task, where nothing may be awaited; so this reader keeps a
synchronous engine of its own, reads one bundle by its hash, and is asked once per bundle.
"""

from collections.abc import Mapping

from sqlalchemy import create_engine, make_url, select
from sqlalchemy.pool import NullPool

from infra.db.tables.definitions import bundle_files, bundles

_SYNCHRONOUS = {"sqlite+aiosqlite": "sqlite"}


class BundleReader:
    """Reads the files of deployed bundles."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        driver = _SYNCHRONOUS.get(parsed.drivername, parsed.drivername)
        self._engine = create_engine(parsed.set(drivername=driver), poolclass=NullPool)

    def __call__(self, bundle_hash: str) -> Mapping[str, bytes] | None:
        """Return the files of a bundle; None when there is no such bundle."""
        query = select(bundle_files.c.name, bundle_files.c.content).where(
            bundle_files.c.bundle_hash == bundle_hash
        )
        with self._engine.connect() as connection:
            files = {row.name: bytes(row.content) for row in connection.execute(query)}
        return files or None

    def hashes(self) -> tuple[str, ...]:
        """Return every bundle ever deployed, the oldest first."""
        query = select(bundles.c.hash).order_by(bundles.c.deployed_at, bundles.c.hash)
        with self._engine.connect() as connection:
            return tuple(connection.execute(query).scalars())

    def close(self) -> None:
        """Let go of the engine."""
        self._engine.dispose()
