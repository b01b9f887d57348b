"""Subscriptions: prepared first, opened all at once, closed with their owner.

Everything that can fail is evaluated before the first subscription opens, so that a command that
sticks leaves nothing half open and can simply be issued again (S33).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from workflows.bpmn.interpreter.commands import (
    CancelTimer,
    Command,
    ListenForSignal,
    OfferActivities,
    StartTimer,
    StopListening,
    Subscribe,
    Unsubscribe,
    WithdrawOffer,
)
from workflows.bpmn.interpreter.state import Heard, Instance, Wait, WaitKind
from workflows.bpmn.interpreter.turn import Stuck, Turn
from workflows.bpmn.interpreter.variables import evaluate_text, evaluate_with_reason, visible
from workflows.bpmn.program import (
    ConditionDefinition,
    MessageDefinition,
    MultipleDefinition,
    Node,
    SignalDefinition,
    Text,
    TimerDefinition,
)
from workflows.bpmn.timers import (
    CycleTimer,
    Firing,
    TimerError,
    first_firing,
    next_firing,
    timer_of,
)
from workflows.feel import Value


@dataclass(slots=True)
class Prepared:
    """A subscription whose expressions have been evaluated; not open yet."""

    kind: WaitKind
    node: Node
    name: str
    key: str = ""
    firing: Firing | None = None
    part: int = 0


def prepare(turn: Turn, owner: Instance, catchers: Iterable[int]) -> list[Prepared]:
    """Evaluate what the catching nodes wait for; errors and the like need no subscription."""
    prepared = []
    scope: Mapping[str, Value] | None = None
    for index in catchers:
        node = turn.nodes[index]
        for part, definition in enumerate(node.catches):
            evaluate = _PREPARE.get(definition.kind)
            if evaluate is None:
                continue
            if scope is None:
                scope = visible(owner)
            one = evaluate(turn, node, definition, scope)
            one.part = part
            prepared.append(one)
    return prepared


def open_all(turn: Turn, owner: Instance, prepared: Iterable[Prepared]) -> None:
    """Open prepared subscriptions for their owner."""
    for one in prepared:
        _open(turn, owner, one)


def open_offer(
    turn: Turn, owner: Instance, node: Node, activities: tuple[tuple[str, str], ...]
) -> None:
    """Offer what may be begun in an ad-hoc sub-process."""
    names = ", ".join(element for element, _ in activities)
    wait = _new_wait(turn, owner, Prepared("offer", node, names))
    turn.commands.append(OfferActivities(wait=wait.id, element=node.id, activities=activities))


def close_all(turn: Turn, owner: Instance) -> None:
    """Close every subscription of an instance."""
    if owner.waits:
        for wait in list(owner.waits):
            close(turn, owner, turn.state.waits[wait])


def close(turn: Turn, owner: Instance, wait: Wait) -> None:
    """Close one subscription and tell the host; conditions are the interpreter's own affair."""
    forget(turn, owner, wait)
    match wait.kind:
        case "timer":
            turn.commands.append(CancelTimer(wait=wait.id))
        case "message":
            turn.commands.append(Unsubscribe(wait=wait.id))
        case "offer":
            turn.commands.append(WithdrawOffer(wait=wait.id))
        case "signal" | "condition":
            pass


def forget(turn: Turn, owner: Instance, wait: Wait) -> None:
    """Drop a subscription that the host has closed by itself; signals are not closed by hearing."""
    if wait.kind == "signal":
        turn.commands.append(StopListening(wait=wait.id))
    del turn.state.waits[wait.id]
    if wait.kind == "condition":
        del turn.state.watching[wait.id]
    if owner.waits is not None:
        owner.waits.remove(wait.id)


def used(turn: Turn, owner: Instance, wait: Wait, node: Node) -> None:
    """Note that a subscription has been triggered: it is over, goes on, or stays."""
    if wait.kind != "timer":
        if is_once(node):
            forget(turn, owner, wait)
        return
    forget(turn, owner, wait)
    if is_once(node) or wait.due is None or wait.anchor is None:
        return
    definition = node.catches[wait.part]
    if not isinstance(definition, TimerDefinition) or definition.form != "cycle":
        return
    timer = timer_of("cycle", wait.name)
    last = Firing(wait.due, wait.anchor, wait.left)
    following = next_firing(timer, last, turn.now, turn.state.zone)
    if following is not None:
        again = Prepared("timer", node, wait.name, firing=following, part=wait.part)
        _open(turn, owner, again)


def heard(
    owner: Instance, wait: Wait, node: Node, payload: dict[str, Value]
) -> dict[str, Value] | None:
    """Count what was heard; the whole payload once that is enough, else None (S28).

    "Catch-all: one counter per definition, fires when each is ≥ 1, consumes one each."
    """
    event = node.event
    if not isinstance(event, MultipleDefinition) or not event.parallel:
        return payload
    if owner.heard is None:
        owner.heard = {}
    so_far = owner.heard.setdefault(node.index, Heard([0] * len(node.catches)))
    so_far.counts[wait.part] += 1
    so_far.payload.update(payload)
    if 0 in so_far.counts:
        return None
    so_far.counts = [count - 1 for count in so_far.counts]
    whole, so_far.payload = so_far.payload, {}
    return whole


def is_once(node: Node) -> bool:
    """Tell whether a catching node's subscription ends with its first trigger (S15, S16)."""
    return node.interrupting or node.kind not in ("boundaryEvent", "startEvent")


