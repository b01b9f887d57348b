"""Cases as lists and pages show them: filtered, in pages, with what they wait for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.book.commissions import CommissionTable
from infra.db.book.communications import CommunicationTable
from infra.db.book.endorsements import EndorsementTable
from infra.db.casework.anomalies import AnomalyTable
from infra.db.casework.cases import case_of, case_query
from infra.db.casework.clocks import ClockTable
from infra.db.chain.audit import AuditTable
from infra.db.connections.rows import to_noun
from infra.db.operations.incidents import IncidentFilter, IncidentView, IncidentViews
from infra.db.operations.watch import unexplained
from infra.db.pages.inbox import Inbox, TaskFilter
from infra.db.tables import cases, trail
from infra.db.tables.columns import Instant
from workflows.domain.case import Case, CaseStatus
from workflows.domain.clocks import Clock
from workflows.domain.commission import ClawBack
from workflows.domain.findings import Anomaly
from workflows.domain.human_task import Deed, HumanTask
from workflows.domain.records import Communication, Endorsement

_cases = cases.cases
_waits = trail.waits
_journal = trail.journal


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases to list."""

    statuses: tuple[CaseStatus, ...] = ()
    process_id: str | None = None
    policy_no: str | None = None
    applicant_party_id: str | None = None
    started_by: str | None = None
    unfinished_only: bool = False
    with_incident_only: bool = False
    unexplained_since: datetime | None = None
    """Only those that wait for nothing with a name, and have not moved since."""
    warned_by: datetime | None = None
    """Only those with a running clock that has warned by then."""
    after: tuple[datetime, str] | None = None
    """The last case of the page before: accepted_at, id."""
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Something a case waits for."""

    instance_id: str
    kind: str
    """timer, message, job or child."""
    key: int
    element: str | None
    name: str | None
    due: datetime | None
    data: dict[str, Any]
    opened_at: datetime
    attempt: int | None = None
    next_attempt_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailEntry:
    """One entry of a case's journal, as it lies in the database."""

    no: int
    """Place in the trail of all cases: what a page continues after."""
    instance_id: str
    generation: int
    seq: int
    at: datetime
    kind: str
    element: str | None
    name: str | None
    key: int | None
    data: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDetail:
    """A case with everything a page about it shows."""

    case: Case
    waits: tuple[Wait, ...]
    tasks: tuple[HumanTask, ...]
    incidents: tuple[IncidentView, ...]
    clocks: tuple[Clock, ...]
    anomalies: tuple[Anomaly, ...]
    endorsements: tuple[Endorsement, ...]
    communications: tuple[Communication, ...]
    claw_backs: tuple[ClawBack, ...]
    grace_deeds: tuple[Deed, ...]
    """Done on a certificate that had ended."""
    quote: dict[str, Any] | None


class CaseViews:
    """Lists and pages of cases."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def list(self, wanted: CaseFilter) -> tuple[Case, ...]:
        """A page of cases, newest first."""
        place = (_cases.c.accepted_at, _cases.c.id)
        query: Any = case_query().order_by(*(column.desc() for column in place)).limit(wanted.limit)
        for condition in _conditions(wanted):
            query = query.where(condition)
        if wanted.after is not None:
            at, case_id = wanted.after
            query = query.where(tuple_(*place) < tuple_(literal(at, Instant), literal(case_id)))
        return tuple(map(case_of, await self._connection.execute(query)))

    async def get(self, case_id: str) -> Case | None:
        """A case by id."""
        row = (await self._connection.execute(case_query().where(_cases.c.id == case_id))).first()
        return None if row is None else case_of(row)

    async def detail(self, case_id: str) -> CaseDetail | None:
        """A case with waits, open tasks, incidents, clocks, and what it produced."""
        case = await self.get(case_id)
        if case is None:
            return None
        connection = self._connection
        return CaseDetail(
            case=case,
            waits=await self.waits(case_id),
            tasks=await Inbox(connection).list(TaskFilter(case_id=case_id, limit=500)),
            incidents=await IncidentViews(connection).list(
                IncidentFilter(case_id=case_id, limit=500)
            ),
            clocks=await ClockTable(connection).of_case(case_id),
            anomalies=await AnomalyTable(connection).of_case(case_id),
            endorsements=await EndorsementTable(connection).of_case(case_id),
            communications=await CommunicationTable(connection, AuditTable(connection)).of_case(
                case_id
            ),
            claw_backs=await CommissionTable(connection).of_case(case_id),
            grace_deeds=tuple(
                deed for deed in await Inbox(connection).deeds(case_id) if deed.in_grace_until
            ),
            quote=await self._quote(case_id),
        )

    async def waits(self, case_id: str) -> tuple[Wait, ...]:
        """What a case waits for, called processes included."""
        query = (
            select(_waits)
            .where(_waits.c.case_id == case_id)
            .order_by(_waits.c.opened_at, _waits.c.instance_id, _waits.c.key)
        )
        return tuple(to_noun(Wait, row) for row in await self._connection.execute(query))

    async def trail(
        self, case_id: str, *, after: int = 0, limit: int = 200
    ) -> tuple[TrailEntry, ...]:
        """A page of a case's journal in the order it was written, as it is told now."""
        newer = _journal.alias()
        superseded = (
            select(newer.c.no)
            .where(
                newer.c.instance_id == _journal.c.instance_id,
                newer.c.generation > _journal.c.generation,
                newer.c.seq <= _journal.c.seq,
            )
            .exists()
        )
        query = (
            select(_journal)
            .where(_journal.c.case_id == case_id, _journal.c.no > after, ~superseded)
            .order_by(_journal.c.no)
            .limit(limit)
        )
        return tuple(to_noun(TrailEntry, row) for row in await self._connection.execute(query))

    async def _quote(self, case_id: str) -> dict[str, Any] | None:
        requests = cases.case_requests
        query = select(requests.c.quote).where(requests.c.case_id == case_id)
        quote: dict[str, Any] | None = (await self._connection.execute(query)).scalar()
        return quote


def _conditions(wanted: CaseFilter) -> list[Any]:
    conditions: list[Any] = [
        _cases.c[column] == value
        for column in ("process_id", "policy_no", "applicant_party_id", "started_by")
        if (value := getattr(wanted, column)) is not None
    ]
    if wanted.statuses:
        conditions.append(_cases.c.status.in_(wanted.statuses))
    if wanted.unfinished_only:
        conditions.append(_cases.c.finished_at.is_(None))
    if wanted.unexplained_since is not None:
        conditions.append(unexplained(wanted.unexplained_since))
    if wanted.with_incident_only:
        open_incident = (
            select(trail.incidents.c.key)
            .where(trail.incidents.c.case_id == _cases.c.id, trail.incidents.c.closed_at.is_(None))
            .exists()
        )
        conditions.append(open_incident)
    if wanted.warned_by is not None:
        conditions.append(_warned(wanted.warned_by))
    return conditions


def _warned(at: datetime) -> Any:  # noqa: ANN401 - a condition of SQLAlchemy
    clocks = cases.clocks
    running = (clocks.c.state == "RUNNING", clocks.c.paused_at.is_(None))
    mine = (clocks.c.case_id == _cases.c.id, *running, clocks.c.warn_at <= at)
    return select(clocks.c.rule_id).where(*mine).exists()
