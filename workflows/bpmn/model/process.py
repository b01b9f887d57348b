"""A file as drawn: its processes, what stands inside them, and the roots they refer to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from workflows.bpmn.model.correlation import (
    CorrelationKey,
    CorrelationProperty,
    CorrelationSubscription,
)
from workflows.bpmn.model.data import NO_DATA, ElementData
from workflows.bpmn.model.element import Element, Formal, Place
from workflows.bpmn.model.events import Event
from workflows.bpmn.model.gateways import Gateway
from workflows.bpmn.model.tasks import Activity, CallActivity, Task

DataKind = Literal["dataObject", "dataObjectReference", "dataStoreReference"]
ArtifactKind = Literal["textAnnotation", "group", "association"]
SubProcessKind = Literal["subProcess", "transaction", "adHocSubProcess"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceFlow(Element):
    """A sequence flow."""

    source: str
    target: str
    condition: Formal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane(Element):
    """A lane and the flow nodes drawn in it; nested lanes are read in place."""

    members: tuple[str, ...] = ()
    lanes: tuple["Lane", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DataElement(Element):
    """A data object, data object reference or data store reference."""

    kind: DataKind
    reference: str | None = None
    is_collection: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact(Element):
    """An annotation, group or association: no run-time meaning, but for one.

    The association from a compensation boundary event names its handler.
    """

    kind: ArtifactKind
    source: str | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubProcess(Activity):
    """A sub-process of any kind, with what is drawn inside."""

    kind: SubProcessKind
    triggered_by_event: bool = False
    completion_condition: Formal | None = None
    """For ad-hoc sub-processes, as the two that follow."""
    sequential: bool = False
    cancel_remaining: bool = True
    content: "Content"


FlowNode = Task | CallActivity | SubProcess | Event | Gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a process or sub-process contains, in document order."""

    nodes: tuple[FlowNode, ...] = ()
    flows: tuple[SequenceFlow, ...] = ()
    lanes: tuple[Lane, ...] = ()
    data: tuple[DataElement, ...] = ()
    artifacts: tuple[Artifact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Process(Element):
    """A process."""

    kind: Literal["process"] = "process"
    executable: bool
    content: Content
    data: ElementData = NO_DATA
    subscriptions: tuple[CorrelationSubscription, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RootElement(Element):
    """A message, error, signal or escalation, or another root that may be referred to."""

    tag: str
    code: str | None = None
    """``errorCode`` or ``escalationCode``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataStore(Element):
    """A data store: what outlives the processes that read it and write to it."""

    capacity: int | None = None
    """How much it holds; None where nobody says."""
    is_unlimited: bool = False
    is_collection: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalTask(RootElement):
    """A task that call activities may call; it runs where it is called."""

    task: Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """One BPMN file as drawn."""

    file: str | None = None
    processes: tuple[Process, ...] = ()
    roots: Mapping[str, RootElement] = field(default_factory=dict)
    """By id: messages, errors, signals, escalations, global tasks, event definitions."""
    associations: tuple[Artifact, ...] = ()
    """Those that a drawing tool put beside the processes."""
    stores: Mapping[str, DataStore] = field(default_factory=dict)
    """By id."""
    correlation_properties: Mapping[str, CorrelationProperty] = field(default_factory=dict)
    correlation_keys: Mapping[str, CorrelationKey] = field(default_factory=dict)
    ids: tuple[tuple[str, str, Place], ...] = ()
    """Every (id, element name, place) of the BPMN namespace, in document order."""
    execution_platform: str | None = None
    execution_platform_version: str | None = None
    place: Place = field(default_factory=Place)
