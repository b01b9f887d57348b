"""The table: node kind to behaviour."""

from collections.abc import Mapping
from typing import Final

from workflows.bpmn.interpreter.behaviours.ad_hoc import AD_HOC
from workflows.bpmn.interpreter.behaviours.events import BOUNDARY, CATCH, END, START, THROW
from workflows.bpmn.interpreter.behaviours.gateways import (
    COMPLEX,
    EVENT_BASED,
    EXCLUSIVE,
    INCLUSIVE,
    PARALLEL,
)
from workflows.bpmn.interpreter.behaviours.protocol import Behaviour as Behaviour
from workflows.bpmn.interpreter.behaviours.scopes import (
    CALL_ACTIVITY,
    EVENT_SUB_PROCESS,
    PROCESS,
    SUB_PROCESS,
)
from workflows.bpmn.interpreter.behaviours.steering import STEERING
from workflows.bpmn.interpreter.behaviours.store_access import STORE_ACCESS
from workflows.bpmn.interpreter.behaviours.task_listeners import TASK_LISTENER
from workflows.bpmn.interpreter.behaviours.tasks import TASK
from workflows.bpmn.program import NodeKind

BEHAVIOURS: Final[Mapping[NodeKind, Behaviour]] = {
    "process": PROCESS,
    "subProcess": SUB_PROCESS,
    "eventSubProcess": EVENT_SUB_PROCESS,
    "transaction": SUB_PROCESS,
    "adHocSubProcess": AD_HOC,
    "callActivity": CALL_ACTIVITY,
    "task": TASK,
    "manualTask": TASK,
    "serviceTask": TASK,
    "sendTask": TASK,
    "receiveTask": TASK,
    "scriptTask": TASK,
    "businessRuleTask": TASK,
    "userTask": TASK,
    "exclusiveGateway": EXCLUSIVE,
    "parallelGateway": PARALLEL,
    "inclusiveGateway": INCLUSIVE,
    "eventBasedGateway": EVENT_BASED,
    "complexGateway": COMPLEX,
    "startEvent": START,
    "endEvent": END,
    "intermediateCatchEvent": CATCH,
    "intermediateThrowEvent": THROW,
    "boundaryEvent": BOUNDARY,
    "taskListener": TASK_LISTENER,
    "adHocSteering": STEERING,
    "dataStoreAccess": STORE_ACCESS,
}
