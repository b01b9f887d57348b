"""What the relay failed at: how often, why, and when it tries again; each row by itself.

A row that fails for ever must not hold up the others: it is left alone for longer and longer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import trail

_failures = trail.relay_failures
RelayKind = Literal["case", "message", "signal", "replay"]
SHORTEST: Final = timedelta(seconds=2)
LONGEST: Final = timedelta(minutes=5)
LONGEST_ERROR: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayFailure:
    """One row that could not be relayed yet."""

    kind: str
    id: str
    attempts: int
    next_at: datetime
    error: str


class RelayFailures:
    """Rows with a backoff of their own."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, kind: RelayKind, ids: Iterable[str]) -> dict[str, RelayFailure]:
        """The failures of some rows, by id."""
        query = select(_failures).where(_failures.c.kind == kind, _failures.c.id.in_(list(ids)))
        rows = await self._connection.execute(query)
        return {row.id: to_noun(RelayFailure, row) for row in rows}

    async def note(self, kind: RelayKind, row_id: str, error: str, at: datetime) -> RelayFailure:
        """It failed once more."""
        known = (await self.of(kind, [row_id])).get(row_id)
        attempts = 1 if known is None else known.attempts + 1
        failure = RelayFailure(
            kind=kind,
            id=row_id,
            attempts=attempts,
            next_at=at + pause(attempts),
            error=error[:LONGEST_ERROR],
        )
        await self.forget(kind, row_id)
        await self._connection.execute(insert(_failures), to_row(failure))
        return failure

    async def forget(self, kind: RelayKind, row_id: str) -> None:
        """It is done."""
        await self._connection.execute(
            _failures.delete().where(_failures.c.kind == kind, _failures.c.id == row_id)
        )


def pause(attempts: int) -> timedelta:
    """How long to leave a row alone after so many attempts."""
    factor: int = 1 << min(attempts - 1, 20)
    return min(SHORTEST * factor, LONGEST)
