"""Why a case is where it is: every named reason to wait, from what the database knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.events.standstills import StandstillTable
from infra.db.journal.telling import as_told_now
from infra.db.operations.incidents import IncidentView
from infra.db.operations.retries import RelayFailures
from infra.db.pages.case_views import CaseDetail, Wait
from infra.db.tables import trail
from workflows.domain.human_task import HumanTask
from workflows.domain.standstill import Standstill

_journal = trail.journal

ReasonKind = Literal[
    "accepted-not-started", "task", "timer", "message", "signal", "job", "called-process", "step",
    "incident", "problem", "replay", "no-worker", "suspended", "held",
    "offer",
]  # fmt: skip

_OF_WAIT: Final[dict[str, ReasonKind]] = {
    "timer": "timer",
    "message": "message",
    "signal": "signal",
    "job": "job",
    "child": "called-process",
    "offer": "offer",
    "held": "held",
}
_SUSPENSION: Final = "suspension"
_BY_CALLER: Final = "caller"
_WORKING: Final = frozenset({
    "serviceTask", "sendTask", "scriptTask", "businessRuleTask", "callActivity",
    "intermediateThrowEvent",
})  # fmt: skip
"""Elements that do something themselves; others are only passed through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One named reason to wait."""

    kind: ReasonKind
    since: datetime
    instance_id: str
    element: str | None = None
    name: str | None = None
    key: int | None = None
    """Of the task, the wait or the incident."""
    due: datetime | None = None
    """When it ends by itself: a timer, a task's due date."""
    who: tuple[str, ...] = ()
    """Whom an open task is for: its assignee, or its groups and people."""
    message: str | None = None
    """The name of the message or signal."""
    correlation_key: str | None = None
    attempt: int | None = None
    next_attempt_at: datetime | None = None
    detail: str = ""
    """The work's type, an incident's code, why a start fails."""


