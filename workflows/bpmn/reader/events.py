"""Event definitions, by a table from element name to reading function."""

from collections.abc import Callable, Mapping

from lxml import etree

from workflows.bpmn.model import (
    ErrorEventDefinition,
    EventDefinition,
    Formal,
    LinkEventDefinition,
    MessageEventDefinition,
    OtherEventDefinition,
    OtherKind,
    TerminateEventDefinition,
    TimerEventDefinition,
    TimerForm,
)
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


def _other(
    kind: OtherKind, reference: str | None = None
) -> Callable[[Source, etree._Element], EventDefinition]:
    def read(source: Source, element: etree._Element) -> EventDefinition:
        named = qualified(element.get(reference)) if reference else None
        return OtherEventDefinition(kind=kind, reference=named, place=source.place(element))

    return read


EVENT_DEFINITIONS: Mapping[str, Callable[[Source, etree._Element], EventDefinition]] = {
    "messageEventDefinition": _message,
    "timerEventDefinition": _timer,
    "errorEventDefinition": _error,
    "linkEventDefinition": _link,
    "terminateEventDefinition": _terminate,
    "signalEventDefinition": _other("signal", "signalRef"),
    "escalationEventDefinition": _other("escalation", "escalationRef"),
    "conditionalEventDefinition": _other("conditional"),
    "compensateEventDefinition": _other("compensate", "activityRef"),
    "cancelEventDefinition": _other("cancel"),
}


def read_event_definitions(source: Source, element: etree._Element) -> tuple[EventDefinition, ...]:
    """The event definitions inside an event, in document order."""
    return tuple(
        EVENT_DEFINITIONS[local_name(child)](source, child)
        for child in bpmn_children(element)
        if local_name(child) in EVENT_DEFINITIONS
    )
