"""The journal as events: what began, ended, stuck, and who decided, under a pseudonym.

Names are those that the model draws; variables, comments and the names of people stay where they
are. One case is one trace, with what its called processes did.
"""

import hashlib
import hmac
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy import literal, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.casework.cases import case_of, case_query
from infra.db.pages.case_views import CaseViews, TrailEntry
from infra.db.tables import cases
from infra.db.tables.columns import Instant
from infra.db.unit_of_work import Database
from workflows.domain.case import Case

AT_A_TIME: Final = 50
"""Cases read in one transaction."""
_PAGE: Final = 1_000
_cases = cases.cases

TRANSITIONS: Final[Mapping[str, str]] = MappingProxyType({
    "taskOpened": "schedule",
    "elementActivated": "start",
    "incidentOpened": "suspend",
    "incidentClosed": "resume",
    "elementCompleted": "complete",
    "elementTerminated": "ate_abort",
})  # fmt: skip
"""Entries of the journal that are events, by the transition of XES's standard lifecycle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases to export."""

    process_id: str | None = None
    since: datetime | None = None
    """Accepted then or later."""
    until: datetime | None = None
    """Accepted before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at an element."""

    activity: str
    element: str
    transition: str
    at: datetime
    resource: str
    """A pseudonym, or ``system``."""
    instance: str
    """Element instance: what begins and ends together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """A case."""

    case_id: str
    process_id: str
    version: int
    item: str
    status: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pseudonyms:
    """Stable names for people that tell nothing without the key."""

    key: bytes

    def of(self, person: str) -> str:
        """Return the name of a person."""
        digest = hmac.new(self.key, person.encode(), hashlib.sha256).hexdigest()
        return f"R-{digest[:12]}"


async def traces(
    database: Database, wanted: Wanted, pseudonyms: Pseudonyms
) -> AsyncIterator[Trace]:
    """Give trace after trace, the oldest case first; never more at hand than a few of them."""
    after: tuple[datetime, str] | None = None
    while True:
        async with database.snapshot() as connection:
            found = await _some(connection, wanted, after)
            made = [await _trace(connection, case, pseudonyms) for case in found]
        for trace in made:
            yield trace
        if len(found) < AT_A_TIME:
            return
        after = (found[-1].accepted_at, found[-1].id)


async def _some(
    connection: AsyncConnection, wanted: Wanted, after: tuple[datetime, str] | None
) -> list[Case]:
    place = (_cases.c.accepted_at, _cases.c.id)
    query = case_query().order_by(*place).limit(AT_A_TIME)
    if wanted.process_id is not None:
        query = query.where(_cases.c.process_id == wanted.process_id)
    if wanted.since is not None:
        query = query.where(_cases.c.accepted_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(_cases.c.accepted_at < wanted.until)
    if after is not None:
        query = query.where(tuple_(*place) > tuple_(literal(after[0], Instant), literal(after[1])))
    return [case_of(row) for row in await connection.execute(query)]


async def _trace(connection: AsyncConnection, case: Case, pseudonyms: Pseudonyms) -> Trace:
    views, entries, after = CaseViews(connection), list[TrailEntry](), 0
    while True:
        page = await views.trail(case.id, after=after, limit=_PAGE)
        entries += page
        if len(page) < _PAGE:
            break
        after = page[-1].no
    return Trace(
        case_id=case.id,
        process_id=case.process_id,
        version=case.version,
        item=case.item,
        status=case.status,
        events=tuple(_events(entries, pseudonyms)),
    )


def _events(entries: list[TrailEntry], pseudonyms: Pseudonyms) -> Iterator[Event]:
    deciders: dict[tuple[str, int | None], str] = {}
    for entry in entries:
        place = (entry.instance_id, entry.key)
        if entry.kind == "decisionMade":
            deciders[place] = pseudonyms.of(str(entry.data.get("by", "")))
        transition = TRANSITIONS.get(entry.kind)
        if transition is None or entry.element is None or entry.data.get("type") == "process":
            continue
        yield Event(
            activity=entry.name or entry.element,
            element=entry.element,
            transition=transition,
            at=entry.at,
            resource=deciders.get(place, "system") if transition == "complete" else "system",
            instance=f"{entry.instance_id}:{entry.key}",
        )
