"""What would happen: the very step, on a copy of the state, told as before and after."""

from collections.abc import Iterable
from dataclasses import dataclass

from workflows.bpmn.interpreter.commands import Command, Yield
from workflows.bpmn.interpreter.occurrences import Occurrence, Resumed
from workflows.bpmn.interpreter.snapshot import dump, load
from workflows.bpmn.interpreter.state import Entry, State
from workflows.bpmn.interpreter.step import step
from workflows.bpmn.interpreter.turn import Trace
from workflows.bpmn.interpreter.waiting import Waiting, waiting
from workflows.bpmn.program import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A live element instance, or tokens that wait at a join."""

    element: str
    key: int
    """Of the element instance; of the scope, for a join."""
    scope: int
    """Key of the instance around it; 0: none."""
    kind: str
    """The node's kind; ``body`` of a multi-instance activity; ``join``."""
    phase: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """An incident."""

    incident: int
    element: str
    key: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a run stands, for a reader."""

    tokens: tuple[Token, ...]
    waits: tuple[Waiting, ...]
    incidents: tuple[Stuck, ...]
    compensations: tuple[str, ...]
    """Activities whose effects may be compensated, the oldest first."""
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresight:
    """What comes of occurrences."""

    before: Standing
    after: Standing
    commands: tuple[Command, ...]
    trail: tuple[Trace, ...]
    state: str
    """The state afterwards, as a snapshot."""


def foresee(program: Program, state: State, happening: Iterable[Occurrence]) -> Foresight:
    """Let occurrences happen to a copy of a state; the state itself is only read."""
    copy = load(dump(state))
    commands: list[Command] = []
    trail: list[Trace] = []
    before = standing(program, copy)
    for occurrence in happening:
        turnout = step(program, copy, occurrence)
        while True:
            commands += turnout.commands
            trail += turnout.trail
            if not any(isinstance(one, Yield) for one in turnout.commands):
                break
            turnout = step(program, copy, Resumed(at=occurrence.at))
    return Foresight(
        before=before,
        after=standing(program, copy),
        commands=tuple(commands),
        trail=tuple(trail),
        state=dump(copy),
    )


def standing(program: Program, state: State) -> Standing:
    """Say where a run stands."""
    return Standing(
        tokens=(*_instances(program, state), *_joins(program, state)),
        waits=tuple(waiting(program, state)),
        incidents=tuple(
            Stuck(
                incident=one.id,
                element=program.nodes[one.node].id,
                key=one.item[1],
                code=one.code,
            )
            for one in state.incidents.values()
        ),
        compensations=_compensations(program, state),
        outcome=state.outcome,
    )


def _instances(program: Program, state: State) -> list[Token]:
    return [
        Token(
            element=program.nodes[one.node].id,
            key=one.key,
            scope=0 if one.parent is None else one.parent.key,
            kind="body" if one.loop is not None else program.nodes[one.node].kind,
            phase=one.phase,
        )
        for one in state.instances.values()
    ]


def _joins(program: Program, state: State) -> list[Token]:
    waiting_at: dict[tuple[int, int], int] = {}
    for key in state.joining:
        for flow, count in (state.instances[key].taken or {}).items():
            place = (program.flows[flow].target, key)
            waiting_at[place] = waiting_at.get(place, 0) + count
    return [
        Token(element=program.nodes[join].id, key=key, scope=key, kind="join", count=count)
        for (join, key), count in waiting_at.items()
    ]


def _compensations(program: Program, state: State) -> tuple[str, ...]:
    found: list[Entry] = []
    rest = [entry for one in state.instances.values() for entry in one.entries or ()]
    while rest:
        entry = rest.pop()
        found.append(entry)
        rest.extend(entry.inner)
    found.sort(key=lambda entry: entry.number)
    return tuple(program.nodes[entry.node].id for entry in found if entry.handler >= 0)
