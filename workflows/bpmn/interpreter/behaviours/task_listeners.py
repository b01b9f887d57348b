"""Task listeners: jobs that correct what a human task is offered with, or deny a step of its life.

An answer has ``corrections``, or ``denied`` with a ``deniedReason``, and nothing else: a listener
brings no variables. What is wrong with it is an incident of the listener, whose job runs again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from workflows.bpmn.interpreter.behaviours.flows import uncontrolled
from workflows.bpmn.interpreter.behaviours.human import HIGHEST_PRIORITY
from workflows.bpmn.interpreter.behaviours.protocol import Behaviour, never_resumed
from workflows.bpmn.interpreter.behaviours.task_steps import event_of
from workflows.bpmn.interpreter.behaviours.tasks import enter_work
from workflows.bpmn.interpreter.state import Assignment, Instance, Passing
from workflows.bpmn.interpreter.turn import Turn
from workflows.bpmn.program import Node
from workflows.bpmn.timers import TimerError, first_firing, timer_of
from workflows.feel import Value

DENIABLE: Final = ("assigning", "updating", "completing")
UNCORRECTED: Final = ("canceling",)


def _enter(turn: Turn, node: Node, listener: Instance) -> None:
    """Show a listener what comes with the step."""
    passing = _passing(listener)
    if passing is not None and passing.values:
        listener.locals = dict(passing.values)
    enter_work(turn, node, listener)


def _settle(turn: Turn, listener: Instance) -> None:
    """Put an answer into the step; nothing of it becomes a variable."""
    answer, listener.payload = listener.payload or {}, None
    passing = _passing(listener)
    if passing is None:
        return
    if answer.get("denied") is True:
        passing.is_denied, passing.reason = True, str(answer.get("deniedReason") or "")
        return
    corrections = answer.get("corrections")
    if isinstance(corrections, dict) and corrections:
        passing.task = _corrected(turn, passing.task, corrections)
        passing.corrected = tuple(dict.fromkeys((*passing.corrected, *corrections)))


def _passing(listener: Instance) -> Passing | None:
    return None if listener.parent is None else listener.parent.passing


def answer_fault(turn: Turn, listener: Instance, answer: Mapping[str, Value]) -> str | None:
    """Say what is wrong with the answer of a listener; None where nothing is."""
    event = event_of(turn, listener)
    extra = answer.keys() - {"denied", "deniedReason", "corrections"}
    if extra:
        return f"A task listener brings no variables, but this one brought {', '.join(extra)}."
    denied, corrections = answer.get("denied"), answer.get("corrections")
    if denied not in (None, True, False) or not isinstance(answer.get("deniedReason", ""), str):
        return "A listener denies by a boolean 'denied', and says why by a text 'deniedReason'."
    if denied and event not in DENIABLE:
        return f"The {event} of a task cannot be denied."
    if corrections is None:
        return None
    if not isinstance(corrections, dict) or (corrections and (denied or event in UNCORRECTED)):
        return f"Corrections are a context, and go with {event} that is not denied or final."
    return _correction_fault(turn, corrections)


# --- corrections -------------------------------------------------------------------------------


class _Odd(Exception):
    """A correction that cannot be one."""


def _text(_: Turn, value: Value) -> str | None:
    if isinstance(value, str):
        return value or None
    raise _Odd("is no text")


def _texts(_: Turn, value: Value) -> tuple[str, ...]:
    texts = [one for one in value if isinstance(one, str)] if isinstance(value, list) else None
    if texts is None or not isinstance(value, list) or len(texts) != len(value):
        raise _Odd("is no list of texts")
    return tuple(texts)


def _moment(turn: Turn, value: Value) -> datetime | None:
    if value == "":
        return None
    try:
        return first_firing(timer_of("date", value), turn.now, turn.state.zone).due
    except TimerError as error:
        raise _Odd(f"is no moment: {error}") from None


def _priority(_: Turn, value: Value) -> int:
    if isinstance(value, Decimal) and 0 <= value <= HIGHEST_PRIORITY and value % 1 == 0:
        return int(value)
    raise _Odd(f"is no whole number from 0 to {HIGHEST_PRIORITY}")


_CORRECTIONS: Final[Mapping[str, tuple[str, Callable[[Turn, Value], Any]]]] = {
    "assignee": ("assignee", _text),
    "candidateGroups": ("candidate_groups", _texts),
    "candidateUsers": ("candidate_users", _texts),
    "dueDate": ("due", _moment),
    "followUpDate": ("follow_up", _moment),
    "priority": ("priority", _priority),
}
"""What may be corrected: by which name of the task, and how it is read."""


def _corrected(turn: Turn, task: Assignment, corrections: Mapping[str, Value]) -> Assignment:
    read = {}
    for name, value in corrections.items():
        attribute, reading = _CORRECTIONS[name]
        read[attribute] = reading(turn, value)
    return replace(task, **read)


def _correction_fault(turn: Turn, corrections: Mapping[str, Value]) -> str | None:
    for name, value in corrections.items():
        if name not in _CORRECTIONS:
            return f"A listener corrects {', '.join(_CORRECTIONS)}; not {name!r}."
        try:
            _CORRECTIONS[name][1](turn, value)
        except _Odd as error:
            return f"The {name} of the corrections {error}."
    return None


TASK_LISTENER = Behaviour(_enter, uncontrolled, never_resumed, _settle)
