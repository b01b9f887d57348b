"""What the language executes and a deployed case cannot yet: one table, by what it needs.

``baoquan play`` runs all of it; a deployment refuses it, by element and reason.
"""

from collections.abc import Iterator

from workflows.bpmn.compiler.drawing import Drawing, Finding, is_activity
from workflows.bpmn.compiler.rules.rule import Rule, at
from workflows.bpmn.model import (
    ConditionalEventDefinition,
    Event,
    Gateway,
    SubProcess,
    extension_of,
)


def _starts(drawing: Drawing) -> Iterator[Finding]:
    for node in drawing.scopes[0].nodes.values():
        if not isinstance(node, Event) or node.kind != "startEvent":
            continue
        if node.parallel_multiple:
            yield at(node, "Events are not gathered before a case yet; let one begin it.")
        elif any(isinstance(one, ConditionalEventDefinition) for one in node.definitions):
            yield at(node, "Cases are not begun by a condition yet.")


def _instantiating(drawing: Drawing) -> Iterator[Finding]:
    for scope in drawing.scopes[:1]:
        for flow in scope.flows:
            gateway, event = scope.nodes.get(flow.source), scope.nodes.get(flow.target)
            if isinstance(gateway, Gateway) and gateway.instantiate and isinstance(event, Event):
                kinds = {one.kind for one in event.definitions} - {"message", "signal"}
                if kinds:
                    yield at(event, f"Cases are not begun here by {', '.join(sorted(kinds))} yet.")


_PERSONAL = ("userTask", "manualTask", "receiveTask")


def _offers(drawing: Drawing) -> Iterator[Finding]:
    for scope in drawing.scopes:
        owner = scope.owner
        if not isinstance(owner, SubProcess) or owner.kind != "adHocSubProcess":
            continue
        if extension_of(owner, "taskDefinition") is not None:
            continue
        own = extension_of(owner, "adHoc")
        if own is not None and own.attributes.get("activeElementsCollection", "").strip():
            continue
        camunda = drawing.definitions.execution_platform == "Camunda Cloud"
        for node in scope.nodes.values():
            if not is_activity(node) or scope.incoming.get(node.id):
                continue
            if own is not None or camunda or node.kind in _PERSONAL:
                message = "Nobody can begin it in a running case yet;"
                yield at(node, f"{message} name it in activeElementsCollection.")


HOST_RULES = (
    Rule(
        code="start-not-hosted-yet",
        clause="S27, S28",
        summary="Conditional and parallel multiple start events are played only.",
        check=_starts,
    ),
    Rule(
        code="instantiation-not-hosted-yet",
        clause="S24",
        summary="At instantiating gateways, messages and signals alone begin cases.",
        check=_instantiating,
    ),
    Rule(
        code="offer-not-hosted-yet",
        clause="S29",
        summary="Activities that an ad-hoc sub-process offers are begun in play only.",
        check=_offers,
    ),
)
"""Applied to what is deployed, not to what is played."""
