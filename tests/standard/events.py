"""Events that are caught: every kind at every position where the standard lets it stand.

The drawing belongs to the position, what is caught and what makes it happen to the kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.builders.events import condition, escalation, several, shared, signal
from tests.builders.process import (
    Definition,
    FlowBuilder,
    ProcessBuilder,
    a_flow,
    a_process,
    error,
    message,
    timer,
)
from tests.standard.scenario import START, Scenario

Step = Mapping[str, Any]
F = TypeVar("F", bound=FlowBuilder)

HEARD: Step = {"publish": "m", "key": "1"}
SIGNALLED: Step = {"broadcast": "s"}
LATER: Step = {"advance": "PT1H"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of event as it is caught."""

    name: str
    event: Definition
    at_start: Definition | None = None
    """Where a process begins by it, if that is drawn differently."""
    repeated: Definition | None = None
    """Where it may happen again and again, if that is drawn differently."""
    begun: tuple[Step, ...] = ()
    """What begins a process by it, if that is done differently."""
    happens: tuple[Step, ...]
    """What makes it happen once."""
    again: tuple[Step, ...] = ()
    """What makes it happen once more, if that is done differently."""
    positions: str
    clause: str
    every: bool = False
    """Whether all of several definitions are needed."""


KINDS = (
    Kind(
        name="message",
        event=message("m", '="1"'),
        at_start=message("m"),
        happens=(HEARD,),
        positions="St ESi ESn Ca Bi Bn",
        clause="10.5.5",
    ),
    Kind(
        name="timer",
        event=timer(duration="PT1H"),
        at_start=timer(cycle="R1/PT1H"),
        repeated=timer(cycle="R/PT1H"),
        happens=(LATER,),
        positions="St ESi ESn Ca Bi Bn",
        clause="10.5.5",
    ),
    Kind(
        name="error",
        event=error("E"),
        happens=({"throwError": "work", "errorCode": "E"},),
        positions="ESi Bi",
        clause="10.5.5",
    ),
    Kind(
        name="escalation",
        event=escalation("X"),
        happens=({"throwEscalation": "work", "escalationCode": "X"},),
        positions="ESi ESn Bi Bn",
        clause="10.5.5",
    ),
    Kind(
        name="signal",
        event=signal("s"),
        happens=(SIGNALLED,),
        positions="St ESi ESn Ca Bi Bn",
        clause="10.5.5",
    ),
    Kind(
        name="conditional",
        event=condition("=n > 1"),
        begun=({"start": "p", "variables": {"n": 2}},),
        happens=({"set": {"n": 2}},),
        again=({"set": {"n": 0}}, {"set": {"n": 2}}),
        positions="St ESi ESn Ca Bi Bn",
        clause="10.5.5",
    ),
    Kind(
        name="multiple",
        event=several(message("m", '="1"'), signal("s")),
        at_start=several(message("m"), signal("s")),
        happens=(SIGNALLED,),
        again=(HEARD,),
        positions="St ESi ESn Ca Bi Bn",
        clause="10.5.1, 10.5.5",
    ),
    Kind(
        name="parallel multiple",
        event=several(message("m", '="1"'), signal("s")),
        at_start=several(message("m"), signal("s")),
        happens=(HEARD, SIGNALLED),
        positions="St ESi ESn Ca Bi Bn",
        clause="10.5.1, 10.5.5",
        every=True,
    ),
    Kind(
        name="eventDefinitionRef",
        event=shared("Shared", signal("s")),
        happens=(SIGNALLED,),
        positions="St ESi ESn Ca Bi Bn",
        clause="10.5.1",
    ),
)

# --- positions: a drawing in which "caught" is the event, and what has to come of it -----------


