"""A world in memory: instances, a virtual clock, jobs, timers, messages, called processes.

It does what the host does in production, with the same commands and occurrences: nothing here
knows how a process is executed.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Literal

from workflows.bpmn.interpreter import (
    OccurrenceRefused,
    State,
    Trace,
    dump,
    load,
    new_state,
    step,
)
from workflows.bpmn.interpreter.commands import Command, Finish, RunTask
from workflows.bpmn.interpreter.occurrences import (
    ErrorThrown,
    EscalationThrown,
    Occurrence,
    Started,
    TaskCompleted,
    TaskFailed,
)
from workflows.bpmn.program import Program
from workflows.bpmn.stores import Entries
from workflows.feel import Value
from workflows.play.alarms import Alarms
from workflows.play.fields import ScenarioError
from workflows.play.listeners import Listeners
from workflows.play.messages import Messages
from workflows.play.scenario import WorkStep

USER_TASK_TYPE: Final = "io.camunda.zeebe:userTask"
"""The job type of user tasks of the old kind; a scenario may name all user tasks by it."""


@dataclass(slots=True)
class Case:
    """One instance and what became of it."""

    key: int
    program: Program
    state: State
    parent: tuple[int, int] | None = None
    """Instance and call activity that wait for this one."""
    depth: int = 0
    started_by: tuple[str, str] | None = None
    """Name and key of the message that began it."""
    variables: Mapping[str, Value] = field(default_factory=dict)
    """The last ones, once it has ended."""

    @property
    def process_id(self) -> str:
        """Id of the process it runs."""
        return self.program.process_id

    @property
    def standing(self) -> Literal["active", "completed", "terminated"]:
        """How it stands."""
        match self.state.outcome:
            case "":
                return "active"
            case "completed":
                return "completed"
            case "terminated" | "error":
                return "terminated"


@dataclass(frozen=True, slots=True)
class Work:
    """A job or a human task that waits for an answer."""

    instance: int
    key: int
    element: str
    type: str | None
    """The job type; None for a human task."""
    issued: int
    """Orders work by age."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An event that a start keeps that waits for several (S28)."""

    part: int
    key: str
    variables: Mapping[str, Value]


class World:
    """Everything that is alive in one scenario."""

    def __init__(
        self,
        programs: Mapping[str, Program],
        clock: datetime,
        workers: Mapping[str, WorkStep],
        limit: int,
    ) -> None:
        self.programs = programs
        self.now = clock
        self.workers = workers
        self.limit = limit
        self.cases: dict[int, Case] = {}
        self.children: dict[tuple[int, int], Case] = {}
        """Called processes, by the instance and call activity that wait for them."""
        self.busy: set[tuple[str, tuple[str, str]]] = set()
        """Process, name and key of the messages whose instance is active (S23)."""
        self.kept: dict[tuple[str, str], list[Kept]] = {}
        """What starts keep that wait for several events, by process and start (S28)."""
        self.stores: dict[str, Entries] = {}
        """What data stores hold, by name (S31)."""
        self.trail: list[tuple[int, datetime, Trace]] = []
        self.work: dict[tuple[int, int], Work] = {}
        self.alarms = Alarms()
        self.messages = Messages()
        self.signals = Listeners()
        self.pending: deque[tuple[int, Occurrence]] = deque()
        """Occurrences on their way, in order."""
        self.activations = 0
        self._numbers = 0
        self._cases = 0

    def number(self) -> int:
        """Count one thing more; it orders what happens at the same time."""
        self._numbers += 1
        return self._numbers

    # --- instances

    def begin(
        self, program: Program, started: Started, *, parent: tuple[int, int] | None = None
    ) -> Case:
        """Make an instance; its beginning is on its way."""
        self._cases += 1
        started = replace(started, seed=f"{program.process_id}:{self._cases}")
        case = Case(self._cases, program, new_state(), parent)
        if parent is not None:
            case.depth = self.cases[parent[0]].depth + 1
            self.children[parent] = case
        self.cases[case.key] = case
        self.pending.append((case.key, started))
        return case

    def active(self, process_id: str | None = None) -> list[Case]:
        """List the active instances, of one process or of all, oldest first."""
        return [
            case
            for case in self.cases.values()
            if case.standing == "active" and process_id in (None, case.process_id)
        ]

    def deliver(self, case: Case, occurrence: Occurrence) -> list[Command]:
        """Let an occurrence happen to an instance now; return the commands it caused."""
        try:
            turnout = step(case.program, case.state, occurrence)
        except OccurrenceRefused as refused:
            if not case.state.is_started:
                del self.cases[case.key]
            raise ScenarioError(str(refused)) from None
        for trace in turnout.trail:
            self.trail.append((case.key, self.now, trace))
            self.activations += trace.event == "activating"
        if self.activations > self.limit:
            raise ScenarioError(f"More than {self.limit} element activations: a runaway.")
        return turnout.commands

    def ended(self, case: Case, finish: Finish) -> None:
        """Keep the last variables; whatever was open has been withdrawn by commands before."""
        case.variables = finish.variables if finish.outcome != "error" else {}
        if case.parent is not None:
            self.children.pop(case.parent, None)

    # --- answers

    def offer_job(self, case: Case, command: RunTask) -> None:
        """Let the job wait, or have its worker answer."""
        place = (case.key, command.key)
        self.work[place] = Work(case.key, command.key, command.element, command.type, self.number())
        answer = self.workers.get(command.type) or self.workers.get("*")
        if answer is not None:
            self.answer(self.work[place], answer)

    def answer(self, work: Work, answer: WorkStep) -> None:
        """Send a worker's answer on its way."""
        if answer.kind != "throwEscalation":
            del self.work[(work.instance, work.key)]
        self.pending.append((work.instance, _answer(self.now, work, answer)))

    # --- snapshots

    def snapshot(self) -> None:
        """Write every state to JSON and go on from what was read back."""
        for case in self.cases.values():
            text = dump(case.state)
            case.state = load(text)
            if dump(case.state) != text:
                raise ScenarioError(f"Instance {case.key} changes when it is written and read.")


def _answer(now: datetime, work: Work, answer: WorkStep) -> Occurrence:
    variables: Mapping[str, Value] = answer.variables
    match answer.kind:
        case "complete":
            return TaskCompleted(at=now, key=work.key, variables=variables)
        case "throwError":
            return ErrorThrown(at=now, key=work.key, code=answer.code, variables=variables)
        case "fail":
            return TaskFailed(at=now, key=work.key, message=answer.message, retries=answer.retries)
        case "throwEscalation":
            return EscalationThrown(at=now, key=work.key, code=answer.code, variables=variables)
