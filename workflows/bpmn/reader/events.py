"""Event definitions, by a table from element name to reading function."""

from collections.abc import Callable, Mapping

from lxml import etree

from workflows.bpmn.model import (
    CancelEventDefinition,
    CompensateEventDefinition,
    ConditionalEventDefinition,
    ErrorEventDefinition,
    EscalationEventDefinition,
    EventDefinition,
    Formal,
    LinkEventDefinition,
    MessageEventDefinition,
    SignalEventDefinition,
    TerminateEventDefinition,
    TimerEventDefinition,
    TimerForm,
)
from workflows.bpmn.reader.extensions import read_extensions
from workflows.bpmn.reader.source import (
    Source,
    bpmn_children,
    local_name,
    qualified,
    text_of,
)

_TIMER_FORMS: Mapping[str, TimerForm] = {
    "timeDate": "date",
    "timeDuration": "duration",
    "timeCycle": "cycle",
}


def _message(source: Source, element: etree._Element) -> EventDefinition:
    operation = next(bpmn_children(element, "operationRef"), None)
    return MessageEventDefinition(
        message_ref=qualified(element.get("messageRef")),
        operation_ref=None if operation is None else qualified(text_of(operation)),
        place=source.place(element),
    )


def _timer(source: Source, element: etree._Element) -> EventDefinition:
    forms = tuple(
        (
            _TIMER_FORMS[local_name(child)],
            Formal(text=text_of(child), language=child.get("language"), place=source.place(child)),
        )
        for child in bpmn_children(element)
        if local_name(child) in _TIMER_FORMS
    )
    return TimerEventDefinition(forms=forms, place=source.place(element))


def _error(source: Source, element: etree._Element) -> EventDefinition:
    return ErrorEventDefinition(
        error_ref=qualified(element.get("errorRef")), place=source.place(element)
    )


def _link(source: Source, element: etree._Element) -> EventDefinition:
    return LinkEventDefinition(name=element.get("name", "").strip(), place=source.place(element))


def _terminate(source: Source, element: etree._Element) -> EventDefinition:
    return TerminateEventDefinition(place=source.place(element))


def _signal(source: Source, element: etree._Element) -> EventDefinition:
    return SignalEventDefinition(
        signal_ref=qualified(element.get("signalRef")), place=source.place(element)
    )


def _escalation(source: Source, element: etree._Element) -> EventDefinition:
    return EscalationEventDefinition(
        escalation_ref=qualified(element.get("escalationRef")), place=source.place(element)
    )


def _conditional(source: Source, element: etree._Element) -> EventDefinition:
    return ConditionalEventDefinition(
        condition=source.formal(element, "condition"),
        extensions=read_extensions(source, element),
        place=source.place(element),
    )


def _compensate(source: Source, element: etree._Element) -> EventDefinition:
    return CompensateEventDefinition(
        activity_ref=qualified(element.get("activityRef")),
        wait=source.boolean(element, "waitForCompletion", default=True),
        place=source.place(element),
    )


def _cancel(source: Source, element: etree._Element) -> EventDefinition:
    return CancelEventDefinition(place=source.place(element))


EVENT_DEFINITIONS: Mapping[str, Callable[[Source, etree._Element], EventDefinition]] = {
    "messageEventDefinition": _message,
    "timerEventDefinition": _timer,
    "errorEventDefinition": _error,
    "linkEventDefinition": _link,
    "terminateEventDefinition": _terminate,
    "signalEventDefinition": _signal,
    "escalationEventDefinition": _escalation,
    "conditionalEventDefinition": _conditional,
    "compensateEventDefinition": _compensate,
    "cancelEventDefinition": _cancel,
}


def read_shared_definitions(source: Source, root: etree._Element) -> None:
    """Keep the event definitions that stand at the root, for those that refer to them."""
    for child in bpmn_children(root):
        if local_name(child) in EVENT_DEFINITIONS and child.get("id"):
            source.shared[child.get("id", "")] = EVENT_DEFINITIONS[local_name(child)](source, child)


def read_event_definitions(
    source: Source, element: etree._Element
) -> tuple[tuple[EventDefinition, ...], tuple[str, ...]]:
    """The event definitions of an event in document order, and references that lead nowhere.

    "Referenced root definitions behave as if written in place" (S28).
    """
    found: list[EventDefinition] = []
    unknown: list[str] = []
    for child in bpmn_children(element):
        if local_name(child) in EVENT_DEFINITIONS:
            found.append(EVENT_DEFINITIONS[local_name(child)](source, child))
        elif local_name(child) == "eventDefinitionRef":
            name = qualified(text_of(child)) or ""
            if name in source.shared:
                found.append(source.shared[name])
            else:
                unknown.append(name)
    return tuple(found), tuple(unknown)
