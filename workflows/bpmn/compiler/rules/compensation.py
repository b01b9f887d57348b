"""Rules about compensation and cancellation: who undoes what, and where it is asked for."""

from collections.abc import Iterator

from workflows.bpmn.compiler.drawing import (
    Drawing,
    Finding,
    Scope,
    catches_compensation,
    compensates_scope,
    handler_of,
    is_event_sub_process,
)
from workflows.bpmn.compiler.rules.rule import Rule, at
from workflows.bpmn.model import (
    Activity,
    CancelEventDefinition,
    CompensateEventDefinition,
    Event,
    FlowNode,
    SubProcess,
)

THROWING = ("intermediateThrowEvent", "endEvent")


def _boundary_events(drawing: Drawing) -> Iterator[tuple[Event, Scope]]:
    for node, scope in drawing.nodes:
        if isinstance(node, Event) and node.kind == "boundaryEvent":
            yield node, scope


def _handlers(drawing: Drawing) -> Iterator[Finding]:
    for event, scope in _boundary_events(drawing):
        if not catches_compensation(event):
            continue
        targets = drawing.associated.get(event.id, ())
        handlers = [one for one in targets if _is_handler(scope.nodes.get(one))]
        if len(targets) != 1 or len(handlers) != 1:
            message = "exactly one association, to an activity marked isForCompensation beside it"
            yield at(event, f"A compensation boundary event has {message}.")
        if scope.outgoing.get(event.id):
            yield at(event, "No sequence flow leaves a compensation boundary event.")


def _is_handler(node: FlowNode | None) -> bool:
    return isinstance(node, Activity) and node.for_compensation


def _handling_activities(drawing: Drawing) -> Iterator[Finding]:
    for node, scope in drawing.nodes:
        if not isinstance(node, Activity) or not node.for_compensation:
            continue
        if scope.incoming.get(node.id) or scope.outgoing.get(node.id):
            yield at(node, "No sequence flow leads to an activity for compensation, or out of it.")
        if scope.boundary.get(node.id):
            yield at(node, "An activity for compensation has no boundary events.")


def _doubled(drawing: Drawing) -> Iterator[Finding]:
    for scope in drawing.scopes:
        for host, events in scope.boundary.items():
            found = [event for event in events if catches_compensation(event)]
            for event in found[1:]:
                yield at(event, f"{host!r} has a compensation handler already: {found[0].id!r}.")
        inner = [node for node in scope.nodes.values() if compensates_scope(node)]
        for node in inner[1:]:
            yield at(node, f"{inner[0].id!r} compensates this scope already.")


def _targets(drawing: Drawing) -> Iterator[Finding]:
    for node, scope in drawing.nodes:
        for definition in node.definitions if isinstance(node, Event) else ():
            if not isinstance(definition, CompensateEventDefinition) or node.kind not in THROWING:
                continue
            wanted = definition.activity_ref
            if wanted is not None and not _may_be_undone(drawing, scope, wanted):
                message = f"{wanted!r} is no activity beside it that has a compensation handler."
                yield at(node, message, definition.place)


def _may_be_undone(drawing: Drawing, scope: Scope, wanted: str) -> bool:
    """Look beside the throw and, inside an event sub-process, beside that one (S20)."""
    around: Scope | None = scope
    while around is not None:
        node = around.nodes.get(wanted)
        if isinstance(node, Activity):
            return handler_of(drawing, around, wanted) is not None or _undoes_itself(node)
        around = around.parent if is_event_sub_process(around.owner) else None
    return False


def _undoes_itself(node: Activity) -> bool:
    return isinstance(node, SubProcess) and any(map(compensates_scope, node.content.nodes))


def _unreached(drawing: Drawing) -> Iterator[Finding]:
    for node in drawing.scopes[0].nodes.values():
        if compensates_scope(node):
            yield at(node, "Nothing compensates a process from outside, so this is never reached.")


# --- cancellation ------------------------------------------------------------------------------


def _cancels(node: FlowNode) -> bool:
    return isinstance(node, Event) and any(
        isinstance(one, CancelEventDefinition) for one in node.definitions
    )


def _cancel_ends(drawing: Drawing) -> Iterator[Finding]:
    for node, scope in drawing.nodes:
        if node.kind != "endEvent" or not _cancels(node):
            continue
        transaction = _transaction_around(scope)
        if transaction is None:
            yield at(node, "A cancel end event stands inside a transaction.")
        elif not any(map(_cancels, _edge(transaction))):
            message = f"The transaction {transaction.owner.id!r} has no cancel boundary event"
            yield at(node, f"{message} to be left by.")


def _transaction_around(scope: Scope) -> Scope | None:
    around: Scope | None = scope
    while around is not None and around.owner.kind != "transaction":
        around = around.parent
    return around


def _edge(transaction: Scope) -> tuple[Event, ...]:
    outer = transaction.parent
    return outer.boundary.get(transaction.owner.id, ()) if outer is not None else ()


def _cancel_boundaries(drawing: Drawing) -> Iterator[Finding]:
    for event, scope in _boundary_events(drawing):
        if not _cancels(event):
            continue
        host = scope.nodes.get(event.attached_to or "")
        if host is not None and host.kind != "transaction":
            yield at(event, "A cancel boundary event stands on a transaction.")
        first = next(filter(_cancels, scope.boundary.get(event.attached_to or "", ())), event)
        if first is not event:
            yield at(event, f"The transaction has a cancel boundary event already: {first.id!r}.")


RULES = (
    Rule(
        code="compensation-handler",
        clause="BPMN 2.0.2 §10.7.1",
        summary="A compensation boundary event leads by one association to its handler.",
        check=_handlers,
    ),
    Rule(
        code="compensation-activity",
        clause="BPMN 2.0.2 §10.7.1",
        summary="An activity for compensation stands outside the flow.",
        check=_handling_activities,
    ),
    Rule(
        code="compensation-doubled",
        clause="S20",
        summary="An activity has one compensation handler, a scope one event sub-process for it.",
        check=_doubled,
    ),
    Rule(
        code="compensation-target",
        clause="S20",
        summary="A compensation thrown for one activity finds it beside, with a handler.",
        check=_targets,
    ),
    Rule(
        code="compensation-unreachable",
        clause="S20",
        summary="An event sub-process for compensation stands in a sub-process.",
        check=_unreached,
        severity="warning",
    ),
    Rule(
        code="cancel-end",
        clause="BPMN 2.0.2 §10.5.3",
        summary="A cancel end event stands in a transaction that is left by a cancel boundary.",
        check=_cancel_ends,
    ),
    Rule(
        code="cancel-boundary",
        clause="BPMN 2.0.2 §10.5.4",
        summary="A transaction, and nothing else, has at most one cancel boundary event.",
        check=_cancel_boundaries,
    ),
)
