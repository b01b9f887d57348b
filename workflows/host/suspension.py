"""A suspended case: what happens is kept, what it would begin waits; resumed, it catches up.

The interpreter does not know of it. Answers, messages and signals that come in are kept with the
moment at which they came; timers stay where they are; work that a repair asks for meanwhile waits.
When the last reason to stand still is gone, kept and overdue are applied in the order of their
moments: a message that came before a deadline is heard before that deadline, however late the case
goes on. Called processes stand still with their caller.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

from temporalio.exceptions import ApplicationError, FailureError
from temporalio.workflow import ChildWorkflowHandle

from workflows.bpmn.interpreter.commands import Command
from workflows.bpmn.interpreter.occurrences import (
    AssignmentAsked,
    ChildCompleted,
    ErrorThrown,
    EscalationThrown,
    MessageArrived,
    Occurrence,
    SignalArrived,
    TaskCompleted,
    TaskFailed,
    TimerFired,
)
from workflows.contracts.repair import BY_CALLER, RepairOrder, Resume, Standstill, Suspend
from workflows.contracts.routing import STAND_STILL
from workflows.host.case import Case, Posted, Suspension, decode_all
from workflows.host.holding import let_go
from workflows.host.record import close_job
from workflows.host.requests import refusal

_KEPT: Final[Mapping[str, Any]] = {
    "taskCompleted": TaskCompleted,
    "assignmentAsked": AssignmentAsked,
    "taskFailed": TaskFailed,
    "errorThrown": ErrorThrown,
    "escalationThrown": EscalationThrown,
    "childCompleted": ChildCompleted,
    "messageArrived": MessageArrived,
    "signalArrived": SignalArrived,
}
"""What comes from outside the case by itself; what an operator orders is done at once."""

_ANSWERS: Final = frozenset(("taskCompleted", "taskFailed", "errorThrown", "childCompleted"))
_BEGINNINGS: Final = frozenset(
    ("runTask", "startChild", "publishMessage", "broadcastSignal", "escalate")
)
_FOR: Final = "suspension"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtUp:
    """What a case makes up for when it goes on."""

    kept: int
    timers: int
    begun: int


# --- while it stands still --------------------------------------------------------------------


def keep(case: Case, item: Posted) -> bool:
    """Keep what happened for later, where it is of that kind; tell whether it was kept."""
    occurrence = item.occurrence
    if not case.is_suspended or case.finish is not None:
        return False
    if isinstance(occurrence, TimerFired):
        return True  # it stays due, and fires when the case goes on
    if occurrence.kind not in _KEPT:
        return False
    if occurrence.kind in _ANSWERS:
        close_job(case, getattr(occurrence, "key", 0), f"{occurrence.kind}, kept")
    case.still.held.append(replace(item, reply=None))
    return True


def defer(case: Case, command: Command) -> bool:
    """Put off a command that would begin something; tell whether it was put off."""
    if not case.is_suspended or command.kind not in _BEGINNINGS:
        return False
    case.still.deferred.append(command)
    return True


def withdraw(case: Case, key: int) -> None:
    """Forget work that was put off and is not wanted any more."""
    for command in [one for one in case.still.deferred if getattr(one, "key", 0) == key]:
        case.still.deferred.remove(command)
        element, kind = getattr(command, "element", None), "job"
        if command.kind == "startChild":
            kind = "child"
        case.note("waitClosed", (element, None, key), {"for": kind, "why": "cancelled"})


# --- standing still and going on --------------------------------------------------------------


def obey(
    case: Case, order: RepairOrder, told: Mapping[str, Any]
) -> ApplicationError | dict[str, Any]:
    """Carry out an order to stand still or to go on."""
    error = objection(case, order)
    if error is not None:
        return error
    match order.act:
        case Suspend(source=source):
            case.note("operatorActed", data={**told, "source": source})
            suspend(case, source, order.actor, order.role, order.reason)
            return {"children": _children(case)}
        case Resume(source=source):
            case.note("operatorActed", data={**told, "source": source})
            freed = let_go(case, source)
            if source not in case.still.reasons:
                return {"begun": freed}
            done = resume(case, source)
            if done is None:
                return {"stillSuspendedBy": list(case.still.reasons)}
            return {"kept": done.kept, "timers": done.timers, "begun": done.begun}
        case _:
            pass
    raise AssertionError(f"Expected an order to stand still or go on, but got {order.act.act}")


def objection(case: Case, order: RepairOrder) -> ApplicationError | None:
    """Say what is wrong with an order to stand still or to go on."""
    if case.finish is not None:
        return refusal("NOT_OPEN", "The case has already ended.")
    match order.act:
        case Suspend(source=source) if source in case.still.reasons:
            return refusal("SUSPENDED", "The case is suspended already.")
        case Resume(source=source) if (
            source not in case.still.reasons and source not in case.held.values()
        ):
            return refusal("NOT_SUSPENDED", "The case is not suspended, or not by this.")
        case _:
            return None


def hear(case: Case, word: Standstill) -> None:
    """Do as the caller says, unless a newer word was heard before."""
    if word.no <= case.still.callers_word or case.finish is not None:
        return
    case.still.callers_word = word.no
    if word.is_suspended and BY_CALLER not in case.still.reasons:
        suspend(case, BY_CALLER, word.by, word.role, word.reason)
    elif not word.is_suspended and BY_CALLER in case.still.reasons:
        resume(case, BY_CALLER)


def suspend(case: Case, source: str, by: str, role: str, reason: str) -> None:
    """Stand still for one more reason."""
    case.still.count += 1
    one = Suspension(
        no=case.still.count, source=source, by=by, role=role, reason=reason, since=case.now()
    )
    is_first = not case.still.reasons
    case.still.reasons[source] = one
    data = {"for": _FOR, "source": source, "by": by, "role": role, "reason": reason}
    case.note("waitOpened", (None, None, one.no), data)
    if is_first:
        _tell_children(case, one, is_suspended=True)


def resume(case: Case, source: str) -> CaughtUp | None:
    """Drop a reason to stand still; with the last one the case goes on."""
    one = case.still.reasons.pop(source)
    case.note("waitClosed", (None, None, one.no), {"for": _FOR, "why": "resumed"})
    if case.still.reasons:
        return None
    case.still.count += 1
    _tell_children(case, replace(one, no=case.still.count), is_suspended=False)
    return _catch_up(case)


def _catch_up(case: Case) -> CaughtUp:
    """Put what was kept and what fell due before all else, in the order of their moments."""
    now = case.now()
    due: list[tuple[datetime, int, Posted]] = [
        (timer.due, timer.wait, Posted(occurrence=TimerFired(at=now, wait=timer.wait)))
        for timer in case.waits.timers.values()
        if timer.due <= now
    ]
    kept = [
        (item.occurrence.at, place, replace(item, occurrence=_at(item.occurrence, now)))
        for place, item in enumerate(case.still.held)
    ]
    case.still.held.clear()
    missed = sorted((*due, *kept), key=lambda one: one[:2])
    case.inbox.extendleft(item for _, _, item in reversed(missed))
    begun = len(case.still.deferred)
    return CaughtUp(kept=len(kept), timers=len(due), begun=begun)


def _at(occurrence: Occurrence, now: datetime) -> Occurrence:
    """It happens now: the interpreter's time never runs backwards."""
    return replace(occurrence, at=now)


