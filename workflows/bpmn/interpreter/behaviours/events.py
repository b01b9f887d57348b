"""Start, end, catching, throwing and boundary events."""

from workflows.bpmn.interpreter.behaviours.flows import uncontrolled
from workflows.bpmn.interpreter.behaviours.protocol import (
    Behaviour,
    activated,
    never_resumed,
    pass_through,
    resume_self,
    settle_outputs,
)
from workflows.bpmn.interpreter.behaviours.tasks import enter_work
from workflows.bpmn.interpreter.propagation import throw
from workflows.bpmn.interpreter.state import Instance
from workflows.bpmn.interpreter.subscriptions import prepare
from workflows.bpmn.interpreter.tokens import create
from workflows.bpmn.interpreter.turn import Stuck, Turn
from workflows.bpmn.interpreter.variables import evaluate_text, visible
from workflows.bpmn.program import ErrorDefinition, LinkDefinition, Node


def _enter_catch(turn: Turn, node: Node, instance: Instance) -> None:
    """Wait, unless an event-based gateway has already heard the event, or it is a link."""
    if instance.payload is not None or isinstance(node.event, LinkDefinition):
        pass_through(turn, node, instance)
        return
    activated(turn, node, instance, *prepare(turn, instance, (node.index,)))


def _enter_end(turn: Turn, node: Node, instance: Instance) -> None:
    if isinstance(node.event, ErrorDefinition):
        turn.advance(instance, "activated")
        turn.item = ("throw", instance.key)
        throw_at_end(turn, node, instance)
    else:
        enter_work(turn, node, instance)


def throw_at_end(turn: Turn, node: Node, instance: Instance) -> None:
    """Throw the error of an error end event; "codes may be FEEL when thrown" (S17)."""
    if not isinstance(node.event, ErrorDefinition):
        raise TypeError(f"Expected an error end event, but {node.id} is none")
    code, reason = evaluate_text(turn, node.event.code or "", visible(instance), "Error code")
    if not isinstance(code, str) or not code:
        raise Stuck("error-code-invalid", f"The error code of '{node.id}' is no text{reason}.")
    throw(turn, instance, code, "", {})


def _leave_throw(turn: Turn, node: Node, instance: Instance) -> tuple[int, ...]:
    """A link throw "continues at the catch of the same name", without a flow (S13)."""
    event = node.event
    if isinstance(event, LinkDefinition) and event.catch is not None:
        if instance.parent is None:
            raise AssertionError(f"Expected a scope around {node.id}, but there is none")
        create(turn, turn.nodes[event.catch], instance.parent)
        return ()
    return uncontrolled(turn, node, instance)


START = Behaviour(pass_through, uncontrolled, never_resumed, settle_outputs)
BOUNDARY = Behaviour(pass_through, uncontrolled, never_resumed, settle_outputs)
CATCH = Behaviour(_enter_catch, uncontrolled, resume_self, settle_outputs)
THROW = Behaviour(enter_work, _leave_throw, never_resumed, settle_outputs)
END = Behaviour(_enter_end, uncontrolled, never_resumed, settle_outputs)
