"""A decision as run: its steps, what each requires, and the order in which they are taken."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from workflows.dmn.item_types import ItemType
from workflows.dmn.logic import Logic, Parameter
from workflows.dmn.model import Place

_NOTHING: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A required value under the name by which the logic knows it."""

    name: str
    model: str | None
    """Name of the import through which it is seen; it is then an entry of that context."""
    key: str
    """Key of the step that makes the value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputStep:
    """Take an input."""

    kind: Literal["input"] = "input"
    key: str
    name: str
    models: tuple[str, ...]
    """Names under which other models import this one: callers may pass a context of them."""
    type: ItemType | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionStep:
    """Decide."""

    kind: Literal["decision"] = "decision"
    key: str
    id: str
    name: str
    logic: Logic
    type: ItemType | None
    bound: tuple[Bound, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeStep:
    """Make a function of a business knowledge model."""

    kind: Literal["knowledge"] = "knowledge"
    key: str
    name: str
    logic: Logic
    bound: tuple[Bound, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStep:
    """Make a function of a decision service."""

    kind: Literal["service"] = "service"
    key: str
    name: str
    parameters: tuple[Parameter, ...]
    given: tuple[str, ...]
    """Keys of the steps that the arguments stand for, in order."""
    graph: "Graph"
    outputs: tuple[tuple[str, str], ...]
    """Name and key of each output decision."""
    type: ItemType | None
    place: Place


Step = InputStep | DecisionStep | KnowledgeStep | ServiceStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A step and the keys of the steps that it requires."""

    step: Step
    requires: tuple[str, ...]
    free: frozenset[str] = frozenset()
    """Names that its expressions take from the inputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that is required, each once, requirements first; what is wanted comes last."""

    steps: tuple[Step, ...]
    free: frozenset[str]
    """Names that the expressions of its decisions take from the inputs."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the inputs, those drawn first."""
        drawn = [step.name for step in self.steps if isinstance(step, InputStep)]
        return tuple(dict.fromkeys([*drawn, *sorted(self.free)]))


class Graph:
    """All steps of some files; a plan is laid when it is first wanted, and kept."""

    __slots__ = ("_nodes", "_plans")

    def __init__(self, nodes: Mapping[str, Node]) -> None:
        self._nodes = nodes
        self._plans: dict[tuple[tuple[str, ...], frozenset[str]], Plan] = {}

    @property
    def steps(self) -> Iterator[Step]:
        """Every step, in the order of drawing."""
        return (node.step for node in self._nodes.values())

    def step(self, key: str) -> Step:
        """Find a step."""
        return self._nodes[key].step

    def plan(self, aims: tuple[str, ...], given: frozenset[str] = _NOTHING) -> Plan:
        """Order everything that some aims require; what is given needs no step of its own."""
        plan = self._plans.get((aims, given))
        if plan is None:
            plan = self._plans[aims, given] = self._lay(aims, given)
        return plan

    def _lay(self, aims: tuple[str, ...], given: frozenset[str]) -> Plan:
        steps: list[Step] = []
        free: set[str] = set()
        seen = set(given)
        stack = [(aim, False) for aim in reversed(aims)]
        while stack:
            key, ready = stack.pop()
            node = self._nodes[key]
            if ready:
                steps.append(node.step)
                free |= node.free
            elif key not in seen:
                seen.add(key)
                stack.append((key, True))
                stack.extend((required, False) for required in reversed(node.requires))
        return Plan(steps=tuple(steps), free=frozenset(free))
