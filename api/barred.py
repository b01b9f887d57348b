"""Who may do nothing at all: suspended, or gone; asked on every request, read once a second."""

import time
from typing import Final

from infra.db.unit_of_work import Database

LATEST: Final = 1.0
"""Seconds after which what another process did to the registry counts here, too."""


class Barred:
    """Those whom the registry bars, as read lately."""

    def __init__(self) -> None:
        self._known: frozenset[str] = frozenset()
        self._read_from: Database | None = None
        self._until = 0.0

    async def holds(self, database: Database, subject: str) -> bool:
        """Tell whether somebody may do nothing."""
        if self._read_from is not database or time.monotonic() >= self._until:
            async with database.reading() as room:
                self._known = await room.operators.barred()
            self._read_from, self._until = database, time.monotonic() + LATEST
        return subject in self._known

    def forget(self) -> None:
        """Read again: the registry was changed here."""
        self._until = 0.0
