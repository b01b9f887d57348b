"""Replay: where a case is taken up again, what that takes back, and doing it once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from infra.db.journal.replays import Replay
from infra.db.operations.incidents import IncidentFilter
from infra.db.operations.replay_views import Tail
from infra.db.unit_of_work import Database, ReadingRoom
from infra.resets import complete
from infra.run_history import Run, Turn, newest_run, turn_at, turn_of_event
from infra.undo_plans import undo_order, undo_plan
from workflows.contracts.case import UndoOrder
from workflows.contracts.undoing import UndoPlan


class NoReplay(Exception):
    """The case cannot be replayed so, or cannot be found out about."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        """As over HTTP: 404 there is none, 409 it cannot be."""
        self.code = code
        self.detail = detail


LAST_GOOD: Final = "last-good-point"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an operator asks for."""

    to: str | int
    """``last-good-point``, the id of an event in Temporal's history, or an element of the model."""
    run_id: str | None
    """The run the operator looked at; another one by now is refused."""
    undo: bool = False
    """Whether to find out what would have to be undone first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Where a case would be taken up again, why there, and what lies after it."""

    run_id: str
    event_id: int
    element: str | None
    why: str
    at: datetime
    """Business time of the point."""
    tail: Tail
    replayed: frozenset[str]
    """The runs that replays of the case had begun when this was found."""
    undo: UndoPlan | None = None
    """What would be undone first; None: nobody asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the database says of where to go."""

    offset: timedelta
    incident_at: datetime | None
    incident_element: str | None
    problems: bool
    decision_at: datetime | None
    element_at: datetime | None
    replayed: frozenset[str]

    @property
    def back_to(self) -> datetime | None:
        """The earliest moment that any of it speaks of, in the server's time."""
        told = [at for at in (self.incident_at, self.decision_at, self.element_at) if at]
        return min(told) - self.offset if told else None


async def plan(client: Client, database: Database, case_id: str, wanted: Wanted) -> Plan:
    """Find the point; raises NoReplay when there is none."""
    async with database.reading() as room:
        known = await _known(room, case_id, wanted)
    run = await _run(client, case_id, known)
    if wanted.run_id is not None and wanted.run_id != run.run_id:
        raise _not_latest()
    turn, element, why = _point(run, known, wanted.to)
    at = turn.started_at + known.offset
    async with database.reading() as room:
        tail = await room.replay_views.tail(case_id, at)
    return Plan(
        run_id=turn.run_id,
        event_id=turn.event_id,
        element=element,
        why=why,
        at=at,
        tail=tail,
        replayed=known.replayed,
        undo=await undo_plan(database, case_id, at) if wanted.undo else None,
    )


def looks_at_undoing(undo: bool | None, *, corrects: bool) -> bool:
    """What could be undone is looked at where that is to be, or where it is not yet said."""
    return corrects if undo is None else undo


def is_said(found: Plan, undo: bool | None) -> None:
    """Raise NoReplay where something could be undone, and nobody says whether it shall be."""
    if undo is None and found.undo is not None and found.undo.steps:
        kinds = ", ".join(f"{one.last.kind} at {one.last.element}" for one in found.undo.steps)
        raise NoReplay(
            409,
            "undo-or-keep",
            f"Corrected variables do not reach what is found again: {kinds}. Say whether it is "
            "undone first (undo: true), or kept as it is (undo: false).",
        )


async def undo_of(database: Database, found: Plan, undo: bool | None) -> UndoOrder | None:
    """Return what is undone first; raises NoReplay where that cannot be, or is not said."""
    is_said(found, undo)
    if not undo or found.undo is None:
        return None
    if found.undo.barred:
        kinds = ", ".join(f"{one.kind} at {one.element}" for one in found.undo.barred)
        raise NoReplay(409, "cannot-be-undone", f"Nothing undoes {kinds}.")
    return await undo_order(database, found.undo)


async def carry_out(
    client: Client,
    database: Database,
    order: Replay,
    replayed: frozenset[str],
    now: Callable[[], datetime],
) -> Replay:
    """Write the order down, then do it; the relay completes what a crash or an outage left.

    ``replayed``: the runs that replays had begun when the point was found; more by now, and
    somebody was faster.
    """
    async with database.work() as books:
        await books.hold(order.case_id)
        known = await books.replays.get(order.id)
        begun = await books.replays.runs(order.case_id)
        if known is None:
            if await books.replays.unfinished(order.case_id):
                raise _under_way()
            if begun != replayed:
                raise _not_latest()
            await books.replays.order(order)
    return await complete(client, database, known or order, begun, now)


