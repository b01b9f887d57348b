"""Which event definition may stand where: the table of bpmn.md §1.4, and where timers may."""

from collections.abc import Iterator, Mapping
from typing import Literal

from workflows.bpmn.compiler.drawing import Drawing, Finding, Scope, is_event_sub_process
from workflows.bpmn.compiler.linking import is_expression
from workflows.bpmn.compiler.rules.rule import Rule, at
from workflows.bpmn.compiler.timers import timer_fault
from workflows.bpmn.model import Event, TimerEventDefinition

Position = Literal["St", "Ss", "ESi", "ESn", "Ca", "Bi", "Bn", "Th", "En"]

_NAMES: Mapping[Position, str] = {
    "St": "the start of a process",
    "Ss": "the start of an embedded sub-process",
    "ESi": "the interrupting start of an event sub-process",
    "ESn": "the non-interrupting start of an event sub-process",
    "Ca": "an intermediate catch event",
    "Bi": "an interrupting boundary event",
    "Bn": "a non-interrupting boundary event",
    "Th": "an intermediate throw event",
    "En": "an end event",
}

POSITIONS: Mapping[str, frozenset[Position]] = {
    "none": frozenset({"St", "Ss", "Th", "En"}),
    "message": frozenset({"St", "ESi", "ESn", "Ca", "Bi", "Bn", "Th", "En"}),
    "timer": frozenset({"St", "ESi", "ESn", "Ca", "Bi", "Bn"}),
    "error": frozenset({"ESi", "Bi", "En"}),
    "escalation": frozenset({"ESi", "ESn", "Bi", "Bn", "Th", "En"}),
    "signal": frozenset({"St", "ESi", "ESn", "Ca", "Bi", "Bn", "Th", "En"}),
    "conditional": frozenset({"St", "ESi", "ESn", "Ca", "Bi", "Bn"}),
    "link": frozenset({"Ca", "Th"}),
    "compensate": frozenset({"ESi", "ESn", "Bi", "Bn", "Th", "En"}),
    "cancel": frozenset({"Bi", "En"}),
    "terminate": frozenset({"En"}),
}
"""All that the standard allows; compensation has no interrupting and non-interrupting kinds."""

TIMER_POSITIONS: Mapping[Position, frozenset[str]] = {
    "St": frozenset({"date", "cycle"}),
    "ESi": frozenset({"date", "duration"}),
    "ESn": frozenset({"date", "duration", "cycle"}),
    "Ca": frozenset({"date", "duration"}),
    "Bi": frozenset({"date", "duration"}),
    "Bn": frozenset({"date", "duration", "cycle"}),
}
"""Which timer form may stand where (S26)."""


def position_of(event: Event, scope: Scope) -> Position:
    """The position an event stands at."""
    match event.kind:
        case "startEvent":
            return _start_position(event, scope)
        case "boundaryEvent":
            return "Bi" if event.interrupting else "Bn"
        case "intermediateCatchEvent":
            return "Ca"
        case "intermediateThrowEvent":
            return "Th"
        case "endEvent":
            return "En"


def _start_position(event: Event, scope: Scope) -> Position:
    if is_event_sub_process(scope.owner):
        return "ESi" if event.interrupting else "ESn"
    return "St" if scope.parent is None else "Ss"


def _events(drawing: Drawing) -> Iterator[tuple[Event, Position]]:
    for node, scope in drawing.nodes:
        if isinstance(node, Event):
            yield node, position_of(node, scope)


def _positions(drawing: Drawing) -> Iterator[Finding]:
    for event, position in _events(drawing):
        kinds: list[str] = [definition.kind for definition in event.definitions]
        if not kinds and not event.unknown_definitions and position not in ("ESi", "ESn"):
            kinds = ["none"]
        for kind in kinds:
            if position not in POSITIONS[kind]:
                yield at(event, f"A {kind} event cannot be {_NAMES[position]}.")


def _timers(drawing: Drawing) -> Iterator[tuple[Event, Position, TimerEventDefinition]]:
    for event, position in _events(drawing):
        for definition in event.definitions:
            if isinstance(definition, TimerEventDefinition):
                yield event, position, definition


def _timer_forms(drawing: Drawing) -> Iterator[Finding]:
    for event, _, definition in _timers(drawing):
        if len(definition.forms) != 1:
            found = ", ".join(form for form, _ in definition.forms) or "none"
            message = f"A timer has exactly one of date, duration and cycle; here: {found}."
            yield at(event, message, definition.place)


def _timer_positions(drawing: Drawing) -> Iterator[Finding]:
    for event, position, definition in _timers(drawing):
        for form, formal in definition.forms:
            if form not in TIMER_POSITIONS.get(position, frozenset({form})):
                message = f"A timer with a {form} cannot be {_NAMES[position]}."
                yield at(event, message, formal.place)


def _timer_texts(drawing: Drawing) -> Iterator[Finding]:
    for event, _, definition in _timers(drawing):
        for form, formal in definition.forms:
            fault = None if is_expression(formal.text) else timer_fault(form, formal.text)
            if fault is not None:
                yield at(event, fault, formal.place)


RULES = (
    Rule(
        code="event-position",
        clause="BPMN 2.0.2 §10.5.5",
        summary="Every event definition stands at a position the standard allows.",
        check=_positions,
    ),
    Rule(
        code="timer-form",
        clause="BPMN 2.0.2 §10.5.5",
        summary="A timer has exactly one of date, duration and cycle.",
        check=_timer_forms,
    ),
    Rule(
        code="timer-position",
        clause="S26",
        summary="Cycles repeat only where the catcher stays; a process start takes no duration.",
        check=_timer_positions,
    ),
    Rule(
        code="timer-text",
        clause="S26",
        summary="A static timer is an ISO 8601 date, duration or cycle, or cron of six fields.",
        check=_timer_texts,
    ),
)
