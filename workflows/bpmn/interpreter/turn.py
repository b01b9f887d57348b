"""One turn: the program, the state, the time, and the commands and trail so far.

A Turn lives inside one ``step`` and is the one mutable thing handed around there. A failure inside
a lifecycle command is signalled by ``Stuck`` to the one place that turns it into an incident (the
agenda loop of ``step``); nothing else catches it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from workflows.bpmn.interpreter.commands import Command
from workflows.bpmn.interpreter.lifecycle import NEXT, Phase
from workflows.bpmn.interpreter.state import Instance, Item, Op, State
from workflows.bpmn.program import Node, Program


class Trace(NamedTuple):
    """One thing that happened, for the journal and for a dry run."""

    element: str
    kind: str
    """The node's kind, or ``sequenceFlow``."""
    event: str
    """A phase; ``taken``; or ``job``, ``userTask``, ``decision``, ``variables``, ``error``,
    ``escalation``, ``incident``, ``cancelled``, ``late``."""
    key: int
    scope: int
    body: bool = False
    """True for the body of a multi-instance activity."""
    detail: Mapping[str, object] | None = None


class Turnout(NamedTuple):
    """What came of one turn."""

    commands: list[Command]
    trail: list[Trace]


class Stuck(Exception):
    """A lifecycle command cannot go on; its element keeps its phase and gets an incident (S33)."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(message)


class OccurrenceRefused(Exception):
    """An occurrence that makes no sense for this program and state; nothing has changed."""


class Turn:
    """The working set of one ``step``."""

    __slots__ = (
        "commands",
        "flows",
        "item",
        "nodes",
        "now",
        "program",
        "retries",
        "spent",
        "state",
        "steps",
        "trail",
    )

    def __init__(self, program: Program, state: State, now: datetime) -> None:
        self.program = program
        self.nodes = program.nodes
        self.flows = program.flows
        self.state = state
        self.now = now
        self.commands: list[Command] = []
        self.trail: list[Trace] = []
        self.spent = 0
        """Activations so far (S36)."""
        self.steps = 0
        """Steps of FEEL so far (S36)."""
        self.retries = 1
        """For work that is asked for again."""
        self.item: Item = ("activate", 0)
        """The lifecycle command being carried out; an incident re-issues it."""

    def queue(self, op: Op, instance: Instance) -> None:
        """Put a lifecycle command at the end of the agenda."""
        self.state.agenda.append((op, instance.key))

    def queue_first(self, op: Op, instance: Instance) -> None:
        """Put a lifecycle command before all others: ends go before beginnings."""
        self.state.agenda.appendleft((op, instance.key))

    def next_key(self) -> int:
        """Draw a key from the state's counter."""
        key = self.state.next_key
        self.state.next_key = key + 1
        return key

    def advance(self, instance: Instance, phase: Phase) -> None:
        """Move an instance to its next phase, on the record."""
        if phase not in NEXT[instance.phase]:
            raise AssertionError(
                f"Expected a legal transition, but {self.nodes[instance.node].id} "
                f"({instance.key}) would go from {instance.phase} to {phase}"
            )
        instance.phase = phase
        node = self.nodes[instance.node]
        parent = instance.parent
        self.trail.append(
            Trace(
                node.id,
                node.kind,
                phase,
                instance.key,
                parent.key if parent is not None else 0,
                instance.loop is not None,
            )
        )

    def note(self, instance: Instance, event: str, detail: Mapping[str, object]) -> None:
        """Put something else that happened at an instance on the record."""
        node = self.nodes[instance.node]
        parent = instance.parent
        self.trail.append(
            Trace(
                node.id,
                node.kind,
                event,
                instance.key,
                parent.key if parent is not None else 0,
                instance.loop is not None,
                detail,
            )
        )

    def node(self, instance: Instance) -> Node:
        """Return the node an instance stands at."""
        return self.nodes[instance.node]
