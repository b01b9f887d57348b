"""Exclusive, parallel, inclusive, complex and event-based gateways.

A join has already happened when a gateway is entered: tokens wait as counts in their scope until
``tokens`` (parallel) or ``rest`` (inclusive, complex) makes the gateway's instance.
"""

from workflows.bpmn.interpreter.behaviours.flows import (
    all_that_hold,
    conditions_that_hold,
    every_flow,
    first_that_holds,
)
from workflows.bpmn.interpreter.behaviours.protocol import (
    Behaviour,
    activated,
    keep_payload,
    never_resumed,
    pass_through,
)
from workflows.bpmn.interpreter.state import WAITING_FOR_START, Instance, Wait
from workflows.bpmn.interpreter.subscriptions import close_all, prepare
from workflows.bpmn.interpreter.turn import Turn
from workflows.bpmn.program import Node
from workflows.feel import Value


def _enter_event_based(turn: Turn, node: Node, instance: Instance) -> None:
    """Wait: "on entry one subscription per target" (S7)."""
    targets = [turn.flows[flow].target for flow in node.outgoing]
    activated(turn, node, instance, *prepare(turn, instance, targets))


def _resume_event_based(
    turn: Turn, instance: Instance, wait: Wait, payload: dict[str, Value]
) -> None:
    """Go on: "the first event that arrives is taken, all others are closed" (S7)."""
    close_all(turn, instance)
    instance.begin = (wait.node,)
    instance.payload = payload
    turn.queue("complete", instance)


def _leave_event_based(turn: Turn, node: Node, instance: Instance) -> tuple[int, ...]:
    """Take the flow to the event that arrived; the payload goes with the token."""
    chosen = instance.begin or ()
    return tuple(flow for flow in node.outgoing if turn.flows[flow].target in chosen)


def _leave_complex(turn: Turn, node: Node, instance: Instance) -> tuple[int, ...]:
    """At reset there is "no token and no incident if none is true" (S6)."""
    if (instance.locals or {}).get(WAITING_FOR_START) is False:
        return conditions_that_hold(turn, node, instance)
    return all_that_hold(turn, node, instance)


EXCLUSIVE = Behaviour(pass_through, first_that_holds, never_resumed, keep_payload)
PARALLEL = Behaviour(pass_through, every_flow, never_resumed, keep_payload)
INCLUSIVE = Behaviour(pass_through, all_that_hold, never_resumed, keep_payload)
COMPLEX = Behaviour(pass_through, _leave_complex, never_resumed, keep_payload)
EVENT_BASED = Behaviour(_enter_event_based, _leave_event_based, _resume_event_based, keep_payload)
