"""One reading function per element, and the table that finds it by name."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypedDict, cast

from lxml import etree

from workflows.bpmn.model import (
    Behavior,
    CallActivity,
    DataItem,
    ElementData,
    Event,
    EventKind,
    Extension,
    FlowNode,
    Foreign,
    Formal,
    Gateway,
    GatewayKind,
    Loop,
    MultiInstanceLoop,
    Place,
    SequenceFlow,
    StandardLoop,
    Task,
    TaskKind,
    Unexecuted,
)
from workflows.bpmn.reader.data import (
    ACTIVITY_DATA,
    EVENT_DATA,
    PASSIVE,
    PERFORMERS,
    read_data,
    read_items,
    read_unexecuted,
)
from workflows.bpmn.reader.events import EVENT_DEFINITIONS, read_event_definitions
from workflows.bpmn.reader.extensions import (
    extension_attributes,
    read_extensions,
    read_foreign,
)
from workflows.bpmn.reader.source import (
    Source,
    bpmn_children,
    local_name,
    qualified,
    text_of,
)


class Shared(TypedDict):
    """The fields every element has."""

    id: str
    name: str
    place: Place
    extensions: tuple[Extension, ...]
    extension_attributes: Mapping[str, str]
    foreign: tuple[Foreign, ...]
    unexecuted: tuple[Unexecuted, ...]


class ActivityFields(Shared):
    """The fields every activity has."""

    default: str | None
    for_compensation: bool
    start_quantity: int
    completion_quantity: int
    loop: Loop | None
    data: ElementData


LOOPS = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
_BEARERS = frozenset({*EVENT_DEFINITIONS, *LOOPS, "conditionExpression", "script"})
"""Children whose vendor attributes belong to their parent."""


def shared_fields(source: Source, element: etree._Element) -> Shared:
    """Id, name, place, extensions and data of any element."""
    bearers = (child for child in bpmn_children(element) if local_name(child) in _BEARERS)
    return {
        "id": element.get("id", "").strip(),
        "name": element.get("name", ""),
        "place": source.place(element),
        "extensions": read_extensions(source, element),
        "extension_attributes": extension_attributes(element),
        "foreign": tuple(
            foreign for bearer in (element, *bearers) for foreign in read_foreign(source, bearer)
        ),
        "unexecuted": read_unexecuted(source, element),
    }


def activity_fields(source: Source, element: etree._Element) -> ActivityFields:
    """What tasks, call activities and sub-processes share."""
    return {
        **shared_fields(source, element),
        "default": qualified(element.get("default")),
        "for_compensation": source.boolean(element, "isForCompensation", default=False),
        "start_quantity": source.integer(element, "startQuantity", default=1),
        "completion_quantity": source.integer(element, "completionQuantity", default=1),
        "loop": _loop(source, element),
        "data": read_data(source, element),
    }


def _loop(source: Source, element: etree._Element) -> Loop | None:
    for child in bpmn_children(element):
        if local_name(child) == "multiInstanceLoopCharacteristics":
            return _multi_instance(source, child)
        if local_name(child) == "standardLoopCharacteristics":
            return StandardLoop(
                condition=source.formal(child, "loopCondition"),
                test_before=source.boolean(child, "testBefore", default=False),
                maximum=child.get("loopMaximum"),
                place=source.place(child),
            )
    return None


_LOOP_PARTS = frozenset(
    {"loopCardinality", "completionCondition", "complexBehaviorDefinition"}
    | {"loopDataInputRef", "loopDataOutputRef", "inputDataItem", "outputDataItem"}
    | {"documentation", "extensionElements"}
)


def _reference(element: etree._Element, name: str) -> str | None:
    child = next(bpmn_children(element, name), None)
    return None if child is None else qualified(text_of(child))


def _item(source: Source, element: etree._Element, name: str) -> DataItem | None:
    return next(iter(read_items(source, element, name)), None)


def _multi_instance(source: Source, element: etree._Element) -> MultiInstanceLoop:
    flag_unknown_children(source, element, _LOOP_PARTS)
    return MultiInstanceLoop(
        sequential=source.boolean(element, "isSequential", default=False),
        cardinality=source.formal(element, "loopCardinality"),
        completion_condition=source.formal(element, "completionCondition"),
        behavior=element.get("behavior", "All"),
        throws=tuple(_behaviors(source, element)),
        extensions=read_extensions(source, element),
        input_ref=_reference(element, "loopDataInputRef"),
        output_ref=_reference(element, "loopDataOutputRef"),
        input_item=_item(source, element, "inputDataItem"),
        output_item=_item(source, element, "outputDataItem"),
        place=source.place(element),
    )


def _behaviors(source: Source, element: etree._Element) -> Iterator[Behavior]:
    """The events a multi-instance activity throws, as its behavior says (S12)."""
    name, place = element.get("behavior", "All"), source.place(element)
    reference = qualified(element.get(f"{name.lower()}BehaviorEventRef"))
    if name in ("None", "One"):
        shared = source.shared.get(reference or "")
        yield Behavior(
            name=name,
            definitions=() if shared is None else (shared,),
            reference=None if shared is not None else reference or "",
            place=place,
        )
    for child in bpmn_children(element, "complexBehaviorDefinition"):
        thrown = next(bpmn_children(child, "event"), None)
        definitions, unknown = (
            ((), ()) if thrown is None else read_event_definitions(source, thrown)
        )
        yield Behavior(
            name="Complex",
            definitions=definitions,
            condition=source.formal(child, "condition"),
            reference=next(iter(unknown), None),
            place=source.place(child),
        )


def _task(source: Source, element: etree._Element) -> FlowNode:
    script = source.formal(element, "script")
    if script is not None:
        language = element.get("scriptFormat")
        script = Formal(text=script.text, language=language, place=script.place)
    return Task(
        **activity_fields(source, element),
        kind=cast("TaskKind", local_name(element)),
        message_ref=qualified(element.get("messageRef")),
        operation_ref=qualified(element.get("operationRef")),
        instantiate=source.boolean(element, "instantiate", default=False),
        script=script,
    )


GLOBAL_TASKS: Mapping[str, TaskKind] = {
    "globalTask": "task",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalUserTask": "userTask",
    "globalBusinessRuleTask": "businessRuleTask",
}
"""Tasks at the root of a file, and what they are where they are called."""


def read_global_task(source: Source, element: etree._Element) -> Task:
    """Read a task that stands at the root."""
    kind = GLOBAL_TASKS[local_name(element)]
    own = {"script"} if kind == "scriptTask" else {"rendering"} if kind == "userTask" else set()
    known = SHARED_CHILDREN | PERFORMERS | own | {"ioSpecification", "ioBinding"}
    flag_unknown_children(source, element, frozenset(known))
    script = source.formal(element, "script")
    if script is not None:
        language = element.get("scriptLanguage")
        script = Formal(text=script.text, language=language, place=script.place)
    return Task(**activity_fields(source, element), kind=kind, script=script)


def _call_activity(source: Source, element: etree._Element) -> FlowNode:
    return CallActivity(
        **activity_fields(source, element), called_element=qualified(element.get("calledElement"))
    )


def _gateway(source: Source, element: etree._Element) -> FlowNode:
    return Gateway(
        **shared_fields(source, element),
        kind=cast("GatewayKind", local_name(element)),
        default=qualified(element.get("default")),
        instantiate=source.boolean(element, "instantiate", default=False),
        event_gateway_type=element.get("eventGatewayType", "Exclusive"),
        activation_condition=source.formal(element, "activationCondition"),
    )


def _event(source: Source, element: etree._Element) -> FlowNode:
    kind = cast("EventKind", local_name(element))
    flag = "cancelActivity" if kind == "boundaryEvent" else "isInterrupting"
    definitions, unknown = read_event_definitions(source, element)
    return Event(
        **shared_fields(source, element),
        kind=kind,
        definitions=definitions,
        unknown_definitions=unknown,
        parallel_multiple=source.boolean(element, "parallelMultiple", default=False),
        interrupting=source.boolean(element, flag, default=True),
        attached_to=qualified(element.get("attachedToRef")),
        data=read_data(source, element),
    )


LEAF_NODES: Mapping[str, Callable[[Source, etree._Element], FlowNode]] = {
    "task": _task,
    "manualTask": _task,
    "serviceTask": _task,
    "sendTask": _task,
    "receiveTask": _task,
    "scriptTask": _task,
    "businessRuleTask": _task,
    "userTask": _task,
    "callActivity": _call_activity,
    "exclusiveGateway": _gateway,
    "parallelGateway": _gateway,
    "inclusiveGateway": _gateway,
    "eventBasedGateway": _gateway,
    "complexGateway": _gateway,
    "startEvent": _event,
    "endEvent": _event,
    "intermediateCatchEvent": _event,
    "intermediateThrowEvent": _event,
    "boundaryEvent": _event,
}
"""Flow nodes that contain no flow nodes; sub-processes stand in ``scopes``."""

SHARED_CHILDREN = frozenset(
    {"documentation", "extensionElements", "incoming", "outgoing", "categoryValueRef", *PASSIVE}
)
ACTIVITY_CHILDREN = frozenset({*LOOPS, *ACTIVITY_DATA, *PERFORMERS})
_EVENT_CHILDREN = frozenset({*EVENT_DEFINITIONS, *EVENT_DATA, "eventDefinitionRef"})
_OWN_CHILDREN: Mapping[str, frozenset[str]] = {
    "userTask": ACTIVITY_CHILDREN | {"rendering"},
    "scriptTask": ACTIVITY_CHILDREN | {"script"},
    "complexGateway": frozenset({"activationCondition"}),
    **{name: _EVENT_CHILDREN for name, read in LEAF_NODES.items() if read is _event},
}


def read_leaf(source: Source, element: etree._Element) -> FlowNode:
    """Read a flow node without inner flow nodes; what it may not contain is flagged."""
    name = local_name(element)
    is_gateway = name.endswith("Gateway")
    known = _OWN_CHILDREN.get(name, frozenset() if is_gateway else ACTIVITY_CHILDREN)
    flag_unknown_children(source, element, known | SHARED_CHILDREN)
    return LEAF_NODES[name](source, element)


def read_sequence_flow(source: Source, element: etree._Element) -> SequenceFlow:
    """Read a sequence flow."""
    flag_unknown_children(source, element, SHARED_CHILDREN | {"conditionExpression"})
    return SequenceFlow(
        **shared_fields(source, element),
        source=qualified(element.get("sourceRef")) or "",
        target=qualified(element.get("targetRef")) or "",
        condition=source.formal(element, "conditionExpression"),
    )


def flag_unknown_children(source: Source, element: etree._Element, known: frozenset[str]) -> None:
    """Flag children of the BPMN namespace that do not belong into the element."""
    for child in bpmn_children(element):
        name = local_name(child)
        if name not in known:
            message = f"BPMN has no {name} inside a {local_name(element)}; remove it."
            source.flag("element-unknown", message, child, clause="BPMN 2.0.2")
