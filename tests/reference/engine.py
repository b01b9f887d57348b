"""The product's interpreter, played and seen in the reference's terms.

Besides what the interpreter says of itself, a host is kept that knows only the commands: it must
always owe exactly what the state waits for. And every element instance that ever began must be
alive or have ended, once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from unittest.mock import patch

from tests.reference.blocks import Model
from tests.reference.frames import Path
from tests.reference.modelling import modelled
from tests.reference.terms import Chosen, Deed
from workflows.bpmn.compiler import compilation as compilation_module
from workflows.bpmn.compiler import linking as linking_module
from workflows.bpmn.compiler.compilation import Compiled, compile_drawings
from workflows.bpmn.deployment import Compilation, compile_bundle
from workflows.bpmn.interpreter import State, Trace, dump, load, new_state, occurrences, step
from workflows.bpmn.interpreter.commands import Command, Finish, Yield
from workflows.bpmn.interpreter.occurrences import (
    ActivitiesChosen,
    Cancelled,
    ChildCompleted,
    ErrorThrown,
    IncidentResolved,
    MessageArrived,
    Occurrence,
    Resumed,
    Started,
    TaskCompleted,
    TaskFailed,
    TimerFired,
)
from workflows.bpmn.program import Node, Program
from workflows.dmn import compile_decisions
from workflows.feel import compile_expression

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=4)
def compiled(source: bytes) -> Program:
    """Compile a drawing; an error is one of the generator, or of the compiler."""
    return _program(compile_bundle({"model.bpmn": source}))


def linked(model: Model) -> Program:
    """Compile a model that is neither written and read nor checked by rules: thrice as fast."""
    parsed = patch.object(linking_module, "compile_expression", _parsed)
    with patch.object(compilation_module, "RULES", ()), parsed:
        return _program(compile_drawings([modelled(model)], _NO_DECISIONS, ""))


_NO_DECISIONS = compile_decisions({})
_parsed = lru_cache(maxsize=4_096)(compile_expression)


def _program(compilation: Compilation | Compiled) -> Program:
    faults = [str(one) for one in compilation.diagnostics if one.severity == "error"]
    if faults:
        raise AssertionError("\n".join(faults))
    return compilation.programs["process"]


class Seen(NamedTuple):
    """One live place."""

    variables: Mapping[str, Any]
    waits: frozenset[tuple[str, str]]
    """What is awaited, and the element it is awaited for."""
    incident: str


class Host:
    """What somebody who knows only the commands believes to be open."""

    def __init__(self) -> None:
        self.work: set[int] = set()
        self.says: set[int] = set()
        """Messages and signals on their way, which nobody takes back."""
        self.waits: dict[int, bool] = {}
        """By wait, whether it is over with its first trigger."""
        self.incidents: set[int] = set()
        self.finished: list[Finish] = []

    def hear(self, command: Command) -> None:
        """Follow a command; one about something unknown, or known already, is an error."""
        _HEARD[command.kind](self, command)

    def tell(self, occurrence: Occurrence) -> None:
        """Do to its own books what an occurrence that is reported does."""
        match occurrence:
            case TaskCompleted() | ChildCompleted() | TaskFailed() | ErrorThrown():
                (self.says if occurrence.key in self.says else self.work).remove(occurrence.key)
            case TimerFired() | MessageArrived() if self.waits[occurrence.wait]:
                del self.waits[occurrence.wait]
            case _:
                pass

    def check(self, state: State) -> None:
        """Compare with the state."""
        works = {key: one.work for key, one in state.instances.items() if one.work}
        said = {key for key, kind in works.items() if kind in _SAID}
        assert said <= self.says, f"says: host {self.says}, state {said}"
        work = works.keys() - said
        assert self.work == work, f"work: host {self.work}, state {work}"
        waits = {key for key, one in state.waits.items() if one.kind != "condition"}
        assert self.waits.keys() == waits, f"waits: {self.waits} {state.waits}"
        assert self.incidents == state.incidents.keys()
        assert bool(self.finished) == bool(state.outcome)
        assert len(self.finished) <= 1


def _add(known: set[int], key: int) -> None:
    assert key not in known, f"{key} is open already"
    known.add(key)


def _await(host: Host, wait: int, *, once: bool) -> None:
    assert wait not in host.waits, f"the wait {wait} is open already"
    host.waits[wait] = once


_HEARD: Mapping[str, Callable[[Host, Any], object]] = {
    **dict.fromkeys(
        ("publishMessage", "broadcastSignal"), lambda host, told: _add(host.says, told.key)
    ),
    **dict.fromkeys(
        ("runTask", "openHumanTask", "startChild"), lambda host, told: _add(host.work, told.key)
    ),
    **dict.fromkeys(
        ("cancelTask", "closeHumanTask", "cancelChild"),
        lambda host, told: host.work.remove(told.key),
    ),
    "startTimer": lambda host, told: _await(host, told.wait, once=True),
    "subscribe": lambda host, told: _await(host, told.wait, once=told.once),
    "listenForSignal": lambda host, told: _await(host, told.wait, once=False),
    "offerActivities": lambda host, told: _await(host, told.wait, once=False),
    **dict.fromkeys(
        ("cancelTimer", "unsubscribe", "stopListening", "withdrawOffer"),
        lambda host, told: host.waits.pop(told.wait),
    ),
    "openIncident": lambda host, told: _add(host.incidents, told.incident),
    "closeIncident": lambda host, told: host.incidents.remove(told.incident),
    "finish": lambda host, told: host.finished.append(told),
}
"""By kind of command: what a host does to its books."""


_UNTOLD = frozenset({
    "process", "startEvent", "endEvent",
    "exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway",
    "complexGateway",
})  # fmt: skip
"""Kinds of nodes that are no block of their own."""


def _short(element: str) -> str:
    """The id as drawn, of an element in a called process."""
    return element.rpartition("/")[2]


def _caught(node: Node, part: int) -> str:
    """Name what an event hears; several things are numbered."""
    return _short(node.id) if len(node.catches) == 1 else f"{_short(node.id)}.{part}"


_SAID = {"message": "publishing", "signal": "broadcasting"}
"""Work that consists in telling others, so that it is not taken for hearing from them."""


def _made(name: str, **given: object) -> Occurrence:
    """An occurrence of a kind that the product may not have yet."""
    made: Occurrence = vars(occurrences)[name](**given)
    return made


def _decimals(values: Mapping[str, int]) -> dict[str, Decimal]:
    return {name: Decimal(value) for name, value in values.items()}


class Engine:
    """One run of a program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.state = new_state()
        self.host = Host()
        self.turns: list[int] = []
        """The next key after each turn: tells in which turn an instance began."""
        self.alive: set[int] = set()
        self.born: Counter[tuple[int, str]] = Counter()
        """How often an element began at a place, in the last turn."""
        self.before: dict[int, int] = {}
        """By key: how often it had, before this one did."""
        self.told: list[Occurrence] = []
        self.completed: Counter[str] = Counter()
        """In the last turn."""
        self.commands: list[Command] = []
        """Of the last turn."""
        self.keys: dict[Path, int] = {}
        self.waits: dict[tuple[Path, str], int] = {}

    # --- playing

    def start(self, variables: Mapping[str, int]) -> None:
        self.happen(Started(at=NOW, variables=_decimals(variables)))

    def happen(self, occurrence: Occurrence) -> None:
        """Step; what yields is resumed."""
        self.completed.clear()
        self.born.clear()
        self.commands.clear()
        self.host.tell(occurrence)
        while True:
            self.told.append(occurrence)
            turnout = step(self.program, self.state, occurrence)
            self._follow(turnout.trail)
            yields = False
            self.commands += turnout.commands
            for command in turnout.commands:
                if isinstance(command, Yield):
                    yields = True
                else:
                    self.host.hear(command)
            if not yields:
                break
            occurrence = Resumed(at=NOW)
        self.turns.append(self.state.next_key)
        self.host.check(self.state)
        assert self.alive == self.state.instances.keys(), "tokens are lost or made"

    def _follow(self, trail: list[Trace]) -> None:
        for one in trail:
            if one.event == "activating":
                assert one.key not in self.alive
                self.alive.add(one.key)
                self.before[one.key] = self.born[one.scope, one.element]
                self.born[one.scope, one.element] += 1
            elif one.event in ("completed", "terminated"):
                self.alive.remove(one.key)
                self.before.pop(one.key, None)  # a migrated one was not seen to begin here
                if one.event == "completed" and one.kind not in _UNTOLD:
                    self.completed[self._name(one)] += 1

    def _name(self, one: Trace) -> str:
        """The element, marked when it is one of many instances."""
        node = self.program.nodes[self.program.ids[one.element]]
        return f"{_short(node.id)}{'' if node.loop is None or one.body else '#'}"

    def snapshot(self) -> None:
        """Go on from what was dumped and loaded, as after continue-as-new."""
        text = dump(self.state)
        self.state = load(text)
        assert dump(self.state) == text, "a snapshot changes by being read"

    # --- what the reference does, done here

    def do(self, deed: Deed, kind: str) -> None:
        """Do a deed of the reference: at the same place, with the same values."""
        values = _decimals(deed.values)
        self.happen(self._occurrence(deed, kind, values))

    def _occurrence(  # noqa: C901, PLR0911 - one case for each kind
        self, deed: Deed, kind: str, values: Mapping[str, Decimal]
    ) -> Occurrence:
        path = deed.frame.path
        match deed.kind:
            case "trigger":
                wait = self.waits[path, deed.node]
                if kind == "timer":
                    return TimerFired(at=NOW, wait=wait)
                if kind == "signal":
                    signal = self.state.waits[wait].name
                    return _made("SignalArrived", at=NOW, signal=signal, variables=values)
                return MessageArrived(at=NOW, wait=wait, message_id="m", variables=values)
            case "resolve":
                incident = self.state.instances[self.keys[path]].incident
                return IncidentResolved(at=NOW, incident=incident, variables=values)
            case "fail":
                return TaskFailed(at=NOW, key=self.keys[path], message="broken")
            case "retry":
                return TaskFailed(at=NOW, key=self.keys[path], message="broken", retries=1)
            case "throw":
                key = self.keys[path]
                return ErrorThrown(at=NOW, key=key, code=deed.code, variables=values)
            case "escalate":
                key = self.keys[path]
                return _made("EscalationThrown", at=NOW, key=key, code=deed.code, variables=values)
            case "choose":
                chosen = tuple(
                    (self.named(one), _decimals(deed.choice.values)) for one in deed.choice.elements
                )
                wait = self.waits[path, deed.node]
                last = deed.choice.is_last
                return ActivitiesChosen(at=NOW, wait=wait, activities=chosen, is_last=last)
            case "complete":
                made = ChildCompleted if kind == "child" else TaskCompleted
                answer = {**values, **self._choice(deed.choice)}
                return made(at=NOW, key=self.keys[path], variables=answer)

    def _choice(self, choice: Chosen) -> dict[str, Any]:
        """What a job answers that steers an ad-hoc sub-process; no other says such things."""
        told: dict[str, Any] = {}
        if choice.elements and choice.values:
            values = _decimals(choice.values)
            told["activateElements"] = [
                {"elementId": self.named(one), "variables": values} for one in choice.elements
            ]
        elif choice.elements:
            told["activateElements"] = [self.named(one) for one in choice.elements]
        if choice.is_last:
            told["isCompletionConditionFulfilled"] = True
            told["isCancelRemainingInstances"] = choice.cancels
        return told

    def named(self, element: str) -> str:
        """What an element of the model is called in the drawing."""
        return element

    def again(self) -> None:
        """Report once more what can happen only once: it must come too late."""
        last = self.told[-1]
        if not isinstance(last, TaskCompleted | ChildCompleted | TimerFired):
            return
        at = None if isinstance(last, TimerFired) else self.state.instances.get(last.key)
        if at is not None and at.work:
            return  # an event that throws several things is at the next one
        before, quiet, tests = dump(self.state), self.state.quiet, self.state.evaluations
        turnout = step(self.program, self.state, last)
        self.state.quiet = quiet  # counts from the last thing that was heard, late or not
        self.state.evaluations = tests  # gateways that wait are tested at every rest
        assert [one.event for one in turnout.trail] == ["late"]
        assert not turnout.commands
        assert dump(self.state) == before, "what comes too late changes the state"

    def cancel(self) -> None:
        self.happen(Cancelled(at=NOW))

    # --- seeing

    def view(self) -> dict[Path, Seen]:
        """Everything alive, by its path."""
        state, nodes = self.state, self.program.nodes
        paths: dict[int, Path] = {}
        view: dict[Path, Seen] = {}
        self.keys.clear()
        self.waits.clear()
        for key, one in state.instances.items():
            name = _short(nodes[one.node].id)
            again = self.before[key] if one.index < 0 else 0
            own = (name, one.index, bisect_right(self.turns, key), again)
            path = (*paths[one.parent.key], own) if one.parent is not None else (own,)
            paths[key] = path
            assert path not in self.keys, f"two tokens at {path}"
            self.keys[path] = key
            work = _SAID.get(one.work, one.work)
            waits: set[tuple[str, str]] = {(work, name)} if work else set()
            for number in one.waits or ():
                wait = state.waits[number]
                catcher = "" if wait.kind == "offer" else _caught(nodes[wait.node], wait.part)
                assert (path, catcher) not in self.waits, f"{catcher} waits twice"
                self.waits[path, catcher] = number
                waits.add((wait.kind, catcher))
            incident = state.incidents[one.incident].code if one.incident else ""
            view[path] = Seen(one.locals or {}, frozenset(waits), incident)
        assert len(self.waits) == len(state.waits), "a subscription outlives its owner"
        return view

    def joins(self) -> Counter[str]:
        """How many tokens wait at each join."""
        program, found = self.program, Counter[str]()
        for key in self.state.joining:
            for flow, count in (self.state.instances[key].taken or {}).items():
                join = program.nodes[program.flows[flow].target].id
                found[_short(join).removesuffix("_j")] += count
        return found
