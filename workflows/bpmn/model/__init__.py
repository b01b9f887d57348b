"""A process as drawn, still joined by ids."""

from workflows.bpmn.model.correlation import (
    CorrelationKey,
    CorrelationProperty,
    CorrelationSubscription,
)
from workflows.bpmn.model.data import (
    NO_DATA,
    DataAssociation,
    DataItem,
    DataSet,
    ElementData,
)
from workflows.bpmn.model.element import (
    Element,
    Extension,
    Foreign,
    Formal,
    Place,
    Unexecuted,
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
    DataStore,
    Definitions,
    FlowNode,
    GlobalTask,
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
    "NO_DATA", "Activity", "Artifact", "ArtifactKind", "Behavior", "CallActivity",
    "CancelEventDefinition", "CompensateEventDefinition", "ConditionalEventDefinition",
    "Content", "CorrelationKey", "CorrelationProperty", "CorrelationSubscription",
    "DataAssociation",
    "DataElement", "DataItem", "DataKind", "DataSet", "DataStore", "Definitions", "Element",
    "ElementData", "ErrorEventDefinition",
    "EscalationEventDefinition", "Event", "EventDefinition", "EventKind", "Extension", "FlowNode",
    "Foreign", "Formal", "Gateway", "GatewayKind", "GlobalTask", "Lane", "LinkEventDefinition",
    "Loop", "MessageEventDefinition", "MultiInstanceLoop", "Place", "Process", "RootElement",
    "SequenceFlow", "SignalEventDefinition", "StandardLoop", "SubProcess", "SubProcessKind",
    "Task", "TaskKind", "TerminateEventDefinition", "TimerEventDefinition", "TimerForm",
    "Unexecuted", "children_of", "extension_of",
]  # fmt: skip
