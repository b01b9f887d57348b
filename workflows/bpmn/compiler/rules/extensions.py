"""Which ``zeebe:`` extension element may stand where, with which attributes: one table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from workflows.bpmn.compiler.drawing import Drawing, Finding
from workflows.bpmn.compiler.rules.rule import Rule, at
from workflows.bpmn.model import (
    Activity,
    ConditionalEventDefinition,
    Element,
    Event,
    Extension,
    Gateway,
    GlobalTask,
    MessageEventDefinition,
    MultiInstanceLoop,
    Process,
)

_BINDING = frozenset({"bindingType", "versionTag"})
_METADATA = frozenset(
    {"modelerConfigurationTemplate", "modelerConfigurationName", "retryCounter"}
    | {"modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon"}
)
"""Attributes that are kept and change nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What bpmn.md §3 says about one extension element."""

    on: frozenset[str]
    """Kinds of elements it may stand on: element names, or a word of ``_kinds``."""
    required: frozenset[str] = frozenset()
    """Attributes that must be there and not empty."""
    optional: frozenset[str] = frozenset()
    children: Mapping[str, "Spec"] = field(default_factory=dict)
    status: Literal["executed", "later"] = "executed"


def _on(*kinds: str) -> frozenset[str]:
    return frozenset(kinds)


_SERVICE_LIKE = _on(
    "serviceTask", "businessRuleTask", "scriptTask", "sendTask",
    "endEvent", "intermediateThrowEvent", "adHocSubProcess",
)  # fmt: skip
_MAPPING = Spec(on=_on(), required=_on("source", "target"))

SPECS: Mapping[str, Spec] = {
    "taskDefinition": Spec(
        on=_on(
            "serviceTask",
            "sendTask",
            "businessRuleTask",
            "scriptTask",
            "message throw",
            "adHocSubProcess",
        ),
        required=_on("type"),
        optional=_on("retries"),
    ),
    "taskHeaders": Spec(
        on=_SERVICE_LIKE | {"userTask"},
        children={"header": Spec(on=_on(), required=_on("key"), optional=_on("id", "value"))},
    ),
    "ioMapping": Spec(
        on=_SERVICE_LIKE | {"callActivity", "event", "receiveTask", "subProcess", "userTask"},
        children={"input": _MAPPING, "output": _MAPPING},
    ),
    "subscription": Spec(on=_on("message"), optional=_on("correlationKey")),
    "publishMessage": Spec(
        on=_on("sendTask", "message throw"),
        optional=_on("correlationKey", "messageId", "timeToLive"),
    ),
    "loopCharacteristics": Spec(
        on=_on("multiInstanceLoopCharacteristics"),
        optional=_on("inputCollection", "inputElement", "outputCollection", "outputElement"),
    ),
    "calledElement": Spec(
        on=_on("callActivity"),
        optional=_BINDING
        | {"processId", "processIdExpression"}
        | {"propagateAllParentVariables", "propagateAllChildVariables"},
    ),
    "calledDecision": Spec(
        on=_on("businessRuleTask"), required=_on("decisionId", "resultVariable"), optional=_BINDING
    ),
    "script": Spec(on=_on("scriptTask"), required=_on("expression", "resultVariable")),
    "userTask": Spec(on=_on("userTask")),
    "assignmentDefinition": Spec(
        on=_on("userTask"), optional=_on("assignee", "candidateGroups", "candidateUsers")
    ),
    "taskSchedule": Spec(on=_on("userTask"), optional=_on("dueDate", "followUpDate")),
    "priorityDefinition": Spec(on=_on("userTask"), required=_on("priority")),
    "formDefinition": Spec(
        on=_on("userTask", "startEvent"),
        optional=_BINDING | {"formKey", "formId", "externalReference"},
    ),
    "userTaskForm": Spec(on=_on("process"), required=_on("id")),
    "properties": Spec(
        on=_on("any"),
        children={"property": Spec(on=_on(), optional=_on("name", "value"))},
    ),
    "versionTag": Spec(on=_on("process"), required=_on("value")),
    "agentDefinition": Spec(on=_on("serviceTask", "adHocSubProcess"), optional=_on("agentType")),
    "executionListeners": Spec(
        on=_on("event", "activity", "process", "gateway"),
        children={
            "executionListener": Spec(
                on=_on(),
                required=_on("eventType", "type"),
                optional=_on("retries"),
                children={"taskHeaders": Spec(on=_on())},
            )
        },
    ),
    "taskListeners": Spec(
        on=_on("userTask"),
        children={
            "taskListener": Spec(
                on=_on(),
                required=_on("eventType", "type"),
                optional=_on("retries"),
                children={"taskHeaders": Spec(on=_on())},
            )
        },
    ),
    "jobPriorityDefinition": Spec(on=_SERVICE_LIKE | {"process"}, required=_on("priority")),
    "linkedResources": Spec(
        on=_on("serviceTask"), children={"linkedResource": Spec(on=_on())}, status="later"
    ),
    "adHoc": Spec(
        on=_on("adHocSubProcess"),
        optional=_on("activeElementsCollection", "outputCollection", "outputElement"),
    ),
    "conditionalFilter": Spec(
        on=_on("conditionalEventDefinition"), optional=_on("variableNames", "variableEvents")
    ),
}
"""Every element of the extension schema, once."""

LATER_ATTRIBUTES: Mapping[tuple[str, str], str] = {
    ("calledElement", "businessId"): "a business id of its own for the called process",
}
"""Attributes that would change behaviour, and are not executed yet."""

_SINGLE = frozenset(SPECS) - {"userTaskForm"}
"""Extension elements an element has at most one of."""


def bearers(drawing: Drawing) -> Iterator[tuple[Element, frozenset[str], tuple[Extension, ...]]]:
    """Every element that bears extensions, with the kinds it counts as."""
    yield drawing.process, _kinds(drawing.process), drawing.process.extensions
    for scope in drawing.scopes:
        for node in scope.nodes.values():
            yield node, _kinds(node), node.extensions
            if isinstance(node, Activity) and isinstance(node.loop, MultiInstanceLoop):
                yield node, _on("multiInstanceLoopCharacteristics"), node.loop.extensions
            for definition in node.definitions if isinstance(node, Event) else ():
                if isinstance(definition, ConditionalEventDefinition):
                    yield node, _on("conditionalEventDefinition"), definition.extensions
        for flow in scope.flows:
            yield flow, _on("sequenceFlow"), flow.extensions
    for root in drawing.definitions.roots.values():
        kind = root.task.kind if isinstance(root, GlobalTask) else root.tag
        yield root, _on(kind), root.extensions


def _kinds(element: Element) -> frozenset[str]:
    match element:
        case Process():
            return _on("process")
        case Event():
            throws = element.kind in ("intermediateThrowEvent", "endEvent")
            sends = any(isinstance(one, MessageEventDefinition) for one in element.definitions)
            return _on(element.kind, "event", *(["message throw"] if throws and sends else []))
        case Gateway():
            return _on(element.kind, "gateway")
        case Activity():
            kind = getattr(element, "kind", "")
            inner = ("subProcess",) if kind in ("transaction", "adHocSubProcess") else ()
            return _on(kind, "activity", *inner)
        case _:
            return _on()


def _unknown(drawing: Drawing) -> Iterator[Finding]:
    for element, _, extensions in bearers(drawing):
        for extension in extensions:
            spec = SPECS.get(extension.name)
            if spec is None:
                message = f"zeebe:{extension.name} is not known; remove it."
                yield at(element, message, extension.place)
                continue
            for child in extension.children:
                if child.name not in spec.children:
                    message = f"zeebe:{child.name} is not known inside zeebe:{extension.name}."
                    yield at(element, message, child.place)


def _unknown_attributes(drawing: Drawing) -> Iterator[Finding]:
    for element, _, _ in bearers(drawing):
        for name in element.extension_attributes:
            if name not in _METADATA:
                yield at(element, f"zeebe:{name} is not an attribute of elements; remove it.")
    for element, extension, spec in _executed(drawing):
        known = spec.required | spec.optional | _METADATA
        for name in extension.attributes:
            if name not in known and (extension.name, name) not in LATER_ATTRIBUTES:
                message = f"zeebe:{extension.name} has no attribute {name!r}; remove it."
                yield at(element, message, extension.place)


def _required(drawing: Drawing) -> Iterator[Finding]:
    for element, extension, spec in _executed(drawing):
        for name in sorted(spec.required):
            if not extension.attributes.get(name, "").removeprefix("=").strip():
                message = f"zeebe:{extension.name} needs a {name} that is not empty."
                yield at(element, message, extension.place)


def _executed(drawing: Drawing) -> Iterator[tuple[Element, Extension, Spec]]:
    for element, _, extensions in bearers(drawing):
        for extension in extensions:
            spec = SPECS.get(extension.name)
            if spec is None or spec.status == "later":
                continue
            yield element, extension, spec
            for child in extension.children:
                if child.name in spec.children:
                    yield element, child, spec.children[child.name]


def _misplaced(drawing: Drawing) -> Iterator[Finding]:
    for element, kinds, extensions in bearers(drawing):
        for extension in extensions:
            spec = SPECS.get(extension.name)
            if spec is not None and "any" not in spec.on and not spec.on & kinds:
                message = f"zeebe:{extension.name} does not belong on this element; remove it."
                yield at(element, message, extension.place)


def _doubled(drawing: Drawing) -> Iterator[Finding]:
    for element, _, extensions in bearers(drawing):
        seen: set[str] = set()
        for extension in extensions:
            if extension.name in seen and extension.name in _SINGLE:
                message = f"zeebe:{extension.name} stands here twice; keep one."
                yield at(element, message, extension.place)
            seen.add(extension.name)


_OUTPUTS_ONLY = ("startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask")


def _input_mappings(drawing: Drawing) -> Iterator[Finding]:
    for node, _ in drawing.nodes:
        if node.kind not in _OUTPUTS_ONLY:
            continue
        for extension in node.extensions:
            for child in extension.children if extension.name == "ioMapping" else ():
                if child.name == "input":
                    message = f"A {node.kind} has output mappings only."
                    yield at(node, message, child.place)


RULES = (
    Rule(
        code="extension-unknown",
        clause="bpmn.md §3",
        summary="Every zeebe: element is one of the schema.",
        check=_unknown,
    ),
    Rule(
        code="extension-misplaced",
        clause="bpmn.md §3",
        summary="A zeebe: element stands where the schema has it.",
        check=_misplaced,
    ),
    Rule(
        code="extension-attribute",
        clause="bpmn.md §3",
        summary="A zeebe: element has the attributes of the schema only.",
        check=_unknown_attributes,
    ),
    Rule(
        code="extension-required",
        clause="bpmn.md §3",
        summary="Required attributes of zeebe: elements are there.",
        check=_required,
    ),
    Rule(
        code="extension-doubled",
        clause="bpmn.md §3",
        summary="A zeebe: element stands once on its element.",
        check=_doubled,
    ),
    Rule(
        code="input-mapping",
        clause="S30",
        summary="Catch events and receive tasks have output mappings only.",
        check=_input_mappings,
    ),
)
