"""What begins a process by a condition: there is nothing before it that could be changed."""

from collections.abc import Iterator

from workflows.bpmn.compiler.drawing import Drawing, Finding, instantiates
from workflows.bpmn.compiler.rules.rule import Rule, at
from workflows.bpmn.model import ConditionalEventDefinition, Event


def _deaf(drawing: Drawing) -> Iterator[Finding]:
    scope = drawing.scopes[0]
    begins = {
        flow.target
        for flow in scope.flows
        if flow.source in scope.nodes and instantiates(scope.nodes[flow.source])
    }
    for node in scope.nodes.values():
        if not isinstance(node, Event) or not (node.kind == "startEvent" or node.id in begins):
            continue
        for one in node.definitions:
            if isinstance(one, ConditionalEventDefinition) and _hears(one) == {"update"}:
                yield at(node, "Nothing is changed before a process has begun: hear create.")


def _hears(definition: ConditionalEventDefinition) -> set[str]:
    """Return the kinds of writes that a condition is tested after; none are named: all."""
    own = [one.attributes for one in definition.extensions if one.name == "conditionalFilter"]
    told = own[0].get("variableEvents", "") if own else ""
    return {part.strip() for part in told.split(",")} - {""}


RULES = (
    Rule(
        code="start-condition-deaf",
        clause="S27",
        summary="A condition that begins a process is tested when its variables are new.",
        check=_deaf,
    ),
)
