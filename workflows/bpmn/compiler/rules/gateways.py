"""Rules about gateways, conditions and default flows."""

from collections.abc import Iterator

from workflows.bpmn.compiler.drawing import Drawing, Finding, Scope
from workflows.bpmn.compiler.rules.rule import Rule, at
from workflows.bpmn.model import (
    Activity,
    Event,
    FlowNode,
    Gateway,
    MessageEventDefinition,
    SequenceFlow,
    Task,
)

DECIDING = ("exclusiveGateway", "inclusiveGateway")
"""Gateways that choose by conditions."""

_DEFAULTING = (*DECIDING, "complexGateway")
_AT_LEAST = 2


def _default_not_allowed(drawing: Drawing) -> Iterator[Finding]:
    for node, _ in drawing.nodes:
        if isinstance(node, Gateway) and node.default and node.kind not in _DEFAULTING:
            yield at(node, f"A {node.kind} takes no default flow; it does not choose.")


def _conditions_missing(drawing: Drawing) -> Iterator[Finding]:
    for node, scope in drawing.nodes:
        outgoing = scope.outgoing.get(node.id, ())
        if not isinstance(node, Gateway) or node.kind not in DECIDING or len(outgoing) < _AT_LEAST:
            continue
        for flow in outgoing:
            if flow.condition is None and flow.id != node.default:
                yield at(flow, f"The flow out of {node.id!r} needs a condition, or to be default.")


def _conditions_not_allowed(drawing: Drawing) -> Iterator[Finding]:
    for scope in drawing.scopes:
        for flow in scope.flows:
            source = scope.nodes.get(flow.source)
            if flow.condition is not None and source is not None and not _may_choose(source):
                yield at(flow, f"A flow out of a {source.kind} cannot have a condition.")


def _may_choose(node: FlowNode) -> bool:
    return isinstance(node, Activity) or node.kind in _DEFAULTING


def _default_conditions(drawing: Drawing) -> Iterator[Finding]:
    for node, scope in drawing.nodes:
        default = node.default if isinstance(node, Activity | Gateway) else None
        for flow in scope.outgoing.get(node.id, ()):
            if flow.id == default and flow.condition is not None:
                yield at(flow, "The condition of a default flow is never evaluated; remove it.")


def _event_gateways(drawing: Drawing) -> Iterator[tuple[Gateway, Scope, tuple[SequenceFlow, ...]]]:
    for node, scope in drawing.nodes:
        if isinstance(node, Gateway) and node.kind == "eventBasedGateway":
            yield node, scope, scope.outgoing.get(node.id, ())


def _event_gateway_count(drawing: Drawing) -> Iterator[Finding]:
    for gateway, _, outgoing in _event_gateways(drawing):
        if len(outgoing) < _AT_LEAST:
            yield at(gateway, "An event-based gateway leads to at least two events.")


_CATCHABLE = frozenset({"message", "timer", "signal", "conditional"})


def _event_gateway_targets(drawing: Drawing) -> Iterator[Finding]:
    for _, scope, outgoing in _event_gateways(drawing):
        for flow in outgoing:
            target = scope.nodes.get(flow.target)
            if target is not None and not _is_catcher(target):
                message = "An event-based gateway leads only to message, timer, signal and"
                yield at(flow, f"{message} conditional catch events and receive tasks.")


def _is_catcher(node: FlowNode) -> bool:
    if isinstance(node, Task):
        return node.kind == "receiveTask"
    if not isinstance(node, Event) or node.kind != "intermediateCatchEvent":
        return False
    return all(definition.kind in _CATCHABLE for definition in node.definitions)


def _event_gateway_shared(drawing: Drawing) -> Iterator[Finding]:
    for gateway, scope, outgoing in _event_gateways(drawing):
        for flow in outgoing:
            if len(scope.incoming.get(flow.target, ())) > 1:
                target = scope.nodes.get(flow.target, gateway)
                yield at(target, f"Only {gateway.id!r} may lead to this element, and only once.")


def _event_gateway_mixed(drawing: Drawing) -> Iterator[Finding]:
    for gateway, scope, outgoing in _event_gateways(drawing):
        targets = [scope.nodes[flow.target] for flow in outgoing if flow.target in scope.nodes]
        receives = [target for target in targets if target.kind == "receiveTask"]
        messages = [
            target
            for target in targets
            if isinstance(target, Event)
            and any(isinstance(one, MessageEventDefinition) for one in target.definitions)
        ]
        if receives and messages:
            yield at(gateway, "Use message events or receive tasks after the gateway, not both.")
        for receive in receives:
            if scope.boundary.get(receive.id):
                message = "A receive task after an event-based gateway has no boundary events."
                yield at(receive, message)


def _activation_conditions(drawing: Drawing) -> Iterator[Finding]:
    for node, _ in drawing.nodes:
        if not isinstance(node, Gateway) or node.kind != "complexGateway":
            continue
        if node.activation_condition is None:
            yield at(node, "A complex gateway needs an activationCondition.")


RULES = (
    Rule(
        code="activation-condition-required",
        clause="S6",
        summary="A complex gateway says when it starts.",
        check=_activation_conditions,
    ),
    Rule(
        code="default-not-allowed",
        clause="BPMN 2.0.2 §10.6",
        summary="Parallel and event-based gateways have no default flow.",
        check=_default_not_allowed,
    ),
    Rule(
        code="condition-missing",
        clause="S2, S4",
        summary="Of several flows out of a deciding gateway each has a condition or is default.",
        check=_conditions_missing,
    ),
    Rule(
        code="condition-not-allowed",
        clause="BPMN 2.0.2 §8.4.13",
        summary="Conditions stand on flows out of activities and deciding gateways only.",
        check=_conditions_not_allowed,
    ),
    Rule(
        code="default-condition",
        clause="S8",
        summary="A condition on a default flow is not evaluated.",
        check=_default_conditions,
        severity="warning",
    ),
    Rule(
        code="event-gateway-count",
        clause="BPMN 2.0.2 §10.6.6",
        summary="An event-based gateway has two or more targets.",
        check=_event_gateway_count,
    ),
    Rule(
        code="event-gateway-target",
        clause="S7",
        summary="Targets of an event-based gateway are catch events and receive tasks.",
        check=_event_gateway_targets,
    ),
    Rule(
        code="event-gateway-shared",
        clause="BPMN 2.0.2 §10.6.6",
        summary="A target of an event-based gateway has no other incoming flow.",
        check=_event_gateway_shared,
    ),
    Rule(
        code="event-gateway-mixed",
        clause="BPMN 2.0.2 §10.6.6",
        summary="Message events and receive tasks are not mixed after an event-based gateway.",
        check=_event_gateway_mixed,
    ),
)
