"""Rules about how scopes, events and flows fit together."""

from collections.abc import Iterator

from workflows.bpmn.compiler.drawing import (
    Drawing,
    Finding,
    catches_compensation,
    instantiates,
    is_activity,
    is_event_sub_process,
    link_name,
)
from workflows.bpmn.compiler.rules.rule import Rule, at
from workflows.bpmn.model import Activity, Event, Gateway, SubProcess


def _starts(drawing: Drawing) -> Iterator[Finding]:
    for scope in drawing.scopes:
        owner = scope.owner
        if is_event_sub_process(owner) or owner.kind == "adHocSubProcess":
            continue
        begins = any(map(instantiates, scope.nodes.values())) and owner.kind == "process"
        if not begins and not any(node.kind == "startEvent" for node in scope.nodes.values()):
            what = "process" if owner.kind == "process" else "sub-process"
            yield at(owner, f"The {what} has no way to start; give it a start event.")


def _event_sub_process_flows(drawing: Drawing) -> Iterator[Finding]:
    for node, scope in drawing.nodes:
        if is_event_sub_process(node) and (
            scope.incoming.get(node.id) or scope.outgoing.get(node.id)
        ):
            yield at(node, "An event sub-process has no sequence flows; its start event starts it.")


def _event_sub_process_loops(drawing: Drawing) -> Iterator[Finding]:
    for node, _ in drawing.nodes:
        if isinstance(node, SubProcess) and is_event_sub_process(node) and node.loop is not None:
            yield at(node, "An event sub-process does not loop; its start event may repeat.")


def _event_sub_process_starts(drawing: Drawing) -> Iterator[Finding]:
    for scope in drawing.scopes:
        if not is_event_sub_process(scope.owner):
            continue
        events = [node for node in scope.nodes.values() if isinstance(node, Event)]
        starts = [event for event in events if event.kind == "startEvent"]
        typed = [start for start in starts if start.definitions or start.unknown_definitions]
        if len(starts) != 1 or not typed:
            yield at(
                scope.owner,
                "An event sub-process has exactly one start event, with an event definition;"
                f" here are {len(starts)}, {len(typed)} of them with one.",
            )


def _start_incoming(drawing: Drawing) -> Iterator[Finding]:
    for node, scope in drawing.nodes:
        if node.kind in ("startEvent", "boundaryEvent") and scope.incoming.get(node.id):
            yield at(node, "No sequence flow may lead to a start or boundary event.")
        if link_name(node, "intermediateCatchEvent") is not None and scope.incoming.get(node.id):
            yield at(node, "A link catch event is reached by its link, not by a sequence flow.")


def _instantiating(drawing: Drawing) -> Iterator[Finding]:
    for node, scope in drawing.nodes:
        if instantiates(node):
            if scope.parent is not None or scope.incoming.get(node.id):
                yield at(node, "What begins a process stands in it, and no flow leads there.")
        elif isinstance(node, Gateway) and node.event_gateway_type != "Exclusive":
            yield at(node, "Only an instantiating event-based gateway can await all its events.")


def _end_outgoing(drawing: Drawing) -> Iterator[Finding]:
    for node, scope in drawing.nodes:
        if node.kind == "endEvent" and scope.outgoing.get(node.id):
            yield at(node, "No sequence flow may leave an end event.")
        if link_name(node, "intermediateThrowEvent") is not None and scope.outgoing.get(node.id):
            yield at(node, "A link throw event goes on at its link, not by a sequence flow.")


def _boundary_hosts(drawing: Drawing) -> Iterator[Finding]:
    for node, scope in drawing.nodes:
        if not isinstance(node, Event) or node.kind != "boundaryEvent":
            continue
        host = scope.nodes.get(node.attached_to or "")
        if host is not None and not is_activity(host):
            yield at(node, f"A boundary event stands on an activity; {host.id!r} is none.")


def _boundary_outgoing(drawing: Drawing) -> Iterator[Finding]:
    for node, scope in drawing.nodes:
        if not isinstance(node, Event) or node.kind != "boundaryEvent":
            continue
        if not catches_compensation(node) and not scope.outgoing.get(node.id):
            yield at(node, "The boundary event leads nowhere; draw a sequence flow out of it.")


def _dead_ends(drawing: Drawing) -> Iterator[Finding]:
    for node, scope in drawing.nodes:
        if scope.outgoing.get(node.id) or scope.owner.kind == "adHocSubProcess":
            continue
        ends = (
            node.kind in ("endEvent", "boundaryEvent")
            or is_event_sub_process(node)
            or link_name(node, "intermediateThrowEvent") is not None
            or (isinstance(node, Activity) and node.for_compensation)
        )
        if not ends and (isinstance(node, Gateway) or scope.incoming.get(node.id)):
            yield at(node, "The path ends here without an end event.")


def _empty_scopes(drawing: Drawing) -> Iterator[Finding]:
    for scope in drawing.scopes:
        if isinstance(scope.owner, SubProcess) and not scope.nodes:
            yield at(scope.owner, "The sub-process is empty.")


RULES = (
    Rule(
        code="start-missing",
        clause="BPMN 2.0.2 §10.5.2",
        summary="A process or sub-process has a way to start: a start event.",
        check=_starts,
    ),
    Rule(
        code="event-sub-process-flow",
        clause="BPMN 2.0.2 §10.3.5",
        summary="An event sub-process has no flows of its own.",
        check=_event_sub_process_flows,
    ),
    Rule(
        code="event-sub-process-loop",
        clause="BPMN 2.0.2 §10.3.5",
        summary="An event sub-process has no loop characteristics.",
        check=_event_sub_process_loops,
    ),
    Rule(
        code="event-sub-process-start",
        clause="S15",
        summary="An event sub-process has exactly one, typed, start event.",
        check=_event_sub_process_starts,
    ),
    Rule(
        code="start-incoming",
        clause="BPMN 2.0.2 §10.5.2",
        summary="No flow leads to a start event, boundary event or link catch.",
        check=_start_incoming,
    ),
    Rule(
        code="instantiation-place",
        clause="BPMN 2.0.2 §10.6.6",
        summary="What instantiates a process has no incoming flow; only that may await all.",
        check=_instantiating,
    ),
    Rule(
        code="end-outgoing",
        clause="BPMN 2.0.2 §10.5.3",
        summary="No flow leaves an end event or link throw.",
        check=_end_outgoing,
    ),
    Rule(
        code="boundary-host",
        clause="BPMN 2.0.2 §10.5.4",
        summary="Boundary events stand on activities.",
        check=_boundary_hosts,
    ),
    Rule(
        code="boundary-outgoing",
        clause="BPMN 2.0.2 §10.5.4",
        summary="A boundary event has an outgoing flow.",
        check=_boundary_outgoing,
    ),
    Rule(
        code="sub-process-empty",
        clause="BPMN 2.0.2 §10.3.5",
        summary="A sub-process contains something.",
        check=_empty_scopes,
        severity="warning",
    ),
    Rule(
        code="dead-end",
        clause="soundness",
        summary="Paths end at end events.",
        check=_dead_ends,
        severity="warning",
    ),
)
