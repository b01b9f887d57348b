"""Events and event definitions as drawn."""

from dataclasses import dataclass
from typing import Literal

from workflows.bpmn.model.data import NO_DATA, ElementData
from workflows.bpmn.model.element import Element, Extension, Formal, Place

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
class SignalEventDefinition:
    """Catches or broadcasts a signal."""

    kind: Literal["signal"] = "signal"
    signal_ref: str | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalEventDefinition:
    """Waits for a condition to become true."""

    kind: Literal["conditional"] = "conditional"
    condition: Formal | None
    extensions: tuple[Extension, ...] = ()
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorEventDefinition:
    """Catches or throws an error."""

    kind: Literal["error"] = "error"
    error_ref: str | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationEventDefinition:
    """Catches or throws an escalation."""

    kind: Literal["escalation"] = "escalation"
    escalation_ref: str | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensateEventDefinition:
    """Marks a handler's boundary event or event sub-process, or throws compensation."""

    kind: Literal["compensate"] = "compensate"
    activity_ref: str | None
    wait: bool = True
    """``waitForCompletion``."""
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelEventDefinition:
    """Cancels a transaction, or catches that."""

    kind: Literal["cancel"] = "cancel"
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


EventDefinition = (
    MessageEventDefinition
    | TimerEventDefinition
    | SignalEventDefinition
    | ConditionalEventDefinition
    | ErrorEventDefinition
    | EscalationEventDefinition
    | CompensateEventDefinition
    | CancelEventDefinition
    | LinkEventDefinition
    | TerminateEventDefinition
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Element):
    """An event; no definition makes it a none event, several a multiple one."""

    kind: EventKind
    definitions: tuple[EventDefinition, ...] = ()
    """In document order; those that stand at the root and are referred to, too."""
    unknown_definitions: tuple[str, ...] = ()
    """``eventDefinitionRef`` that name nothing."""
    parallel_multiple: bool = False
    interrupting: bool = True
    """``isInterrupting`` of a start event, ``cancelActivity`` of a boundary event."""
    attached_to: str | None = None
    data: ElementData = NO_DATA
