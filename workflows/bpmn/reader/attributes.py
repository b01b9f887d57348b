"""Which attributes BPMN gives to which element: a mistyped one must not pass for a default."""

from collections.abc import Mapping

from lxml import etree

from workflows.bpmn.reader.source import Source, bpmn_children, local_name

_ELEMENT = frozenset({"id", "name"})
_ACTIVITY = _ELEMENT | {"default", "isForCompensation", "startQuantity", "completionQuantity"}
_GATEWAY = _ELEMENT | {"gatewayDirection", "default"}
_SUB_PROCESS = _ACTIVITY | {"triggeredByEvent"}

ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "process": _ELEMENT
    | {"processType", "isClosed", "isExecutable", "definitionalCollaborationRef"},
    "sequenceFlow": _ELEMENT | {"sourceRef", "targetRef", "isImmediate"},
    "task": _ACTIVITY,
    "manualTask": _ACTIVITY,
    "serviceTask": _ACTIVITY | {"implementation", "operationRef"},
    "sendTask": _ACTIVITY | {"implementation", "operationRef", "messageRef"},
    "receiveTask": _ACTIVITY | {"implementation", "operationRef", "messageRef", "instantiate"},
    "scriptTask": _ACTIVITY | {"scriptFormat"},
    "businessRuleTask": _ACTIVITY | {"implementation"},
    "userTask": _ACTIVITY | {"implementation"},
    "callActivity": _ACTIVITY | {"calledElement"},
    "globalTask": _ELEMENT,
    "globalManualTask": _ELEMENT,
    "globalUserTask": _ELEMENT | {"implementation"},
    "globalScriptTask": _ELEMENT | {"scriptLanguage"},
    "globalBusinessRuleTask": _ELEMENT | {"implementation"},
    "subProcess": _SUB_PROCESS,
    "transaction": _SUB_PROCESS | {"method"},
    "adHocSubProcess": _SUB_PROCESS | {"cancelRemainingInstances", "ordering"},
    "exclusiveGateway": _GATEWAY,
    "parallelGateway": _GATEWAY,
    "inclusiveGateway": _GATEWAY,
    "complexGateway": _GATEWAY,
    "eventBasedGateway": _GATEWAY | {"instantiate", "eventGatewayType"},
    "startEvent": _ELEMENT | {"isInterrupting", "parallelMultiple"},
    "intermediateCatchEvent": _ELEMENT | {"parallelMultiple"},
    "intermediateThrowEvent": _ELEMENT,
    "endEvent": _ELEMENT,
    "boundaryEvent": _ELEMENT | {"attachedToRef", "cancelActivity", "parallelMultiple"},
    "messageEventDefinition": _ELEMENT | {"messageRef", "operationRef"},
    "timerEventDefinition": _ELEMENT,
    "errorEventDefinition": _ELEMENT | {"errorRef"},
    "signalEventDefinition": _ELEMENT | {"signalRef"},
    "escalationEventDefinition": _ELEMENT | {"escalationRef"},
    "conditionalEventDefinition": _ELEMENT,
    "compensateEventDefinition": _ELEMENT | {"activityRef", "waitForCompletion"},
    "cancelEventDefinition": _ELEMENT,
    "linkEventDefinition": _ELEMENT,
    "terminateEventDefinition": _ELEMENT,
    "multiInstanceLoopCharacteristics": _ELEMENT
    | {"isSequential", "behavior", "oneBehaviorEventRef", "noneBehaviorEventRef"},
    "standardLoopCharacteristics": _ELEMENT | {"testBefore", "loopMaximum"},
    "message": _ELEMENT | {"itemRef"},
    "error": _ELEMENT | {"errorCode", "structureRef"},
    "signal": _ELEMENT | {"structureRef"},
    "escalation": _ELEMENT | {"escalationCode", "structureRef"},
}
"""Of the elements that are executed; those of other namespaces are extensions and stay free."""


def flag_unknown_attributes(source: Source, root: etree._Element) -> None:
    """Flag attributes without a namespace that the element does not have."""
    stack = [root]
    while stack:
        element = stack.pop()
        if local_name(element) == "extensionElements":
            continue
        known = ATTRIBUTES.get(local_name(element))
        for name in map(str, element.attrib) if known is not None else ():
            if known is not None and not name.startswith("{") and name not in known:
                message = f"BPMN gives a {local_name(element)} no attribute {name!r}; remove it."
                source.flag("attribute-unknown", message, element, clause="BPMN 2.0.2")
        stack.extend(bpmn_children(element))