def _begins(kind: Kind) -> Scenario:
    model = a_process("p").start("caught", kind.at_start or kind.event).service("after").end("e")
    return Scenario(
        element=kind.name,
        position="St",
        clause=f"13.5.1, {kind.clause}",
        rule="the start event begins an instance when what it waits for occurs",
        models=(_marked(model, kind),),
        steps=(*(kind.begun or kind.happens), {"complete": "after"}),
        done="caught after e",
    )


def _working() -> ProcessBuilder:
    return a_process("p").start("s").service("work").end("e")


def _handler(kind: Kind, *, interrupting: bool) -> FlowBuilder:
    event = kind.event if interrupting else kind.repeated or kind.event
    flow = a_flow().start("caught", event, interrupting=interrupting)
    return _marked(flow.service("after").end("he"), kind)


def _interrupts(kind: Kind) -> Scenario:
    return Scenario(
        element=kind.name,
        position="ESi",
        clause=f"13.5.4, {kind.clause}",
        rule="the event ends what runs in the scope, and the event sub-process takes its place",
        models=(_working().event_sub_process("h", _handler(kind, interrupting=True)),),
        steps=(START_N, *kind.happens, {"complete": "after"}),
        done="s caught after he h",
        never="e",
    )


def _runs_beside(kind: Kind) -> Scenario:
    return Scenario(
        element=kind.name,
        position="ESn",
        clause=f"13.5.4, {kind.clause}",
        rule="each occurrence starts the event sub-process beside what goes on in the scope",
        models=(_working().event_sub_process("h", _handler(kind, interrupting=False)),),
        steps=(START_N, *_twice(kind), {"complete": "after", "count": 2}, {"complete": "work"}),
        done="s caught caught after he h after he h work e",
    )


def _continues(kind: Kind) -> Scenario:
    model = a_process("p").start("s").catch("caught", kind.event).service("after").end("e")
    return Scenario(
        element=kind.name,
        position="Ca",
        clause=f"13.5.2, {kind.clause}",
        rule="the token waits at the event and goes on when what it waits for occurs",
        models=(_marked(model, kind),),
        steps=(START_N, *kind.happens, {"complete": "after"}),
        done="s caught after e",
    )


def _leaves(kind: Kind) -> Scenario:
    model = _working().boundary("work", "caught", kind.event).service("after").end("be")
    return Scenario(
        element=kind.name,
        position="Bi",
        clause=f"13.5.3, {kind.clause}",
        rule="the activity is ended and its token leaves by the boundary event",
        models=(_marked(model, kind),),
        steps=(START_N, *kind.happens, {"complete": "after"}),
        done="s caught after be",
        never="e",
    )


def _leaves_alone(kind: Kind) -> Scenario:
    event = kind.repeated or kind.event
    model = _working().boundary("work", "caught", event, interrupting=False)
    return Scenario(
        element=kind.name,
        position="Bn",
        clause=f"13.5.3, {kind.clause}",
        rule="each occurrence sends a token along the event's flow, and the activity goes on",
        models=(_marked(model.service("after").end("be"), kind),),
        steps=(START_N, *_twice(kind), {"complete": "after", "count": 2}, {"complete": "work"}),
        done="s caught caught after be after be work e",
    )


START_N: Step = {**START, "variables": {"n": 0}}
POSITIONS: Mapping[str, Callable[[Kind], Scenario]] = {
    "St": _begins,
    "ESi": _interrupts,
    "ESn": _runs_beside,
    "Ca": _continues,
    "Bi": _leaves,
    "Bn": _leaves_alone,
}


def _twice(kind: Kind) -> tuple[Step, ...]:
    return (*kind.happens, *(kind.again or kind.happens))


def _marked(flow: F, kind: Kind) -> F:
    if kind.every:
        node = next(one for one in flow.nodes if one.id == "caught")
        node.attributes["parallelMultiple"] = "true"
    return flow


def _scenarios() -> Iterator[Scenario]:
    for kind in KINDS:
        for position in kind.positions.split():
            yield POSITIONS[position](kind)


SCENARIOS = tuple(_scenarios())
