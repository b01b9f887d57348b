"""What stands still, for those who ask before every piece of work: looked up once a second."""

import time
from collections.abc import Mapping
from typing import Final

from infra.db.connections.away import DatabaseAway
from infra.db.unit_of_work import Database
from workflows.domain.standstill import Standstill

KEPT_SECONDS: Final = 1.0


class StandingNow:
    """What stands still, by its source; of a second ago at most, while the database answers."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: Mapping[str, Standstill] = {}
        self._until = 0.0

    async def __call__(self) -> frozenset[str]:
        """Return the sources."""
        return frozenset(await self.known())

    async def known(self) -> Mapping[str, Standstill]:
        """Return it. A database that is away changes nothing: no work could be done either."""
        if time.monotonic() < self._until:
            return self._known
        try:
            async with self._database.reading() as room:
                self._known = {one.source: one for one in await room.standstills.all()}
        except DatabaseAway:
            return self._known
        self._until = time.monotonic() + KEPT_SECONDS
        return self._known

    def forget(self) -> None:
        """Look it up anew: it has just been changed."""
        self._until = 0.0
