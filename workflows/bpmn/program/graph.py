"""Nodes and flows, joined by index, and the program they make."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from workflows.bpmn.program.data import Data, VariableMapping
from workflows.bpmn.program.events import (
    CancelDefinition,
    CompensateDefinition,
    ErrorDefinition,
    EscalationDefinition,
    EventDefinition,
    SignalDefinition,
    SingleDefinition,
)
from workflows.bpmn.program.loops import AdHoc, Loop
from workflows.bpmn.program.work import Job, Publish, Work
from workflows.feel import Expression

NodeKind = Literal[
    "process",
    "subProcess",
    "eventSubProcess",
    "transaction",
    "adHocSubProcess",
    "callActivity",
    "task",
    "manualTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "scriptTask",
    "businessRuleTask",
    "userTask",
    "exclusiveGateway",
    "parallelGateway",
    "inclusiveGateway",
    "eventBasedGateway",
    "complexGateway",
    "startEvent",
    "endEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "boundaryEvent",
    "taskListener",
    "adHocSteering",
    "dataStoreAccess",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A sequence flow."""

    index: int
    id: str
    source: int
    target: int
    condition: Expression | None = None
    name: str = ""


Throw = (
    Job
    | Publish
    | SignalDefinition
    | ErrorDefinition
    | EscalationDefinition
    | CompensateDefinition
    | CancelDefinition
)
"""One thing that an event throws."""

Join = Literal["", "parallel", "inclusive", "complex", "quantity"]
"""How a node gathers the tokens that come to it; nothing where each passes singly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One flow node or scope, everything about it resolved."""

    index: int
    id: str
    kind: NodeKind
    name: str = ""
    scope: int = -1
    """Index of the enclosing scope node; -1 for the process."""
    depth: int = 0
    incoming: tuple[int, ...] = ()
    outgoing: tuple[int, ...] = ()
    """Flow indexes, in document order."""
    default: int | None = None
    """Flow index of the default flow."""
    work: Work | None = None
    event: EventDefinition | None = None
    """For events: None is a none event."""
    catches: tuple[SingleDefinition, ...] = ()
    """What a catching event or receive task waits for, in document order."""
    throws: tuple[Throw, ...] = ()
    """What a throw or end event throws, in document order."""
    interrupting: bool = True
    """For boundary events and event sub-process starts."""
    attached_to: int | None = None
    boundary: tuple[int, ...] = ()
    """Boundary events attached to this activity."""
    handler: int | None = None
    """The activity that compensates this one (S20)."""
    undoes: int | None = None
    """For scopes: the event sub-process that compensates it (S20)."""
    is_compensable: bool = False
    """What completes here, or inside, may have to be compensated."""
    starts: tuple[int, ...] = ()
    """For scopes: its start events in document order (an event sub-process has one, typed)."""
    instantiators: tuple[int, ...] = ()
    """For processes: the receive tasks and events that begin one when they hear something (S24)."""
    together: tuple[int, ...] = ()
    """For events behind an instantiating parallel gateway: the others that are awaited then."""
    event_sub_processes: tuple[int, ...] = ()
    """For scopes: its event sub-processes."""
    children: tuple[int, ...] = ()
    """For scopes: every node directly inside."""
    loop: Loop | None = None
    ad_hoc: AdHoc | None = None
    in_ad_hoc: bool = False
    """An activity directly inside an ad-hoc sub-process."""
    start_quantity: int = 1
    completion_quantity: int = 1
    join: Join = ""
    activation: Expression | None = None
    """For complex gateways: the activation condition (S6)."""
    inputs: tuple[VariableMapping, ...] = ()
    outputs: tuple[VariableMapping, ...] = ()
    data: Data | None = None
    """BPMN data, where there is some (S31)."""
    reaches: tuple[int, ...] = ()
    """For inclusive and complex gateways, one bit set of node indexes per incoming flow: the nodes
    of the same scope from which it can be reached without passing the gateway (S5)."""
    start_listeners: tuple[int, ...] = ()
    """Tasks that run before the element's own work, in document order (S34)."""
    end_listeners: tuple[int, ...] = ()
    """Tasks that run before the element completes."""
    before_all: tuple[int, ...] = ()
    """Tasks that run before the first instance of a multi-instance activity."""
    cancel_listeners: tuple[int, ...] = ()
    """Tasks that run before a process, or a human task, that is ended from outside is gone."""
    task_listeners: Mapping[str, tuple[int, ...]] | None = None
    """For user tasks: tasks that decide about a step in the life of the human task, by step."""
    properties: Mapping[str, str] = field(default_factory=dict)
    """``zeebe:properties``, free metadata."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A process ready to run; equal hashes mean equal behaviour."""

    process_id: str
    name: str
    hash: str
    """SHA-256 of the bundle the program was compiled from, lower-case hex."""
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    ids: Mapping[str, int]
    """Element id to node index."""
    version_tag: str | None = None
