"""The cells of the coverage matrix: every element of BPMN 2.0.2 that can execute, by position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

EVENTS: Mapping[str, str] = {
    "none": "St Th En",
    "message": "St ESi ESn Ca Bi Bn Th En",
    "timer": "St ESi ESn Ca Bi Bn",
    "error": "ESi Bi En",
    "escalation": "ESi ESn Bi Bn Th En",
    "signal": "St ESi ESn Ca Bi Bn Th En",
    "conditional": "St ESi ESn Ca Bi Bn",
    "link": "Ca Th",
    "compensation": "ES Bi Th En",
    "cancel": "Bi En",
    "terminate": "En",
    "multiple": "St ESi ESn Ca Bi Bn Th En",
    "parallel multiple": "St ESi ESn Ca Bi Bn",
    "eventDefinitionRef": "St ESi ESn Ca Bi Bn Th En",
}
"""Each kind of event, and where the standard lets it stand."""

ELEMENTS: Mapping[str, tuple[str, ...]] = {
    "Tasks": (
        "undefined task",
        "user task",
        "service task",
        "send task",
        "receive task",
        "receive task, instantiate",
        "script task",
        "business rule task",
        "manual task",
        "call activity: process",
        "call activity: globalUserTask",
        "call activity: globalManualTask",
        "call activity: globalScriptTask",
        "call activity: globalBusinessRuleTask",
    ),
    "Gateways and flows": (
        "exclusive gateway",
        "parallel gateway, split",
        "parallel gateway, join",
        "inclusive gateway, split",
        "inclusive gateway, join",
        "event-based gateway",
        "event-based gateway, instantiate, exclusive",
        "event-based gateway, instantiate, parallel",
        "complex gateway",
        "conditional flow of an activity",
        "default flow of an activity",
        "uncontrolled split",
        "implicit merge",
        "startQuantity",
        "completionQuantity",
    ),
    "Sub-processes and markers": (
        "embedded sub-process",
        "event sub-process, interrupting",
        "event sub-process, non-interrupting",
        "transaction",
        "ad-hoc sub-process, parallel",
        "ad-hoc sub-process, sequential",
        "multi-instance, parallel",
        "multi-instance, sequential",
        "multi-instance, collection",
        "multi-instance, output collection",
        "multi-instance, loopCardinality",
        "multi-instance, completionCondition",
        "multi-instance, behavior None",
        "multi-instance, behavior One",
        "multi-instance, behavior All",
        "multi-instance, behavior Complex",
        "standard loop",
        "standard loop, testBefore",
        "standard loop, loopMaximum",
        "compensation marker",
        "compensation event sub-process",
        "compensation, order",
        "compensation, snapshot",
        "compensation, waitForCompletion false",
    ),
    "Data, collaboration, correlation": (
        "data object",
        "ioSpecification, data associations",
        "property",
        "data store",
        "pools",
        "message flows",
        "lanes",
        "correlation keys",
        "artifacts, documentation",
    ),
}
"""Everything else, by section."""


def cells() -> Iterator[tuple[str, str]]:
    """Every element with every position it may stand at; positions are of events only."""
    for element, positions in EVENTS.items():
        yield from ((element, position) for position in positions.split())
    for elements in ELEMENTS.values():
        yield from ((element, "") for element in elements)