# --- called processes -------------------------------------------------------------------------


def _children(case: Case) -> int:
    return sum(job.runs == "child" for job in case.jobs.values())


def _tell_children(case: Case, one: Suspension, *, is_suspended: bool) -> None:
    for job in case.jobs.values():
        if job.child is not None:
            tell_child(case, job.child, one, is_suspended=is_suspended)


def tell_child(
    case: Case, child: ChildWorkflowHandle[Any, Any], one: Suspension, *, is_suspended: bool
) -> None:
    """Tell a called process to stand still, or to go on."""
    word = Standstill(
        no=one.no, is_suspended=is_suspended, by=one.by, role=one.role, reason=one.reason
    )
    task = asyncio.create_task(_send(child, word))
    case.still.tellings.add(task)
    task.add_done_callback(case.still.tellings.discard)


async def _send(child: ChildWorkflowHandle[Any, Any], word: Standstill) -> None:
    """One that has ended meanwhile has nothing to stand still with."""
    with contextlib.suppress(FailureError):
        await child.signal(STAND_STILL, word)


# --- past a continue-as-new -------------------------------------------------------------------


def carried(case: Case) -> dict[str, Any]:
    """Give what the next run must know; nothing of a case that never stood still."""
    if not case.still.count and not case.still.callers_word:
        return {}
    return {
        "suspensions": [one.carry() for one in case.still.reasons.values()],
        "standstills": case.still.count,
        "callers_word": case.still.callers_word,
        "held": [_pack(case, item) for item in case.still.held],
    }


def take_over(case: Case, told: Mapping[str, Any]) -> None:
    """Go on from the run before."""
    case.still.reasons = {
        one.source: one for one in map(Suspension.read, told.get("suspensions", ()))
    }
    case.still.count = told.get("standstills", 0)
    case.still.callers_word = told.get("callers_word", 0)
    case.still.held.extend(_unpack(row) for row in told.get("held", ()))


def _pack(case: Case, item: Posted) -> dict[str, Any]:
    occurrence = item.occurrence
    row: dict[str, Any] = {one.name: getattr(occurrence, one.name) for one in fields(occurrence)}
    row["at"] = occurrence.at.isoformat()
    if "variables" in row:
        row["variables"] = case.encodings.all(row["variables"])
    return {"occurrence": row, "request_id": item.request_id}


def _unpack(row: Mapping[str, Any]) -> Posted:
    told = dict(row["occurrence"])
    made = _KEPT[told.pop("kind")]
    told["at"] = datetime.fromisoformat(told["at"])
    if "variables" in told:
        told["variables"] = decode_all(told["variables"])
    if told.get("waits") is not None:
        told["waits"] = tuple(told["waits"])
    return Posted(occurrence=made(**told), request_id=row["request_id"])
