"""What every behaviour answers: enter, resume, settle, leave.

Ending early is no question to a behaviour: whatever an element has asked for is withdrawn by
``tokens.terminate``, the same for all.
"""

from collections.abc import Callable
from typing import NamedTuple

from workflows.bpmn.interpreter.propagation import catchers
from workflows.bpmn.interpreter.state import Instance, Wait
from workflows.bpmn.interpreter.subscriptions import Prepared, close_all, open_all, prepare
from workflows.bpmn.interpreter.turn import Turn
from workflows.bpmn.interpreter.variables import apply_outputs
from workflows.bpmn.program import Node
from workflows.feel import Value


class Behaviour(NamedTuple):
    """One kind of node. Whatever may stick must do so before anything is changed (S33)."""

    enter: Callable[[Turn, Node, Instance], None]
    """The input mappings have run. Evaluate, open subscriptions, become ACTIVATED, ask for work.
    Possible next: wait; or queue ``complete``."""
    leave: Callable[[Turn, Node, Instance], tuple[int, ...]]
    """The results are in place. Return the flows to take. Possible next: COMPLETED."""
    resume: Callable[[Turn, Instance, Wait, dict[str, Value]], None]
    """A subscription of the node itself was triggered. Possible next: queue ``complete``."""
    settle: Callable[[Turn, Instance], None]
    """COMPLETING. Put what the work brought where it belongs."""


def activated(turn: Turn, node: Node, instance: Instance, *more: Prepared) -> None:
    """Become ACTIVATED with every subscription around the element open (S15, S16)."""
    if node.boundary or node.event_sub_processes:
        around = prepare(turn, instance, catchers(turn, instance))
        turn.advance(instance, "activated")
        open_all(turn, instance, around)
    else:
        turn.advance(instance, "activated")
    if more:
        open_all(turn, instance, more)


def pass_through(turn: Turn, node: Node, instance: Instance) -> None:
    """Enter what is no wait state."""
    activated(turn, node, instance)
    turn.queue("complete", instance)


def no_flows(turn: Turn, node: Node, instance: Instance) -> tuple[int, ...]:  # noqa: ARG001
    """Leave by no flow: a token ends here."""
    return ()


def resume_self(turn: Turn, instance: Instance, wait: Wait, payload: dict[str, Value]) -> None:  # noqa: ARG001
    """Go on with what was caught; every other subscription closes in the same step (S7, S16)."""
    close_all(turn, instance)
    instance.payload = payload
    turn.queue("complete", instance)


def never_resumed(turn: Turn, instance: Instance, wait: Wait, payload: dict[str, Value]) -> None:  # noqa: ARG001
    """Refuse: the node has no subscription of its own."""
    raise AssertionError(
        f"Expected a node that waits, but {turn.nodes[instance.node].id} got {wait.name}"
    )


def keep_payload(turn: Turn, instance: Instance) -> None:
    """Settle nothing: the payload goes on with the token."""


settle_outputs = apply_outputs