class Reasons:
    """Named reasons of cases."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._standstills = StandstillTable(connection, AuditTable(connection))

    async def of(self, page: CaseDetail) -> tuple[Reason, ...]:
        """Every reason of a case; one that has ended has none, unless it is to be replayed."""
        if page.case.finished_at is not None:
            return (*await self._replays(page.case.id), *map(_of_incident, page.incidents))
        known = [
            *_suspensions(page),
            *map(_of_task, page.tasks),
            *(_of_wait(wait) for wait in page.waits if wait.kind != _SUSPENSION),
            *map(_of_incident, page.incidents),
            *await self._replays(page.case.id),
        ]
        standing = {one.source: one for one in await self._standstills.all()}
        known = [_why_held(reason, standing) for reason in known]
        if page.case.started_at is None:
            held = standing.get(f"process:{page.case.process_id}")
            known.insert(0, _unbegun(page, held) if held else await self._not_started(page))
        steps = await self._steps(page.case.id)
        return (*known, *_under_way(steps, known))

    async def _not_started(self, page: CaseDetail) -> Reason:
        case = page.case
        failure = (await RelayFailures(self._connection).of("case", [case.id])).get(case.id)
        return Reason(
            kind="accepted-not-started",
            since=case.accepted_at,
            instance_id=case.id,
            attempt=None if failure is None else failure.attempts,
            next_attempt_at=None if failure is None else failure.next_at,
            detail="" if failure is None else failure.error,
        )

    async def _replays(self, case_id: str) -> list[Reason]:
        replays = trail.replays
        query = select(replays).where(replays.c.case_id == case_id, replays.c.finished_at.is_(None))
        return [
            Reason(kind="replay", since=row.at, instance_id=case_id, element=row.element)
            for row in await self._connection.execute(query)
        ]

    async def _steps(self, case_id: str) -> list[Row[Any]]:
        """Elements entered and not left, as the case tells its history now."""
        query = (
            select(_journal)
            .where(
                _journal.c.case_id == case_id,
                _journal.c.kind.in_(("elementActivated", "elementCompleted", "elementTerminated")),
                as_told_now(),
            )
            .order_by(_journal.c.instance_id, _journal.c.seq)
        )
        active: dict[tuple[str, int], Row[Any]] = {}
        for row in await self._connection.execute(query):
            place = (row.instance_id, row.key)
            if row.kind == "elementActivated":
                active[place] = row
            else:
                active.pop(place, None)
        return list(active.values())


def _under_way(steps: Sequence[Row[Any]], known: Sequence[Reason]) -> list[Reason]:
    """Work that nothing else speaks of; when nothing speaks at all, where the case stands."""
    places = {(reason.instance_id, reason.element) for reason in known}
    scopes = {(row.instance_id, row.data.get("scope")) for row in steps}
    leaves = [row for row in steps if (row.instance_id, row.key) not in scopes]
    working = [
        row
        for row in leaves
        if row.data.get("type") in _WORKING and (row.instance_id, row.element) not in places
    ]
    shown = working or ([] if known else leaves)
    return [
        Reason(
            kind="step",
            since=row.at,
            instance_id=row.instance_id,
            element=row.element,
            name=row.name,
            key=row.key,
            detail=str(row.data.get("type", "")),
        )
        for row in shown
    ]


def _why_held(reason: Reason, standing: Mapping[str, Standstill]) -> Reason:
    """Work that stands still: by whom and why; it goes on within seconds, if nothing does."""
    if reason.kind != "held":
        return reason
    one = standing.get(reason.detail)
    if one is None:
        return replace(reason, detail=f"{reason.detail} goes on")
    return replace(reason, who=(one.by,), detail=f"{reason.detail} stands still: {one.reason}")


def _unbegun(page: CaseDetail, one: Standstill) -> Reason:
    """An accepted case of a process that stands still: it begins when the process goes on."""
    return Reason(
        kind="suspended",
        since=max(one.since, page.case.accepted_at),
        instance_id=page.case.id,
        who=(one.by,),
        detail=f"{one.source} stands still: {one.reason}. It begins when that goes on.",
    )


def _suspensions(page: CaseDetail) -> list[Reason]:
    """Who made the case stand still, and why; called processes only follow it."""
    clocks = [
        f"{clock.deadline.rule_id} due {clock.deadline.due_on}"
        for clock in page.clocks
        if clock.state == "RUNNING"
    ]
    run_on = f" Clocks of law run on: {', '.join(clocks)}." if clocks else ""
    return [
        Reason(
            kind="suspended",
            since=wait.opened_at,
            instance_id=wait.instance_id,
            who=(str(wait.data.get("by", "")),),
            detail=f"{wait.data.get('reason', '')}.{run_on}",
        )
        for wait in page.waits
        if wait.kind == _SUSPENSION and wait.data.get("source") != _BY_CALLER
    ]


def _of_task(task: HumanTask) -> Reason:
    people = (task.assignee,) if task.assignee else (*task.candidate_groups, *task.candidate_users)
    return Reason(
        kind="task",
        since=task.opened_at,
        instance_id=task.instance_id,
        element=task.element,
        name=task.name,
        key=task.key,
        due=task.due,
        who=people,
    )


def _of_wait(wait: Wait) -> Reason:
    return Reason(
        kind=_OF_WAIT[wait.kind],
        since=wait.opened_at,
        instance_id=wait.instance_id,
        element=wait.element,
        name=wait.name,
        key=wait.key,
        due=wait.due,
        message=wait.data.get("message") or wait.data.get("signal"),
        correlation_key=wait.data.get("correlationKey"),
        attempt=wait.attempt,
        next_attempt_at=wait.next_attempt_at,
        detail=_detail(wait),
    )


def _detail(wait: Wait) -> str:
    offered = wait.data.get("activities") or ()
    names = ", ".join(str(one["name"]) for one in offered)
    return names or str(
        wait.data.get("source") or wait.data.get("type") or wait.data.get("processId") or ""
    )


def _of_incident(incident: IncidentView) -> Reason:
    return Reason(
        kind="incident" if incident.source == "case" else "problem",
        since=incident.opened_at,
        instance_id=incident.instance_id,
        element=incident.element,
        name=incident.name,
        key=incident.key,
        attempt=incident.attempts,
        detail=f"{incident.code}: {incident.message}{_aside(incident)}",
    )


def _aside(incident: IncidentView) -> str:
    if incident.aside is None:
        return ""
    return f" [{incident.aside} by {incident.aside_by}: {incident.aside_reason}]"
