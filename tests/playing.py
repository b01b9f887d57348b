"""Plays a program in memory with scripted answers; returns the trail.

Every step goes over a snapshot as well: the state is dumped, loaded, dumped again and compared,
and the run goes on from what was loaded. So each test of the interpreter is a test of its
serialisation, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar

from workflows.bpmn.deployment import compile_bundle
from workflows.bpmn.interpreter import Trace, Waiting, dump, load, new_state, step, waiting
from workflows.bpmn.interpreter.commands import Command, Finish, Yield
from workflows.bpmn.interpreter.occurrences import (
    Cancelled,
    ChildCompleted,
    ErrorThrown,
    EscalationThrown,
    IncidentResolved,
    MessageArrived,
    Modified,
    Occurrence,
    Resumed,
    SignalArrived,
    Started,
    TaskCompleted,
    TaskFailed,
    TimerFired,
    VariablesSet,
)
from workflows.bpmn.interpreter.state import ROOT, Incident, Instance
from workflows.bpmn.program import Program
from workflows.feel import Value
from workflows.feel.wire import from_plain, to_plain

START = datetime(2026, 1, 1, tzinfo=UTC)

C = TypeVar("C")


def compiled(*models: object, process: str | None = None) -> Program:
    """Compile drawings (XML texts, bytes or builders) into the first, or the named, process."""
    sources = [_bytes(model) for model in models]
    files = {f"{number}{_ending(source)}": source for number, source in enumerate(sources)}
    compilation = compile_bundle(files)
    faults = [str(one) for one in compilation.diagnostics if one.severity == "error"]
    assert not faults, "\n".join(faults)
    if process is None:
        return next(iter(compilation.programs.values()))
    return compilation.programs[process]


def _ending(source: bytes) -> str:
    return ".dmn" if b"/DMN/" in source else ".bpmn"


def _bytes(model: object) -> bytes:
    if isinstance(model, bytes):
        return model
    text = model if isinstance(model, str) else model.xml()  # type: ignore[attr-defined]
    return text.encode() if isinstance(text, str) else text


def play(*models: object, process: str | None = None, **variables: object) -> Playing:
    """Compile and start a process at its none start event."""
    return Playing(compiled(*models, process=process)).begin(variables)


class Playing:
    """One run of a program, and all it has done so far."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.state = new_state()
        self.now = START
        self.trail: list[Trace] = []
        self.commands: list[Command] = []
        self.new: list[Command] = []
        """The commands of the last step."""

    # --- occurrences

    def happen(self, occurrence: Occurrence) -> Playing:
        """Step once; what yields is resumed."""
        self.new = []
        while True:
            turnout = step(self.program, self.state, occurrence)
            self.trail += turnout.trail
            self.new += turnout.commands
            self.commands += turnout.commands
            self.snapshot()
            if not any(isinstance(command, Yield) for command in turnout.commands):
                return self
            occurrence = Resumed(at=self.now)

    def snapshot(self) -> Playing:
        text = dump(self.state)
        self.state = load(text)
        assert dump(self.state) == text
        return self

    def start(
        self, start: str | None = None, begin_at: tuple[str, ...] = (), **variables: object
    ) -> Playing:
        return self.begin(variables, start, begin_at)

    def begin(
        self,
        variables: Mapping[str, object],
        start: str | None = None,
        begin_at: tuple[str, ...] = (),
    ) -> Playing:
        started = Started(at=self.now, variables=plain(variables), start=start, begin_at=begin_at)
        return self.happen(started)

    def complete(self, element: str, **variables: object) -> Playing:
        """Complete the oldest waiting work at an element."""
        key = self.key(element)
        return self.happen(TaskCompleted(at=self.now, key=key, variables=plain(variables)))

    def complete_child(self, element: str, **variables: object) -> Playing:
        key = self.key(element)
        return self.happen(ChildCompleted(at=self.now, key=key, variables=plain(variables)))

    def fail(self, element: str, message: str = "broken", retries: int = 0) -> Playing:
        key = self.key(element)
        failed = TaskFailed(at=self.now, key=key, message=message, retries=retries)
        return self.happen(failed)

    def throw(self, element: str, code: str, **variables: object) -> Playing:
        key = self.key(element)
        thrown = ErrorThrown(at=self.now, key=key, code=code, variables=plain(variables))
        return self.happen(thrown)

    def escalate(self, element: str, code: str, **variables: object) -> Playing:
        """Let a job or called process throw an escalation, and go on."""
        key = self.key(element)
        thrown = EscalationThrown(at=self.now, key=key, code=code, variables=plain(variables))
        return self.happen(thrown)

    def signal(self, name: str, **variables: object) -> Playing:
        """Let a signal arrive that somebody broadcast."""
        return self.happen(SignalArrived(at=self.now, signal=name, variables=plain(variables)))

    def fire(self, element: str) -> Playing:
        """Let the oldest timer of an element fall due."""
        wait = next(one for one in self.waits("timer") if one.element == element)
        assert wait.due is not None
        self.now = max(self.now, wait.due)
        return self.happen(TimerFired(at=self.now, wait=wait.wait))

    def message(self, name: str, **variables: object) -> Playing:
        """Let a message arrive at the oldest subscription for it."""
        wait = next(one for one in self.waits("message") if one.name == name)
        arrived = MessageArrived(
            at=self.now, wait=wait.wait, message_id="m", variables=plain(variables)
        )
        return self.happen(arrived)

    def resolve(self, element: str | None = None, retries: int = 1, **variables: object) -> Playing:
        incident = next(
            one
            for one in self.state.incidents.values()
            if element in (None, self.program.nodes[one.node].id)
        )
        given = plain(variables)
        return self.happen(
            IncidentResolved(at=self.now, incident=incident.id, variables=given, retries=retries)
        )

    def set(self, element: str | None = None, **variables: object) -> Playing:
        key = 0 if element is None else self.instance(element).key
        return self.happen(VariablesSet(at=self.now, key=key, variables=plain(variables)))

    def modify(self, terminate: tuple[str, ...] = (), activate: tuple[str, ...] = ()) -> Playing:
        return self.happen(Modified(at=self.now, terminate=terminate, activate=activate))

    def cancel(self) -> Playing:
        return self.happen(Cancelled(at=self.now))

    # --- what is

    def element(self, instance: Instance) -> str:
        return self.program.nodes[instance.node].id

    def instances(self, element: str) -> list[Instance]:
        return [one for one in self.state.instances.values() if self.element(one) == element]

    def instance(self, element: str) -> Instance:
        return next(one for one in self.instances(element) if one.loop is None)

    def key(self, element: str) -> int:
        return next(one.key for one in self.instances(element) if one.work)

    def waits(self, kind: str | None = None) -> list[Waiting]:
        return [one for one in waiting(self.program, self.state) if kind in (None, one.waits_for)]

    @property
    def waiting(self) -> list[str]:
        """Elements at which something is awaited, in order."""
        return sorted(one.element for one in self.waits())

    @property
    def incidents(self) -> list[Incident]:
        return list(self.state.incidents.values())

    @property
    def codes(self) -> list[str]:
        return [incident.code for incident in self.incidents]

    @property
    def outcome(self) -> str:
        return self.state.outcome

    @property
    def variables(self) -> dict[str, object]:
        """The root variables, plain; those of Finish when it has ended."""
        root = self.state.instances.get(ROOT)
        if root is not None:
            return unplain(root.locals or {})
        finish = next(one for one in self.commands if isinstance(one, Finish))
        return unplain(finish.variables)

    # --- what was

    def events(self, *events: str) -> list[str]:
        """Elements in the order in which they reached a phase."""
        return [one.element for one in self.trail if one.event in events and not one.body]

    @property
    def completed(self) -> list[str]:
        return self.events("completed")

    @property
    def taken(self) -> list[str]:
        return self.events("taken")

    @property
    def entered(self) -> Counter[str]:
        return Counter(self.events("activating"))

    def issued(self, kind: type[C]) -> list[C]:
        """Commands of one kind, from the beginning."""
        return [command for command in self.commands if isinstance(command, kind)]

    def assert_over(self, outcome: str = "completed") -> Playing:
        """It has ended, and nothing is left of it (V14)."""
        assert self.outcome == outcome, (self.outcome, self.incidents, self.waiting)
        state = self.state
        left = [state.instances, state.waits, state.incidents, state.agenda, state.joining]
        left.append(state.watching)
        assert not any(left)
        assert not state.busy
        return self


def plain(variables: Mapping[str, object]) -> dict[str, Value]:
    return {name: from_plain(value) for name, value in variables.items()}


def unplain(variables: Mapping[str, Value]) -> dict[str, object]:
    return {name: _simple(to_plain(value)) for name, value in variables.items()}


def _simple(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list):
        return [_simple(item) for item in value]
    if isinstance(value, dict):
        return {name: _simple(item) for name, item in value.items()}
    return value
