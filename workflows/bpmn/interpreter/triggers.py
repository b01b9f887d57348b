"""A subscription was triggered: its owner is taken over, or goes on."""

from typing import Final

from workflows.bpmn.interpreter.behaviours import BEHAVIOURS
from workflows.bpmn.interpreter.propagation import trigger
from workflows.bpmn.interpreter.state import Wait
from workflows.bpmn.interpreter.subscriptions import forget, heard
from workflows.bpmn.interpreter.turn import Turn
from workflows.feel import Value

_TAKEN_OVER: Final = ("boundaryEvent", "startEvent")


def caught(turn: Turn, wait: Wait, payload: dict[str, Value]) -> None:
    """Let the owner of a subscription hear what it waits for."""
    owner = turn.state.instances[wait.owner]
    node = turn.nodes[wait.node]
    if node.kind in _TAKEN_OVER:
        trigger(turn, owner, wait, payload)
        return
    forget(turn, owner, wait)
    whole = heard(owner, wait, node, payload)
    if whole is not None:
        BEHAVIOURS[turn.nodes[owner.node].kind].resume(turn, owner, wait, whole)
