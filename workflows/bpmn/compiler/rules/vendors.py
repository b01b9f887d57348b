"""What was drawn for another vendor's engine: behaviour is refused, metadata is told."""

from collections.abc import Iterator

from workflows.bpmn.compiler.drawing import Drawing, Finding
from workflows.bpmn.compiler.rules.rule import Rule, at
from workflows.bpmn.model import Element, Foreign

METADATA = frozenset(
    {"historyTimeToLive", "isStartableInTasklist", "versionTag", "diagramRelationId"}
    | {"modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon"}
    | {"async", "asyncBefore", "asyncAfter", "exclusive", "properties", "initiator"}
    | {"candidateStarterGroups", "candidateStarterUsers", "jobPriority", "taskPriority"}
)
"""What has no meaning here, or none that could be missed: transactions and history of the other
engine, its task list, hints to its job executor."""


def _behaviour(drawing: Drawing) -> Iterator[Finding]:
    for element, foreign in _foreign(drawing):
        if foreign.name not in METADATA:
            message = (
                f"{foreign.vendor}:{foreign.name} is not executed here. The model was drawn for"
                " another engine: convert it to zeebe: extensions (Camunda 8) and deploy that."
            )
            yield at(element, message, foreign.place)


def _metadata(drawing: Drawing) -> Iterator[Finding]:
    for element, foreign in _foreign(drawing):
        if foreign.name in METADATA:
            message = f"{foreign.vendor}:{foreign.name} has no effect here."
            yield at(element, message, foreign.place)


def _foreign(drawing: Drawing) -> Iterator[tuple[Element, Foreign]]:
    elements: list[Element] = [drawing.process]
    for scope in drawing.scopes:
        elements += [*scope.nodes.values(), *scope.flows]
    for element in elements:
        for foreign in element.foreign:
            yield element, foreign


RULES = (
    Rule(
        code="vendor-behaviour",
        clause="bpmn.md §1.7",
        summary="No behaviour is drawn for another vendor's engine.",
        check=_behaviour,
    ),
    Rule(
        code="vendor-metadata",
        clause="bpmn.md §1.7",
        summary="Metadata of another vendor's engine has no effect.",
        check=_metadata,
        severity="warning",
    ),
)
