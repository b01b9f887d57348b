"""A process as run: ids resolved to integers, expressions parsed, decisions linked, frozen.

The compiler builds it, the interpreter runs it, and neither knows the other. Nodes and flows are
addressed by their index in the program's tuples; node 0 is the process itself. A called process
that is linked ``inline`` stands in the same tuples, below its call activity, with ids prefixed
by ``<call activity id>/``.
"""

from workflows.bpmn.program.data import (
    NOWHERE,
    Association,
    Data,
    DataSet,
    Store,
    VariableMapping,
    Write,
)
from workflows.bpmn.program.events import (
    CancelDefinition,
    CompensateDefinition,
    ConditionDefinition,
    ErrorDefinition,
    EscalationDefinition,
    EventDefinition,
    LinkDefinition,
    MessageDefinition,
    MultipleDefinition,
    SignalDefinition,
    SingleDefinition,
    TerminateDefinition,
    Text,
    TimerDefinition,
)
from workflows.bpmn.program.graph import (
    Flow,
    Join,
    Node,
    NodeKind,
    Program,
    Throw,
)
from workflows.bpmn.program.loops import (
    AdHoc,
    Loop,
    MultiInstance,
    StandardLoop,
    ThrownOnCompletion,
)
from workflows.bpmn.program.work import (
    Call,
    Decision,
    Human,
    Job,
    Publish,
    Receive,
    Script,
    Work,
)

__all__ = [
    "NOWHERE",
    "AdHoc",
    "Association",
    "Call",
    "CancelDefinition",
    "CompensateDefinition",
    "ConditionDefinition",
    "Data",
    "DataSet",
    "Decision",
    "ErrorDefinition",
    "EscalationDefinition",
    "EventDefinition",
    "Flow",
    "Human",
    "Job",
    "Join",
    "LinkDefinition",
    "Loop",
    "MessageDefinition",
    "MultiInstance",
    "MultipleDefinition",
    "Node",
    "NodeKind",
    "Program",
    "Publish",
    "Receive",
    "Script",
    "SignalDefinition",
    "SingleDefinition",
    "StandardLoop",
    "Store",
    "TerminateDefinition",
    "Text",
    "Throw",
    "ThrownOnCompletion",
    "TimerDefinition",
    "VariableMapping",
    "Work",
    "Write",
]
