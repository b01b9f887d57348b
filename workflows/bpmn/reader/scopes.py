"""Processes and sub-processes: what contains flow nodes."""

from typing import cast

from lxml import etree

from workflows.bpmn.model import (
    Artifact,
    ArtifactKind,
    Content,
    DataElement,
    DataKind,
    FlowNode,
    Lane,
    Process,
    SequenceFlow,
    SubProcess,
    SubProcessKind,
)
from workflows.bpmn.reader.correlation import read_subscriptions
from workflows.bpmn.reader.data import PERFORMERS, PROCESS_DATA, read_data
from workflows.bpmn.reader.elements import (
    ACTIVITY_CHILDREN,
    LEAF_NODES,
    SHARED_CHILDREN,
    activity_fields,
    flag_unknown_children,
    read_leaf,
    read_sequence_flow,
    shared_fields,
)
from workflows.bpmn.reader.source import Source, bpmn_children, local_name, qualified, text_of

SUB_PROCESSES = ("subProcess", "transaction", "adHocSubProcess")
DATA_ELEMENTS = ("dataObject", "dataObjectReference", "dataStoreReference")
ARTIFACTS = ("textAnnotation", "group", "association")

SCOPE_CHILDREN = frozenset(
    {*SHARED_CHILDREN, *LEAF_NODES, *SUB_PROCESSES, *DATA_ELEMENTS, *ARTIFACTS}
    | {"sequenceFlow", "laneSet"}
)


_OWN_CHILDREN = {
    "process": PROCESS_DATA | PERFORMERS | {"ioBinding", "correlationSubscription"},
    "adHocSubProcess": ACTIVITY_CHILDREN | {"completionCondition"},
}


def read_process(source: Source, element: etree._Element) -> Process:
    """Read a process with all that is drawn in it."""
    if not element.get("id"):
        source.flag("id-missing", "A process needs an id.", element)
    return Process(
        **shared_fields(source, element),
        executable=source.boolean(element, "isExecutable", default=False),
        content=read_content(source, element),
        data=read_data(source, element),
        subscriptions=read_subscriptions(source, element),
    )


def read_content(source: Source, element: etree._Element) -> Content:
    """Read what a process or sub-process contains."""
    own = _OWN_CHILDREN.get(local_name(element), ACTIVITY_CHILDREN)
    flag_unknown_children(source, element, SCOPE_CHILDREN | own)
    return Content(
        nodes=_nodes(source, element),
        flows=_flows(source, element),
        lanes=tuple(
            lane
            for lane_set in bpmn_children(element, "laneSet")
            for lane in _lanes(source, lane_set)
        ),
        data=tuple(
            DataElement(
                **shared_fields(source, child),
                kind=cast("DataKind", local_name(child)),
                reference=qualified(child.get("dataObjectRef") or child.get("dataStoreRef")),
                is_collection=source.boolean(child, "isCollection", default=False),
            )
            for child in bpmn_children(element)
            if local_name(child) in DATA_ELEMENTS
        ),
        artifacts=tuple(
            read_artifact(source, child)
            for child in bpmn_children(element)
            if local_name(child) in ARTIFACTS
        ),
    )


def read_artifact(source: Source, element: etree._Element) -> Artifact:
    """Read an annotation, group or association."""
    return Artifact(
        **shared_fields(source, element),
        kind=cast("ArtifactKind", local_name(element)),
        source=qualified(element.get("sourceRef")),
        target=qualified(element.get("targetRef")),
    )


def _nodes(source: Source, element: etree._Element) -> tuple[FlowNode, ...]:
    found: list[FlowNode] = []
    for child in bpmn_children(element):
        name = local_name(child)
        if name in LEAF_NODES:
            found.append(read_leaf(source, child))
        elif name in SUB_PROCESSES:
            found.append(_sub_process(source, child))
        else:
            continue
        _require_id(source, child)
    return tuple(found)


def _flows(source: Source, element: etree._Element) -> tuple[SequenceFlow, ...]:
    flows = tuple(bpmn_children(element, "sequenceFlow"))
    for flow in flows:
        _require_id(source, flow)
    return tuple(read_sequence_flow(source, flow) for flow in flows)


def _require_id(source: Source, element: etree._Element) -> None:
    if not element.get("id"):
        source.flag("id-missing", f"This {local_name(element)} needs an id.", element)


def _sub_process(source: Source, element: etree._Element) -> SubProcess:
    return SubProcess(
        **activity_fields(source, element),
        kind=cast("SubProcessKind", local_name(element)),
        triggered_by_event=source.boolean(element, "triggeredByEvent", default=False),
        completion_condition=source.formal(element, "completionCondition"),
        sequential=element.get("ordering") == "Sequential",
        cancel_remaining=source.boolean(element, "cancelRemainingInstances", default=True),
        content=read_content(source, element),
    )


def _lanes(source: Source, lane_set: etree._Element) -> tuple[Lane, ...]:
    return tuple(
        Lane(
            **shared_fields(source, lane),
            members=tuple(text_of(child) for child in bpmn_children(lane, "flowNodeRef")),
            lanes=tuple(
                inner
                for child in bpmn_children(lane, "childLaneSet")
                for inner in _lanes(source, child)
            ),
        )
        for lane in bpmn_children(lane_set, "lane")
    )
