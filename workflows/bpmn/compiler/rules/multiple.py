"""Rules about events of several definitions, and what the newer kinds of events must say."""

from collections.abc import Iterator, Mapping

from workflows.bpmn.compiler.drawing import Drawing, Finding
from workflows.bpmn.compiler.rules.rule import Rule, at
from workflows.bpmn.model import (
    Activity,
    ConditionalEventDefinition,
    Element,
    EscalationEventDefinition,
    Event,
    EventDefinition,
    MessageEventDefinition,
    MultiInstanceLoop,
    RootElement,
    SignalEventDefinition,
    extension_of,
)

THROWING = ("intermediateThrowEvent", "endEvent")
_ALONE = frozenset({"link", "terminate", "cancel"})
"""Definitions that stand by themselves."""
_CAUGHT_ALONE = _ALONE | {"compensate"}
_TOGETHER = frozenset({"message", "timer", "signal", "conditional"})
"""What can have happened already while something else is still awaited."""


def _multiple(drawing: Drawing) -> Iterator[Finding]:
    for node, _ in drawing.nodes:
        if not isinstance(node, Event) or len(node.definitions) <= 1:
            continue
        throws = node.kind in THROWING
        for definition in node.definitions:
            if definition.kind in (_ALONE if throws else _CAUGHT_ALONE):
                message = f"A {definition.kind} event definition stands by itself."
                yield at(node, message, definition.place)
            elif node.parallel_multiple and definition.kind not in _TOGETHER:
                message = f"'All of several' cannot wait for a {definition.kind} event."
                yield at(node, message, definition.place)
        messages = [one for one in node.definitions if isinstance(one, MessageEventDefinition)]
        if throws and len(messages) > 1 and extension_of(node, "taskDefinition") is not None:
            yield at(node, "zeebe:taskDefinition does not say which of the messages it sends.")


def _thrown(drawing: Drawing) -> Iterator[tuple[Element, EventDefinition]]:
    for node, _ in drawing.nodes:
        if isinstance(node, Event) and node.kind in THROWING:
            for definition in node.definitions:
                yield node, definition
        loop = node.loop if isinstance(node, Activity) else None
        for behavior in loop.throws if isinstance(loop, MultiInstanceLoop) else ():
            for definition in behavior.definitions:
                yield node, definition


def _escalations(drawing: Drawing) -> Iterator[Finding]:
    for element, definition in _thrown(drawing):
        if not isinstance(definition, EscalationEventDefinition):
            continue
        escalation = drawing.root(definition.escalation_ref, "escalation")
        if definition.escalation_ref is None:
            yield at(element, "Say by escalationRef which escalation is thrown.")
        elif escalation is not None and not (escalation.code or "").strip():
            yield at(escalation, f"The escalation thrown by {element.id!r} needs a code.")


def _definitions(drawing: Drawing) -> Iterator[tuple[Element, EventDefinition]]:
    for node, _ in drawing.nodes:
        for definition in node.definitions if isinstance(node, Event) else ():
            yield node, definition


def _signals(drawing: Drawing) -> Iterator[Finding]:
    unnamed: dict[str, RootElement] = {}
    for element, definition in (*_definitions(drawing), *_thrown(drawing)):
        if not isinstance(definition, SignalEventDefinition):
            continue
        signal = drawing.root(definition.signal_ref, "signal")
        if definition.signal_ref is None:
            yield at(element, "Say by signalRef which signal it is.")
        elif signal is not None and not signal.name.strip():
            unnamed[signal.id] = signal
    for signal in unnamed.values():
        yield at(signal, "A signal needs a name.")


def _conditions(drawing: Drawing) -> Iterator[Finding]:
    for element, definition in _definitions(drawing):
        if isinstance(definition, ConditionalEventDefinition) and definition.condition is None:
            yield at(element, "A conditional event needs a condition.", definition.place)


_EVENTS = frozenset({"create", "update"})


def _filters(drawing: Drawing) -> Iterator[Finding]:
    for element, definition in _definitions(drawing):
        if not isinstance(definition, ConditionalEventDefinition):
            continue
        for extension in definition.extensions:
            kinds = extension.attributes.get("variableEvents", "").split(",")
            for kind in {kind.strip() for kind in kinds} - _EVENTS - {""}:
                message = f"variableEvents are create and update, not {kind!r}."
                yield at(element, message, extension.place)


BEHAVIORS: Mapping[str, int | None] = {"All": 0, "None": 1, "One": 1, "Complex": None}
"""What a multi-instance activity may throw on completion, and how many events belong to it."""
_THROWN_BY_LOOPS = frozenset({"message", "signal", "escalation"})


def _behaviors(drawing: Drawing) -> Iterator[Finding]:
    for node, _ in drawing.nodes:
        loop = node.loop if isinstance(node, Activity) else None
        if not isinstance(loop, MultiInstanceLoop):
            continue
        if loop.behavior not in BEHAVIORS:
            yield at(node, f"There is no multi-instance behavior {loop.behavior!r}.", loop.place)
        for behavior in loop.throws:
            if behavior.name == "Complex" and behavior.condition is None:
                yield at(node, "A complex behavior needs a condition.", behavior.place)
            if behavior.reference is None and len(behavior.definitions) != 1:
                yield at(node, "A behavior throws exactly one event.", behavior.place)
            for definition in behavior.definitions:
                if definition.kind not in _THROWN_BY_LOOPS:
                    message = f"The completion of an instance cannot throw a {definition.kind}."
                    yield at(node, message, behavior.place)


RULES = (
    Rule(
        code="multiple-event",
        clause="S28",
        summary="Several definitions at one event can be caught, or thrown, together.",
        check=_multiple,
    ),
    Rule(
        code="escalation-code-required",
        clause="S18",
        summary="An escalation that is thrown has a code.",
        check=_escalations,
    ),
    Rule(
        code="signal-ref-required",
        clause="S25",
        summary="A signal event says which signal, and that has a name.",
        check=_signals,
    ),
    Rule(
        code="condition-required",
        clause="S27",
        summary="A conditional event has a condition.",
        check=_conditions,
    ),
    Rule(
        code="condition-filter",
        clause="zeebe:conditionalFilter",
        summary="A conditional filter names create and update only.",
        check=_filters,
    ),
    Rule(
        code="loop-behavior",
        clause="S12",
        summary="A multi-instance behavior throws one message, signal or escalation.",
        check=_behaviors,
    ),
)
