"""Looks up in the journal when something began that another worker process, or none, remembers."""

import asyncio
import contextvars
import logging
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db.tables import trail
from infra.telemetry.elements import Elements, Missed, key_of
from workflows.contracts.journal import JournalEntry

MOST: Final = 64
"""Look-ups under way at once; more endings than that go without a span."""

_journal = trail.journal
_log = logging.getLogger(__name__)


class Activations:
    """Beginnings, out of the journal, each looked up beside the work and never before it."""

    def __init__(self, engine: AsyncEngine, elements: Elements) -> None:
        self._engine = engine
        self._elements = elements
        self._running: set[asyncio.Task[None]] = set()

    def recall(self, missed: list[Missed]) -> None:
        """Begin to look up; returns at once."""
        if len(self._running) >= MOST:
            return
        task = asyncio.create_task(self._recall(missed), context=contextvars.Context())
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        """Wait a moment for what is under way."""
        if self._running:
            await asyncio.wait(self._running, timeout=2)

    async def _recall(self, missed: list[Missed]) -> None:
        try:
            found = await self._beginnings(missed)
        except (SQLAlchemyError, OSError) as error:
            _log.debug("beginnings not looked up: %s", type(error).__name__)
            return
        for one in missed:
            beginning = found.get(key_of(one.entry))
            if beginning is not None:
                self._elements.recall(one, beginning)

    async def _beginnings(self, missed: list[Missed]) -> dict[int | None, JournalEntry]:
        columns = [_journal.c[name] for name in ("seq", "at", "kind", "element", "name", "key")]
        query = (
            select(*columns, _journal.c.data)
            .where(
                _journal.c.instance_id == missed[0].instance_id,
                _journal.c.kind.in_(("caseStarted", "elementActivated")),
            )
            .order_by(_journal.c.no)
        )
        wanted = {key_of(one.entry) for one in missed}
        async with self._engine.connect() as connection:
            rows = [dict(row._mapping) for row in await connection.execute(query)]  # noqa: SLF001 - SQLAlchemy's public name
        entries = [JournalEntry(**row) for row in rows]
        return {key_of(entry): entry for entry in entries if key_of(entry) in wanted}
