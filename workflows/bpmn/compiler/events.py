"""Event definitions linked: what is caught, what is thrown."""

from typing import Final

from workflows.bpmn.compiler.linking import Linking
from workflows.bpmn.compiler.work import caught_message, job_of, publication
from workflows.bpmn.model import (
    CancelEventDefinition,
    CompensateEventDefinition,
    ConditionalEventDefinition,
    Element,
    ErrorEventDefinition,
    EscalationEventDefinition,
    Event,
    LinkEventDefinition,
    MessageEventDefinition,
    SignalEventDefinition,
    TerminateEventDefinition,
    TimerEventDefinition,
)
from workflows.bpmn.model import EventDefinition as Drawn
from workflows.bpmn.program import (
    CancelDefinition,
    CompensateDefinition,
    ConditionDefinition,
    ErrorDefinition,
    EscalationDefinition,
    EventDefinition,
    LinkDefinition,
    MessageDefinition,
    MultipleDefinition,
    SignalDefinition,
    SingleDefinition,
    TerminateDefinition,
    Throw,
    TimerDefinition,
)
from workflows.feel import Expression

THROWING: Final = ("intermediateThrowEvent", "endEvent")


def event_of(linking: Linking, event: Event) -> EventDefinition | None:
    """What an event is: one definition, several, or none."""
    found = tuple(
        one
        for definition in event.definitions
        if (one := _definition(linking, event, definition)) is not None
    )
    if len(event.definitions) > 1:
        return MultipleDefinition(definitions=found, parallel=event.parallel_multiple)
    return found[0] if found else None


def caught(event: EventDefinition | None) -> tuple[SingleDefinition, ...]:
    """What a catching event waits for."""
    match event:
        case None:
            return ()
        case MultipleDefinition():
            return event.definitions
        case _:
            return (event,)


def thrown(linking: Linking, element: Element, definitions: tuple[Drawn, ...]) -> tuple[Throw, ...]:
    """What a throwing event throws, in document order; links and terminations are no throws."""
    return tuple(
        one
        for definition in definitions
        if (one := _thrown(linking, element, definition)) is not None
    )


def _thrown(linking: Linking, element: Element, definition: Drawn) -> Throw | None:
    found: Throw | None = None
    match definition:
        case MessageEventDefinition(message_ref=message):
            found = job_of(linking, element) or publication(linking, element, message)
        case SignalEventDefinition():
            found = _signal(linking, element, definition, static=False)
        case ErrorEventDefinition(error_ref=error):
            found = ErrorDefinition(code=_code(linking, element, error, "error"))
        case EscalationEventDefinition(escalation_ref=escalation):
            code = _code(linking, element, escalation, "escalation")
            found = EscalationDefinition(code=code)
        case CompensateEventDefinition(wait=wait):
            found = CompensateDefinition(wait=wait)
        case CancelEventDefinition():
            found = CancelDefinition()
        case _:
            pass
    return found


def _definition(linking: Linking, event: Event, definition: Drawn) -> SingleDefinition | None:
    caught = event.kind not in THROWING
    found: SingleDefinition | None
    match definition:
        case MessageEventDefinition():
            found = _message(linking, event, definition)
        case TimerEventDefinition():
            found = _timer(linking, event, definition)
        case SignalEventDefinition():
            found = _signal(linking, event, definition, static=_starts_process(linking, event))
        case ConditionalEventDefinition():
            found = _condition(linking, event, definition)
        case ErrorEventDefinition(error_ref=error):
            found = ErrorDefinition(code=_code(linking, event, error, "error", static=caught))
        case EscalationEventDefinition(escalation_ref=escalation):
            code = _code(linking, event, escalation, "escalation", static=caught)
            found = EscalationDefinition(code=code)
        case _:
            found = _plain(definition)
    return found


def _plain(definition: Drawn) -> SingleDefinition | None:
    match definition:
        case CompensateEventDefinition():
            return CompensateDefinition(wait=definition.wait)
        case CancelEventDefinition():
            return CancelDefinition()
        case LinkEventDefinition():
            return LinkDefinition(name=definition.name)
        case TerminateEventDefinition():
            return TerminateDefinition()
        case _:
            return None


def _starts_process(linking: Linking, event: Event) -> bool:
    """Tell whether an event begins a process: there are no variables yet."""
    return event.kind == "startEvent" and linking.drawing.scope_of[event.id].parent is None


def _message(
    linking: Linking, event: Event, definition: MessageEventDefinition
) -> MessageDefinition | None:
    if event.kind in THROWING:
        message = linking.drawing.root(definition.message_ref, "message")
        name = message.name if message else ""
        return MessageDefinition(name=linking.text(name, "message name", event))
    keyed = not _starts_process(linking, event)
    found = caught_message(linking, event, definition.message_ref, keyed=keyed)
    if found is not None and not keyed and isinstance(found.name, Expression):
        reason = "The message name of a process start must be static; nothing is known yet."
        linking.flag("static-expected", reason, event, clause="S23")
    return found


def _timer(
    linking: Linking, event: Event, definition: TimerEventDefinition
) -> TimerDefinition | None:
    if len(definition.forms) != 1:
        return None
    form, formal = definition.forms[0]
    return TimerDefinition(form=form, value=linking.text(formal.text, form, event, formal.place))


def _signal(
    linking: Linking, element: Element, definition: SignalEventDefinition, *, static: bool
) -> SignalDefinition | None:
    """A signal: "the name is static at start events, else FEEL" (S25)."""
    signal = linking.drawing.root(definition.signal_ref, "signal")
    if signal is None:
        return None
    if static:
        linking.static(signal.name, "signal name of a process start", element, signal.place)
    return SignalDefinition(name=linking.text(signal.name, "signal name", element, signal.place))


def _condition(
    linking: Linking, event: Event, definition: ConditionalEventDefinition
) -> ConditionDefinition | None:
    if definition.condition is None:
        return None
    parsed = linking.formal(definition.condition, "condition", event)
    if parsed is None:
        return None
    given = next(
        (one.attributes for one in definition.extensions if one.name == "conditionalFilter"), {}
    )
    names = frozenset(filter(None, map(str.strip, given.get("variableNames", "").split(","))))
    kinds = {one.strip() for one in given.get("variableEvents", "").split(",")} - {""}
    return ConditionDefinition(
        condition=parsed,
        names=names or parsed.names,
        creates=not kinds or "create" in kinds,
        updates=not kinds or "update" in kinds,
    )


def _code(
    linking: Linking, element: Element, reference: str | None, tag: str, *, static: bool = False
) -> str | Expression | None:
    """The code of an error or escalation: "may be FEEL when thrown, static when caught"."""
    root = linking.drawing.root(reference, tag)
    code = root.code if root else None
    if not code:
        return None
    if static:
        return linking.static(code, f"code of a caught {tag}", element)
    return linking.text(code, f"{tag} code", element)
