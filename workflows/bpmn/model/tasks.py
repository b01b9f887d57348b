"""Activities as drawn: tasks, call activities, and the loops on them."""

from dataclasses import dataclass
from typing import Literal

from workflows.bpmn.model.data import NO_DATA, DataItem, ElementData
from workflows.bpmn.model.element import Element, Extension, Formal, Place
from workflows.bpmn.model.events import EventDefinition

TaskKind = Literal[
    "task",
    "manualTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "scriptTask",
    "businessRuleTask",
    "userTask",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Behavior:
    """An event that instances of a multi-instance activity throw when they complete."""

    name: str
    """None, One or Complex."""
    definitions: tuple[EventDefinition, ...]
    condition: Formal | None = None
    reference: str | None = None
    """An id that names no event definition."""
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiInstanceLoop:
    """Multi-instance loop characteristics."""

    kind: Literal["multiInstance"] = "multiInstance"
    sequential: bool
    cardinality: Formal | None = None
    completion_condition: Formal | None = None
    behavior: str = "All"
    throws: tuple[Behavior, ...] = ()
    extensions: tuple[Extension, ...] = ()
    input_ref: str | None = None
    """``loopDataInputRef``."""
    output_ref: str | None = None
    """``loopDataOutputRef``."""
    input_item: DataItem | None = None
    output_item: DataItem | None = None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardLoop:
    """Standard loop characteristics."""

    kind: Literal["standardLoop"] = "standardLoop"
    condition: Formal | None = None
    test_before: bool = False
    maximum: str | None = None
    place: Place


Loop = MultiInstanceLoop | StandardLoop


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(Element):
    """What tasks, call activities and sub-processes share."""

    default: str | None = None
    for_compensation: bool = False
    start_quantity: int = 1
    completion_quantity: int = 1
    loop: Loop | None = None
    data: ElementData = NO_DATA


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Activity):
    """A task; what does not apply to its kind is None or False."""

    kind: TaskKind
    message_ref: str | None = None
    operation_ref: str | None = None
    instantiate: bool = False
    script: Formal | None = None
    """A ``bpmn:script`` with its ``scriptFormat`` as language."""
    stands_for: str | None = None
    """The global task that is called here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallActivity(Activity):
    """A call activity; ``called_element`` is the plain BPMN attribute."""

    kind: Literal["callActivity"] = "callActivity"
    called_element: str | None = None
