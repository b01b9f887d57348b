"""Bundles by hash, read synchronously: what a workflow's program cache misses it finds here.

The cache asks from inside a workflow task, where nothing may be awaited; so each reading gets an
event loop and a connection of its own in a thread. It is asked once per bundle, and gives up before
the task would be taken for stuck. Golden histories bring the bundles that they ran on.
"""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Row, Select, select

from infra.db.connections.away import NO_CONNECTION, DatabaseAway
from infra.db.connections.engine import create_engine
from infra.db.tables.definitions import bundle_files, bundles

SECONDS: Final = 1.5
"""A workflow task is taken for stuck after two."""


class BundleReader:
    """Reads the files of deployed bundles."""

    def __init__(self, url: str, golden: Sequence[Path] = ()) -> None:
        self._url = url
        self._golden = golden
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="bundles")

    def __call__(self, bundle_hash: str) -> Mapping[str, bytes] | None:
        """Return the files of a bundle; None when there is no such bundle."""
        for folder in self._golden:
            files = {
                at.name: at.read_bytes() for at in (folder / "bundles" / bundle_hash).glob("*")
            }
            if files:
                return files
        query = select(bundle_files.c.name, bundle_files.c.content).where(
            bundle_files.c.bundle_hash == bundle_hash
        )
        return {row.name: bytes(row.content) for row in self._rows(query)} or None

    def hashes(self) -> tuple[str, ...]:
        """Return every bundle ever deployed, the oldest first."""
        query = select(bundles.c.hash).order_by(bundles.c.deployed_at, bundles.c.hash)
        return tuple(row.hash for row in self._rows(query))

    def close(self) -> None:
        """Let go of the thread."""
        self._thread.shutdown(wait=False)

    def _rows(self, query: Select[Any]) -> list[Row[Any]]:
        reading = self._thread.submit(asyncio.run, _read(self._url, query))
        try:
            return reading.result()
        except NO_CONNECTION as error:
            raise DatabaseAway(f"No bundle could be read: {type(error).__name__}.") from error


async def _read(url: str, query: Select[Any]) -> list[Row[Any]]:
    engine = create_engine(url)
    try:
        async with asyncio.timeout(SECONDS), engine.connect() as connection:
            return list(await connection.execute(query))
    finally:
        await engine.dispose()
