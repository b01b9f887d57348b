"""Insight: where everything stands, on one page."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from fastapi import APIRouter

from api.attendance import attendance
from api.dependencies import Composed, Deployment
from api.schemas.insight import (
    CasesStanding,
    ClockStanding,
    ElementStanding,
    Insight,
    QueueStanding,
    SlowElement,
    Throughput,
)
from infra.db.operations.attendance import AttendanceTable
from infra.db.pages.insight import Against, Backlog, InsightViews, Place, Slow, Standing
from infra.task_queues import QueueState
from workflows.contracts.catalogue import CONTRACTS

router = APIRouter(prefix="/v1", tags=["operations"])
_HOURS = (1, 24)


@router.get("/insight")
async def look(composed: Composed) -> Insight:
    """Look over all cases: states, elements, clocks, throughput, queues, slow work."""
    now = composed.now()
    polled = await composed.pollers.is_polled(composed.cases)
    async with composed.database.snapshot() as connection:
        views = InsightViews(connection)
        standings, places = await views.standings(), await views.places()
        against, backlog, slow = await views.against(), await views.backlog(), await views.slow()
        flows = [await views.flow(now, hours) for hours in _HOURS]
        stuck, ignored = await views.stuck()
        seen = await AttendanceTable(connection).last(composed.cases.task_queue)
    return Insight(
        at=now,
        cases=[_standing(one) for one in standings],
        elements=[_place(one) for one in places],
        clocks=[_clock(one, now) for one in against],
        throughput=[Throughput(**asdict(flow)) for flow in flows],
        open_incidents=stuck,
        ignored_incidents=ignored,
        queues=await _queues(composed, backlog),
        slow=[_slow(one) for one in slow],
        standstills=sorted(await composed.standing()),
        workers_silent=attendance(seen, polled, now).state == "no-worker",
    )


def _standing(one: Standing) -> CasesStanding:
    return CasesStanding(
        process=one.process_id, status=one.status, cases=one.cases, oldest_at=one.oldest_at
    )


def _place(one: Place) -> ElementStanding:
    return ElementStanding(
        process=one.process_id,
        element=one.element,
        waits_for=one.kind,
        number=one.number,
        oldest_at=one.oldest_at,
    )


def _slow(one: Slow) -> SlowElement:
    return SlowElement(
        process=one.process_id,
        element=one.element,
        name=one.name,
        times=one.times,
        median=one.median,
        p95=one.p95,
        longest=one.longest,
    )


async def _queues(composed: Deployment, backlog: Sequence[Backlog]) -> list[QueueStanding]:
    """The cases' own queue with the work of the house, and those of work that others serve."""
    in_house = [one for one in backlog if one.type in CONTRACTS]
    foreign = {one.type: [one] for one in backlog if one.type not in CONTRACTS}
    states = await composed.cases.queue_states(list(foreign))
    return [
        _queue(state, [] if state.kind == "workflow" else foreign.get(state.queue, in_house))
        for state in states
    ]


def _queue(state: QueueState, jobs: Sequence[Backlog]) -> QueueStanding:
    return QueueStanding(
        queue=state.queue,
        kind=state.kind,
        backlog=state.backlog,
        pollers=state.pollers,
        jobs=sum(one.jobs for one in jobs),
        oldest_at=min((one.oldest_at for one in jobs), default=None),
        most_attempts=max((one.most_attempts for one in jobs), default=0),
    )


def _clock(one: Against, now: datetime) -> ClockStanding:
    waited = None if one.waits_since is None else (now - one.waits_since).total_seconds()
    return ClockStanding(
        case_id=one.case_id,
        status=one.status,
        rule=one.rule_id,
        due=one.due,
        seconds_left=int((one.due - now).total_seconds()),
        waits_for=one.waits_for,
        element=one.element,
        waits_since=one.waits_since,
        waited_seconds=None if waited is None else int(waited),
    )
