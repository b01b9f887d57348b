"""A process as drawn, still joined by ids."""

from workflows.bpmn.model.element import (
    DataUse,
    Element,
    Extension,
    Foreign,
    Formal,
    Place,
    children_of,
    extension_of,
)
from workflows.bpmn.model.events import (
    CancelEventDefinition,
    CompensateEventDefinition,
    ConditionalEventDefinition,
    ErrorEventDefinition,
    EscalationEventDefinition,
    Event,
    EventDefinition,
    EventKind,
    LinkEventDefinition,
    MessageEventDefinition,
    SignalEventDefinition,
    TerminateEventDefinition,
    TimerEventDefinition,
    TimerForm,
)
from workflows.bpmn.model.gateways import Gateway, GatewayKind
from workflows.bpmn.model.process import (
    Artifact,
    ArtifactKind,
    Content,
    DataElement,
    DataKind,
    Definitions,
    FlowNode,
    Lane,
    Process,
    RootElement,
    SequenceFlow,
    SubProcess,
    SubProcessKind,
)
from workflows.bpmn.model.tasks import (
    Activity,
    Behavior,
    CallActivity,
    Loop,
    MultiInstanceLoop,
    StandardLoop,
    Task,
    TaskKind,
)

__all__ = [
    "Activity", "Artifact", "ArtifactKind", "Behavior", "CallActivity", "CancelEventDefinition",
    "CompensateEventDefinition", "ConditionalEventDefinition", "Content", "DataElement",
    "DataKind", "DataUse", "Definitions", "Element", "ErrorEventDefinition",
    "EscalationEventDefinition", "Event", "EventDefinition", "EventKind", "Extension", "FlowNode",
    "Foreign", "Formal", "Gateway", "GatewayKind", "Lane", "LinkEventDefinition", "Loop",
    "MessageEventDefinition", "MultiInstanceLoop", "Place", "Process", "RootElement",
    "SequenceFlow", "SignalEventDefinition", "StandardLoop", "SubProcess", "SubProcessKind",
    "Task", "TaskKind", "TerminateEventDefinition", "TimerEventDefinition", "TimerForm",
    "children_of", "extension_of",
]  # fmt: skip