def _new_wait(turn: Turn, owner: Instance, one: Prepared) -> Wait:
    wait = Wait(turn.next_key(), one.kind, owner.key, one.node.index, one.name, one.key)
    wait.part = one.part
    turn.state.waits[wait.id] = wait
    if owner.waits is None:
        owner.waits = []
    owner.waits.append(wait.id)
    return wait


def _open(turn: Turn, owner: Instance, one: Prepared) -> None:
    wait = _new_wait(turn, owner, one)
    if one.kind == "condition":
        wait.is_stirred = True
        turn.state.watching[wait.id] = None
    else:
        turn.commands.append(_announced(one, wait))


def _announced(one: Prepared, wait: Wait) -> Command:
    node = one.node
    if one.firing is not None:
        wait.due, wait.anchor, wait.left = one.firing.due, one.firing.anchor, one.firing.left
        return StartTimer(wait=wait.id, element=node.id, name=node.name, due=one.firing.due)
    if one.kind == "signal":
        return ListenForSignal(wait=wait.id, element=node.id, signal=one.name)
    return Subscribe(
        wait=wait.id,
        element=node.id,
        message=one.name,
        correlation_key=one.key,
        once=is_once(node),
    )


# --- messages ---------------------------------------------------------------------------------


def _prepare_message(
    turn: Turn, node: Node, definition: MessageDefinition, scope: Mapping[str, Value]
) -> Prepared:
    name = message_name(turn, node, definition.name, scope)
    key = correlation_key(turn, node, definition, scope)
    return Prepared("message", node, name, key)


def message_name(turn: Turn, node: Node, text: Text, scope: Mapping[str, Value]) -> str:
    """Evaluate the name of a message: a text that is not empty."""
    if isinstance(text, str) and text:
        return text
    value, reason = evaluate_text(turn, text, scope, "Message name")
    if not isinstance(value, str) or not value:
        raise Stuck("message-name-invalid", f"The message name at '{node.id}' is no text{reason}.")
    return value


def correlation_key(
    turn: Turn, node: Node, definition: MessageDefinition, scope: Mapping[str, Value]
) -> str:
    """Evaluate a correlation key: "must be a string or a number" (S23)."""
    if definition.key is None:
        return ""
    value, reason = evaluate_with_reason(turn, definition.key, scope, "Correlation key")
    return key_text(node, value, reason, definition.key.text, definition.is_composite)


def key_text(node: Node, value: Value, reason: str, text: str, is_composite: bool = False) -> str:
    """Write a key as messages compare it; one of several properties joins them by ``/``."""
    if not is_composite or not isinstance(value, list):
        return _key_part(node, value, reason, text)
    parts = (_key_part(node, one, reason, text) for one in value)
    return "/".join(part.replace("\\", "\\\\").replace("/", "\\/") for part in parts)


def _key_part(node: Node, value: Value, reason: str, text: str) -> str:
    """Write one value of a key: numbers as their string."""
    if isinstance(value, str) and value:
        return value
    if isinstance(value, Decimal) and value.is_finite():
        return format(value.normalize() + 0, "f")
    raise Stuck(
        "correlation-key-invalid",
        f"The correlation key '{text}' at '{node.id}' is no text and no number{reason}.",
    )


# --- signals and conditions -------------------------------------------------------------------


def _prepare_signal(
    turn: Turn, node: Node, definition: SignalDefinition, scope: Mapping[str, Value]
) -> Prepared:
    return Prepared("signal", node, signal_name(turn, node, definition, scope))


def signal_name(
    turn: Turn, node: Node, definition: SignalDefinition, scope: Mapping[str, Value]
) -> str:
    """Evaluate the name of a signal: "FEEL evaluated when the subscription opens" (S25)."""
    value, reason = evaluate_text(turn, definition.name, scope, "Signal name")
    if not isinstance(value, str) or not value:
        raise Stuck("signal-name-invalid", f"The signal name at '{node.id}' is no text{reason}.")
    return value


def _prepare_condition(
    turn: Turn,  # noqa: ARG001
    node: Node,
    definition: ConditionDefinition,
    scope: Mapping[str, Value],  # noqa: ARG001
) -> Prepared:
    """A condition is tested at rest, the first time when its subscription has opened (S27)."""
    return Prepared("condition", node, definition.condition.text)


# --- timers -----------------------------------------------------------------------------------


def _prepare_timer(
    turn: Turn, node: Node, definition: TimerDefinition, scope: Mapping[str, Value]
) -> Prepared:
    value, reason = evaluate_text(turn, definition.value, scope, "Timer")
    try:
        timer = timer_of(definition.form, value)
        firing = first_firing(timer, turn.now, turn.state.zone)
    except TimerError as error:
        raise Stuck("timer-invalid", f"The timer of '{node.id}': {error}{reason}") from None
    name = f"R/{value}" if isinstance(timer, CycleTimer) and not isinstance(value, str) else value
    return Prepared("timer", node, str(name), firing=firing)


_PREPARE: Final[Mapping[str, Callable[[Turn, Node, Any, Mapping[str, Value]], Prepared]]] = {
    "message": _prepare_message,
    "timer": _prepare_timer,
    "signal": _prepare_signal,
    "condition": _prepare_condition,
}
"""By kind of definition, so each is called with the definition of its kind."""