async def _known(room: ReadingRoom, case_id: str, wanted: Wanted) -> _Known:
    case = await room.cases.get(case_id)
    if case is None:
        raise NoReplay(404, "unknown-case", "There is no such case.")
    if await room.replays.unfinished(case_id):
        raise _under_way()
    open_ones = await room.incidents.list(IncidentFilter(case_id=case_id))
    own = [one for one in open_ones if one.source == "case" and one.instance_id == case_id]
    element = own[0].element if own else None
    views = room.replay_views
    return _Known(
        offset=timedelta(seconds=case.clock_offset),
        incident_at=await views.last(case_id, "elementActivated", element) if element else None,
        incident_element=element,
        problems=any(one.source == "watch" for one in open_ones),
        decision_at=await views.last(case_id, "decisionMade"),
        element_at=(
            await views.last(case_id, "elementActivated", wanted.to)
            if isinstance(wanted.to, str) and wanted.to != LAST_GOOD
            else None
        ),
        replayed=await room.replays.runs(case_id),
    )


async def _run(client: Client, case_id: str, known: _Known) -> Run:
    try:
        run = await newest_run(client, case_id, known.back_to)
    except (RPCError, RuntimeError) as error:
        if isinstance(error, RPCError) and error.status == RPCStatusCode.NOT_FOUND:
            raise NoReplay(
                409, "case-not-running", "Temporal keeps no history of the case (any more)."
            ) from None
        raise
    if not run.turns:
        raise NoReplay(409, "nothing-to-replay", "The case has not done anything yet.")
    return run


Point = tuple[Turn, str | None, str]


def _point(run: Run, known: _Known, to: str | int) -> Point:
    if to == LAST_GOOD:
        return _last_good(run, known)
    if isinstance(to, int):
        turn = turn_of_event(run.own_turns, to)
        if turn is None:
            raise _no_point(
                "The newest run has no completed workflow task at or before this event."
            )
        return turn, None, f"the workflow task of event {to}"
    if known.element_at is None:
        raise _no_point("The case has not come to this element, in its own process.")
    return _at(run, known, known.element_at), to, f"before {to} was entered"


def _last_good(run: Run, known: _Known) -> Point:
    find = _BY_STATUS.get(run.status or WorkflowExecutionStatus.RUNNING, _last)
    return find(run, known)


def _last(run: Run, _known: _Known) -> Point:
    return run.turns[-1], None, "the last workflow task that was completed"


def _of_running(run: Run, known: _Known) -> Point:
    if known.incident_at is not None:
        element = known.incident_element
        why = f"before {element}, where the case is stuck, was entered"
        return _at(run, known, known.incident_at), element, why
    if known.problems:
        return _last(run, known)
    raise _no_point("The case runs and is not stuck. Name an element or an event.")


def _of_cancelled(run: Run, _known: _Known) -> Point:
    before = [
        turn
        for turn in run.turns
        if turn.run_id != run.run_id or turn.last_event_id < run.cancel_requested_id
    ]
    if not before:
        raise _no_point("The case was cancelled before it did anything.")
    return before[-1], None, "the last workflow task before the cancellation"


def _of_completed(run: Run, known: _Known) -> Point:
    cancelling = [turn for turn in run.turns if turn.cancels]
    if cancelling:
        return cancelling[-1], None, "before the case was cancelled"
    if known.decision_at is not None:
        return _at(run, known, known.decision_at), None, "before the last decision was made"
    return run.own_turns[0], None, "the beginning of the run: nobody decided anything"


_BY_STATUS: Final[Mapping[WorkflowExecutionStatus, Callable[[Run, _Known], Point]]] = (
    MappingProxyType({
        WorkflowExecutionStatus.RUNNING: _of_running,
        WorkflowExecutionStatus.CANCELED: _of_cancelled,
        WorkflowExecutionStatus.COMPLETED: _of_completed,
    })
)  # fmt: skip
"""Where the last good point lies; a run that failed, was terminated or timed out: at its end."""


def _at(run: Run, known: _Known, at: datetime) -> Turn:
    turn = turn_at(run.turns, at - known.offset)
    if turn is None:
        raise _no_point(
            "This lies in an earlier run of the case, which Temporal keeps no more; "
            "name a later point."
        )
    return turn


def _under_way() -> NoReplay:
    return NoReplay(409, "replay-under-way", "Another replay of the case is under way.")


def _not_latest() -> NoReplay:
    return NoReplay(409, "not-latest-run", "The case has gone on in another run; look again.")


def _no_point(detail: str) -> NoReplay:
    return NoReplay(409, "no-such-point", detail)
