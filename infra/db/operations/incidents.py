"""Incidents as operations sees them: what is stuck, where, why, since when."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.connections.rows import to_noun
from infra.db.tables import cases, trail
from infra.db.tables.columns import Instant
from infra.db.tables.desk import incident_marks

_incidents = trail.incidents
_marks = incident_marks


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """One incident."""

    instance_id: str
    key: int
    case_id: str
    element: str | None
    name: str | None
    code: str
    message: str
    opened_at: datetime
    closed_at: datetime | None
    source: str = "case"
    """case: the case opened it; watch: it was seen from outside."""
    last_seen_at: datetime | None = None
    attempts: int | None = None
    aside: str | None = None
    """ignored or handed-over: somebody has set it aside, and says why."""
    aside_by: str | None = None
    aside_reason: str | None = None
    aside_at: datetime | None = None
    anomaly_id: str | None = None
    """Under which it was handed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentGroup:
    """Open incidents of one cause."""

    process_id: str
    element: str | None
    code: str
    message: str
    incidents: int
    cases: int
    first_at: datetime
    last_at: datetime

    @property
    def cause(self) -> str:
        """The cause by a short name, the same as long as it is the same cause."""
        told = "\n".join((self.process_id, self.element or "", self.code, self.message))
        return hashlib.sha256(told.encode()).hexdigest()[:12]


SHORT_NAME: Final = re.compile(r"[0-9a-f]{12}")
"""Of a cause; the codes of incidents have dashes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFilter:
    """Which incidents to list."""

    open_only: bool = True
    case_id: str | None = None
    code: str | None = None
    process_id: str | None = None
    element: str | None = None
    source: str | None = None
    message: str | None = None
    after: tuple[datetime, str, int] | None = None
    """The last incident of the page before: opened_at, instance id, key."""
    limit: int = 50


class IncidentViews:
    """Lists of incidents."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def list(self, wanted: IncidentFilter) -> tuple[IncidentView, ...]:
        """A page of incidents, oldest first."""
        place = (_incidents.c.opened_at, _incidents.c.instance_id, _incidents.c.key)
        query: Any = _seen().order_by(*place).limit(wanted.limit)
        if wanted.open_only:
            query = query.where(_incidents.c.closed_at.is_(None))
        for column in ("case_id", "code", "source", "element", "message"):
            if (value := getattr(wanted, column)) is not None:
                query = query.where(_incidents.c[column] == value)
        if wanted.process_id is not None:
            of_process = select(cases.cases.c.id).where(
                cases.cases.c.process_id == wanted.process_id
            )
            query = query.where(_incidents.c.case_id.in_(of_process))
        if wanted.after is not None:
            at, instance_id, key = wanted.after
            query = query.where(
                tuple_(*place) > tuple_(literal(at, Instant), literal(instance_id), literal(key))
            )
        return tuple(to_noun(IncidentView, row) for row in await self._connection.execute(query))

    async def groups(self, limit: int = 500) -> tuple[IncidentGroup, ...]:
        """Open incidents by cause, the most frequent first; what is ignored does not count."""
        cause = (
            cases.cases.c.process_id,
            _incidents.c.element,
            _incidents.c.code,
            _incidents.c.message,
        )
        number = func.count()
        query = (
            select(
                *cause,
                number.label("incidents"),
                func.count(_incidents.c.case_id.distinct()).label("cases"),
                func.min(_incidents.c.opened_at).label("first_at"),
                func.max(_incidents.c.opened_at).label("last_at"),
            )
            .join(cases.cases, cases.cases.c.id == _incidents.c.case_id)
            .outerjoin(_marks, is_marked())
            .where(
                _incidents.c.closed_at.is_(None),
                func.coalesce(_marks.c.state, "") != "ignored",
            )
            .group_by(*cause)
            .order_by(number.desc(), *cause)
            .limit(limit)
        )
        return tuple(to_noun(IncidentGroup, row) for row in await self._connection.execute(query))

    async def group(self, cause: str) -> IncidentGroup | None:
        """Return the open incidents of a cause, by its short name."""
        return next((one for one in await self.groups() if one.cause == cause), None)

    async def get(self, instance_id: str, key: int) -> IncidentView | None:
        """An incident by instance and id."""
        query = _seen().where(_incidents.c.instance_id == instance_id, _incidents.c.key == key)
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(IncidentView, row)


def is_marked() -> Any:  # noqa: ANN401 - a condition of SQLAlchemy
    """The mark is of the very incident: its key may name another one after a replay."""
    return and_(
        _marks.c.instance_id == _incidents.c.instance_id,
        _marks.c.key == _incidents.c.key,
        _marks.c.opened_at == _incidents.c.opened_at,
    )


def _seen() -> Any:  # noqa: ANN401 - a query of SQLAlchemy
    return select(
        _incidents,
        _marks.c.state.label("aside"),
        _marks.c.by.label("aside_by"),
        _marks.c.reason.label("aside_reason"),
        _marks.c.at.label("aside_at"),
        _marks.c.anomaly_id,
    ).outerjoin(_marks, is_marked())
