"""What begins the cases of a model by itself or by an event: told to the broker at a deployment."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from api.problems import Problem
from workflows.bpmn.program import (
    ConditionDefinition,
    MessageDefinition,
    MultipleDefinition,
    Node,
    Program,
    SignalDefinition,
    Text,
    TimerDefinition,
)
from workflows.bpmn.timers import TimerError, first_firing, timer_of
from workflows.domain.start import StartCondition, StartEvent
from workflows.feel import Environment, Value
from workflows.feel.text import to_text


def starts_of(program: Program, now: datetime, zone: str) -> tuple[StartEvent, ...]:
    """Return every start of a process; raises Problem 422 for a timer that cannot be set (S26)."""
    return tuple(_starts(program, now, zone))


def _starts(program: Program, now: datetime, zone: str) -> Iterator[StartEvent]:
    root = program.nodes[0]
    for node in map(program.nodes.__getitem__, root.starts):
        if node.kind != "startEvent" or node.event is None:
            yield StartEvent(element=node.id, kind="none")
    for node in map(program.nodes.__getitem__, (*root.starts, *root.instantiators)):
        gathers = isinstance(node.event, MultipleDefinition) and node.event.parallel
        for start in _listening(node, now, zone):
            yield replace(start, gathers=gathers)


def _listening(node: Node, now: datetime, zone: str) -> Iterator[StartEvent]:
    for one in node.catches:
        match one:
            case MessageDefinition(name=name):
                yield StartEvent(element=node.id, kind="message", name=_text(node, name, now))
            case SignalDefinition(name=name):
                yield StartEvent(element=node.id, kind="signal", name=_text(node, name, now))
            case TimerDefinition():
                yield _timer(node, one, now, zone)
            case ConditionDefinition():
                yield _condition(node, one)
            case _:
                pass


def _timer(node: Node, definition: TimerDefinition, now: datetime, zone: str) -> StartEvent:
    told = _value(definition.value, now)
    text = told if isinstance(told, str) else to_text(told)
    try:
        firing = first_firing(timer_of(definition.form, text), now, zone)
    except TimerError as error:
        raise _unset(node, str(error)) from None
    return StartEvent(
        element=node.id,
        kind="timer",
        name=text,
        form=definition.form,
        due=firing.due,
        anchor=firing.anchor,
        left=firing.left,
    )


def _condition(node: Node, definition: ConditionDefinition) -> StartEvent:
    expression = definition.condition
    told = StartCondition(
        text=expression.text,
        reads=tuple(sorted(expression.names)),
        watches=tuple(sorted(definition.names)),
    )
    return StartEvent(element=node.id, kind="condition", name=expression.text, condition=told)


def _text(node: Node, text: Text, now: datetime) -> str:
    value = _value(text, now)
    if not isinstance(value, str):
        raise _unset(node, "its name is no text")
    return value


def _value(text: Text, now: datetime) -> Value:
    return text if isinstance(text, str) else text.evaluate({}, Environment(now))


def _unset(node: Node, why: str) -> Problem:
    return Problem(422, "start-event", f"The start event {node.id} cannot listen: {why}.")
