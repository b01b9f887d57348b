"""What stands still, for those who ask before every piece of work: looked up once a second."""

import time
from typing import Final

from infra.db.away import DatabaseAway
from infra.db.unit_of_work import Database

KEPT_SECONDS: Final = 1.0


class StandingNow:
    """What stands still, by its source; of a second ago at most, while the database answers."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: frozenset[str] = frozenset()
        self._until = 0.0

    async def __call__(self) -> frozenset[str]:
        """Return it. A database that is away changes nothing: no work could be done either."""
        if time.monotonic() < self._until:
            return self._known
        try:
            async with self._database.reading() as room:
                self._known = frozenset(one.source for one in await room.standstills.all())
        except DatabaseAway:
            return self._known
        self._until = time.monotonic() + KEPT_SECONDS
        return self._known
