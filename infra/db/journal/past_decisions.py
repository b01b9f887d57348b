"""Decisions of the past as the journal has them: what a table was asked, what it answered."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.tables import cases, trail
from workflows.dmn.backtest import PastDecision
from workflows.feel.wire import decode

AT_A_TIME: Final = 200
"""Cases read in one query."""
_cases, _journal = cases.cases, trail.journal
_KINDS: Final = ("variablesChanged", "elementActivated", "elementCompleted")

Places = Mapping[str, str]
"""Elements that ask a table, to the variable that gets its answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedCase:
    """A case, and the program it was played by."""

    id: str
    process_id: str
    program_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenDecision:
    """A table asked at an element: what it was asked, what it answered."""

    instance_id: str
    case_id: str
    element: str
    name: str | None
    at: datetime
    inputs: Mapping[str, Any]
    """Wire-encoded, as the journal has them."""
    output: Any


class PastDecisions:
    """Reads what was decided."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def cases(self, since: datetime, until: datetime, most: int) -> tuple[PlayedCase, ...]:
        """The cases accepted in a time, the newest first."""
        query = (
            select(_cases.c.id, _cases.c.process_id, _cases.c.program_hash)
            .where(_cases.c.accepted_at >= since, _cases.c.accepted_at < until)
            .order_by(_cases.c.accepted_at.desc(), _cases.c.id)
            .limit(most)
        )
        rows = (await self._connection.execute(query)).mappings()
        return tuple(PlayedCase(**row) for row in rows)

    async def at(self, case_ids: Sequence[str], places: Places) -> AsyncIterator[PastDecision]:
        """Every decision that was made at some elements of some cases."""
        for first in range(0, len(case_ids), AT_A_TIME):
            query = (
                select(_journal)
                .where(
                    _journal.c.instance_id.in_(case_ids[first : first + AT_A_TIME]),
                    _journal.c.element.in_(places),
                    _journal.c.kind.in_(_KINDS),
                )
                .order_by(_journal.c.no)
            )
            rows = (await self._connection.execute(query)).mappings().all()
            for taken in _taken(rows, places):
                yield PastDecision(
                    case_id=taken.case_id,
                    at=taken.at,
                    inputs={name: decode(value) for name, value in taken.inputs.items()},
                    decided=decode(taken.output),
                )

    async def of_case(self, case_id: str, places: Places) -> tuple[TakenDecision, ...]:
        """Every decision of a case and of what it called, in order."""
        query = (
            select(_journal)
            .where(
                _journal.c.case_id == case_id,
                _journal.c.element.in_(places),
                _journal.c.kind.in_(_KINDS),
            )
            .order_by(_journal.c.no)
        )
        rows = (await self._connection.execute(query)).mappings().all()
        return tuple(sorted(_taken(rows, places), key=lambda one: one.at))


def _taken(rows: Sequence[RowMapping], places: Places) -> Iterator[TakenDecision]:
    """What was put in before an element began; what came out of it until it had ended."""
    told: dict[tuple[str, int], list[RowMapping]] = defaultdict(list)
    for row in rows:
        told[row["instance_id"], row["key"]].append(row)
    for lines in told.values():
        begun = [place for place, row in enumerate(lines) if row["kind"] == "elementActivated"]
        if not begun or lines[-1]["kind"] != "elementCompleted":
            continue  # it was never asked, or never answered
        inputs = _variables(lines[: begun[-1]])
        answers = _variables(lines[begun[-1] :])
        result = places[lines[-1]["element"]]
        if inputs and result in answers:
            yield TakenDecision(
                instance_id=lines[-1]["instance_id"],
                case_id=lines[-1]["case_id"],
                element=lines[-1]["element"],
                name=lines[-1]["name"],
                at=lines[-1]["at"],
                inputs=inputs,
                output=answers[result],
            )


def _variables(rows: Sequence[RowMapping]) -> dict[str, Any]:
    """What was written; of a person who was forgotten nothing is left."""
    return {
        name: value
        for row in rows
        if row["kind"] == "variablesChanged"
        for name, value in (row["data"].get("variables") or {}).items()
    }
