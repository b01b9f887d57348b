"""Timers and message subscriptions: prepared first, opened all at once, closed with their owner.

Everything that can fail is evaluated before the first subscription opens, so that a command that
sticks leaves nothing half open and can simply be issued again (S33).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from workflows.bpmn.interpreter.commands import CancelTimer, StartTimer, Subscribe, Unsubscribe
from workflows.bpmn.interpreter.state import Instance, Wait
from workflows.bpmn.interpreter.turn import Stuck, Turn
from workflows.bpmn.interpreter.variables import evaluate_text, evaluate_with_reason, visible
from workflows.bpmn.program import MessageDefinition, Node, Receive, Text, TimerDefinition
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

    kind: Literal["timer", "message"]
    node: Node
    name: str
    key: str = ""
    firing: Firing | None = None
    once: bool = True


def prepare(turn: Turn, owner: Instance, catchers: Iterable[int]) -> list[Prepared]:
    """Evaluate what the catching nodes wait for; errors and links need no subscription."""
    prepared = []
    scope: Mapping[str, Value] | None = None
    for index in catchers:
        node = turn.nodes[index]
        definition = node.work.message if isinstance(node.work, Receive) else node.event
        if not isinstance(definition, MessageDefinition | TimerDefinition):
            continue
        if scope is None:
            scope = visible(owner)
        if isinstance(definition, MessageDefinition):
            prepared.append(_prepare_message(turn, node, definition, scope))
        else:
            prepared.append(_prepare_timer(turn, node, definition, scope))
    return prepared


def open_all(turn: Turn, owner: Instance, prepared: Iterable[Prepared]) -> None:
    """Open prepared subscriptions for their owner."""
    for one in prepared:
        _open(turn, owner, one)


def close_all(turn: Turn, owner: Instance) -> None:
    """Close every subscription of an instance."""
    if owner.waits:
        for wait in list(owner.waits):
            close(turn, owner, turn.state.waits[wait])


def close(turn: Turn, owner: Instance, wait: Wait) -> None:
    """Close one subscription and tell the host."""
    forget(turn, owner, wait)
    if wait.kind == "timer":
        turn.commands.append(CancelTimer(wait=wait.id))
    else:
        turn.commands.append(Unsubscribe(wait=wait.id))


def forget(turn: Turn, owner: Instance, wait: Wait) -> None:
    """Drop a subscription that the host has closed by itself."""
    del turn.state.waits[wait.id]
    if owner.waits is not None:
        owner.waits.remove(wait.id)


def used(turn: Turn, owner: Instance, wait: Wait, node: Node) -> None:
    """Note that a subscription has been triggered: it is over, goes on, or stays."""
    if wait.kind == "message":
        if is_once(node):
            forget(turn, owner, wait)
        return
    forget(turn, owner, wait)
    if is_once(node) or wait.due is None or wait.anchor is None:
        return
    definition = node.event
    if not isinstance(definition, TimerDefinition) or definition.form != "cycle":
        return
    timer = timer_of("cycle", wait.name)
    last = Firing(wait.due, wait.anchor, wait.left)
    following = next_firing(timer, last, turn.now, turn.state.zone)
    if following is not None:
        _open(turn, owner, Prepared("timer", node, wait.name, firing=following))


def is_once(node: Node) -> bool:
    """Tell whether a catching node's subscription ends with its first trigger (S15, S16)."""
    return node.interrupting or node.kind not in ("boundaryEvent", "startEvent")


def _open(turn: Turn, owner: Instance, one: Prepared) -> None:
    wait = Wait(turn.next_key(), one.kind, owner.key, one.node.index, one.name, one.key)
    turn.state.waits[wait.id] = wait
    if owner.waits is None:
        owner.waits = []
    owner.waits.append(wait.id)
    if one.firing is None:
        turn.commands.append(
            Subscribe(
                wait=wait.id,
                element=one.node.id,
                message=one.name,
                correlation_key=one.key,
                once=one.once,
            )
        )
        return
    wait.due, wait.anchor, wait.left = one.firing.due, one.firing.anchor, one.firing.left
    turn.commands.append(
        StartTimer(wait=wait.id, element=one.node.id, name=one.node.name, due=one.firing.due)
    )


# --- messages ---------------------------------------------------------------------------------


def _prepare_message(
    turn: Turn, node: Node, definition: MessageDefinition, scope: Mapping[str, Value]
) -> Prepared:
    name = message_name(turn, node, definition.name, scope)
    key = correlation_key(turn, node, definition, scope)
    return Prepared("message", node, name, key, once=is_once(node))


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
    return key_text(node, value, reason, definition.key.text)


def key_text(node: Node, value: Value, reason: str, text: str) -> str:
    """Write a key as messages compare it: numbers as their string."""
    if isinstance(value, str) and value:
        return value
    if isinstance(value, Decimal) and value.is_finite():
        return format(value.normalize() + 0, "f")
    raise Stuck(
        "correlation-key-invalid",
        f"The correlation key '{text}' at '{node.id}' is no text and no number{reason}.",
    )


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
