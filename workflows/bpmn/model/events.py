"""Events and event definitions as drawn."""

from dataclasses import dataclass
from typing import Literal

from workflows.bpmn.model.element import Element, Formal, Place

EventKind = Literal[
    "startEvent",
    "endEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "boundaryEvent",
]

TimerForm = Literal["date", "duration", "cycle"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEventDefinition:
    """Catches or throws a message."""

    kind: Literal["message"] = "message"
    message_ref: str | None
    operation_ref: str | None = None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerEventDefinition:
    """Waits for a time; a valid one has exactly one form."""

    kind: Literal["timer"] = "timer"
    forms: tuple[tuple[TimerForm, Formal], ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorEventDefinition:
    """Catches or throws an error."""

    kind: Literal["error"] = "error"
    error_ref: str | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEventDefinition:
    """One half of a link."""

    kind: Literal["link"] = "link"
    name: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminateEventDefinition:
    """Ends its scope."""

    kind: Literal["terminate"] = "terminate"
    place: Place


OtherKind = Literal["signal", "escalation", "conditional", "compensate", "cancel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherEventDefinition:
    """An event definition that is read, and not executed yet."""

    kind: OtherKind
    reference: str | None = None
    place: Place


EventDefinition = (
    MessageEventDefinition
    | TimerEventDefinition
    | ErrorEventDefinition
    | LinkEventDefinition
    | TerminateEventDefinition
    | OtherEventDefinition
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Element):
    """An event; no definition makes it a none event, several a multiple one."""

    kind: EventKind
    definitions: tuple[EventDefinition, ...] = ()
    definition_refs: tuple[str, ...] = ()
    """``eventDefinitionRef``: ids of event definitions that stand at the root."""
    parallel_multiple: bool = False
    interrupting: bool = True
    """``isInterrupting`` of a start event, ``cancelActivity`` of a boundary event."""
    attached_to: str | None = None
