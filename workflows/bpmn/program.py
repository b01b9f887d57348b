"""A process as run: ids resolved to integers, expressions parsed, decisions linked, frozen.

The compiler builds it, the interpreter runs it, and neither knows the other. Nodes and flows are
addressed by their index in the program's tuples; node 0 is the process itself. A called process
that is linked ``inline`` stands in the same tuples, below its call activity, with ids prefixed
by ``<call activity id>/``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from workflows.dmn import DecisionProgram
from workflows.feel import Expression

NodeKind = Literal[
    "process",
    "subProcess",
    "eventSubProcess",
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
    "startEvent",
    "endEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "boundaryEvent",
]

Text = str | Expression
"""A static text, or a FEEL expression (an attribute that begins with ``=``; S32)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A sequence flow."""

    index: int
    id: str
    source: int
    target: int
    condition: Expression | None = None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableMapping:
    """One input or output mapping: the value of ``source`` goes to the path ``target``."""

    source: Text
    target: tuple[str, ...]
    """``a.b`` is ``("a", "b")``: it creates or extends the context ``a`` (S30)."""


# --- what an event waits for, or throws -------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDefinition:
    """A BPMN message: by name and, when caught other than at a process start, by key (S23)."""

    kind: Literal["message"] = "message"
    name: Text
    key: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerDefinition:
    """Exactly one of a date, a duration and a cycle (S26)."""

    kind: Literal["timer"] = "timer"
    form: Literal["date", "duration", "cycle"]
    value: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDefinition:
    """An error; ``code`` None catches every error (S17). Codes are static where caught."""

    kind: Literal["error"] = "error"
    code: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDefinition:
    """A link; a throw holds the node index of its catch (S13)."""

    kind: Literal["link"] = "link"
    name: str
    catch: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminateDefinition:
    """A terminate end event (S19)."""

    kind: Literal["terminate"] = "terminate"


EventDefinition = (
    MessageDefinition | TimerDefinition | ErrorDefinition | LinkDefinition | TerminateDefinition
)


# --- what a task does -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work for an activity: service-like tasks, and message throws that name a task type."""

    kind: Literal["job"] = "job"
    type: Text
    retries: Text = "3"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Human:
    """Work for a person."""

    kind: Literal["human"] = "human"
    assignee: Text | None = None
    candidate_groups: Text | None = None
    candidate_users: Text | None = None
    due_date: Text | None = None
    follow_up_date: Text | None = None
    priority: Text = "50"
    form: Mapping[str, str] = field(default_factory=dict)
    """Form attributes as drawn: formKey, formId, externalReference, bindingType, versionTag."""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A FEEL script whose result goes to one variable."""

    kind: Literal["script"] = "script"
    expression: Expression
    result_variable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision evaluated in the engine; linked at deploy."""

    kind: Literal["decision"] = "decision"
    decision_id: str
    decision: DecisionProgram
    result_variable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receive:
    """A receive task's message."""

    kind: Literal["receive"] = "receive"
    message: MessageDefinition


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """A message published by the product itself (``zeebe:publishMessage``, S23)."""

    kind: Literal["publish"] = "publish"
    name: Text
    key: Expression | Text | None = None
    message_id: Text | None = None
    time_to_live: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A called process: a child case, or ``inline`` when linked into this program (S22)."""

    kind: Literal["call"] = "call"
    process_id: Text
    inline: bool = False
    """True: the called nodes are children of this node in the same program."""
    propagate_all_parent_variables: bool = True
    propagate_all_child_variables: bool = True
    binding: Literal["latest", "deployment", "versionTag"] = "latest"
    version_tag: str | None = None


Work = Job | Human | Script | Decision | Receive | Publish | Call


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiInstance:
    """The loop characteristics of a multi-instance activity (S11)."""

    sequential: bool
    collection: Expression | None = None
    cardinality: Expression | None = None
    input_element: str | None = None
    output_collection: str | None = None
    output_element: Expression | None = None
    completion_condition: Expression | None = None


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
    interrupting: bool = True
    """For boundary events and event sub-process starts."""
    attached_to: int | None = None
    boundary: tuple[int, ...] = ()
    """Boundary events attached to this activity."""
    starts: tuple[int, ...] = ()
    """For scopes: its start events in document order (an event sub-process has one, typed)."""
    event_sub_processes: tuple[int, ...] = ()
    """For scopes: its event sub-processes."""
    children: tuple[int, ...] = ()
    """For scopes: every node directly inside."""
    loop: MultiInstance | None = None
    inputs: tuple[VariableMapping, ...] = ()
    outputs: tuple[VariableMapping, ...] = ()
    reaches: tuple[int, ...] = ()
    """For inclusive gateways, one bit set of node indexes per incoming flow: the nodes of the same
    scope from which that flow can be reached without passing the gateway (S5)."""
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


__all__ = [
    "Call",
    "Decision",
    "ErrorDefinition",
    "EventDefinition",
    "Flow",
    "Human",
    "Job",
    "LinkDefinition",
    "MessageDefinition",
    "MultiInstance",
    "Node",
    "NodeKind",
    "Program",
    "Publish",
    "Receive",
    "Script",
    "TerminateDefinition",
    "Text",
    "TimerDefinition",
    "VariableMapping",
    "Work",
]
