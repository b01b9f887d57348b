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
from workflows.bpmn.interpreter.behaviours.tasks import enter_work, hand_out_work
from workflows.bpmn.interpreter.commands import BroadcastSignal
from workflows.bpmn.interpreter.compensation import addressed, gather_items, open_steps
from workflows.bpmn.interpreter.propagation import escalate, throw
from workflows.bpmn.interpreter.state import CANCELLATION, NOTHING, Instance, Undoing
from workflows.bpmn.interpreter.subscriptions import close_all, prepare, signal_name
from workflows.bpmn.interpreter.tokens import clear, create, hand_out, thrown, undo_next
from workflows.bpmn.interpreter.turn import Stuck, Turn
from workflows.bpmn.interpreter.variables import evaluate_text, visible, work_variables
from workflows.bpmn.program import (
    CancelDefinition,
    CompensateDefinition,
    ErrorDefinition,
    EscalationDefinition,
    Job,
    LinkDefinition,
    Node,
    Publish,
    SignalDefinition,
    Text,
)


def _enter_catch(turn: Turn, node: Node, instance: Instance) -> None:
    """Wait, unless an event-based gateway has already heard the event, or it is a link."""
    if instance.payload is not None or isinstance(node.event, LinkDefinition):
        pass_through(turn, node, instance)
        return
    activated(turn, node, instance, *prepare(turn, instance, (node.index,)))


# --- throwing ---------------------------------------------------------------------------------


def _enter_throw(turn: Turn, node: Node, instance: Instance) -> None:
    """Throw one thing after the other; what is only a job or message sticks before it begins."""
    if node.work is not None or not node.throws:
        enter_work(turn, node, instance)
        return
    turn.advance(instance, "activated")
    turn.item = ("throw", instance.key)
    throw_part(turn, node, instance)


def throw_part(turn: Turn, node: Node, instance: Instance) -> None:
    """Throw what comes next."""
    match node.throws[instance.part]:
        case Job() | Publish() as work:
            hand_out_work(turn, node, work, instance)
        case SignalDefinition() as definition:
            _broadcast(turn, node, definition, instance)
        case ErrorDefinition(code=code):
            brought = {} if node.data is None else dict(instance.locals or {})
            throw(turn, instance, _code(turn, node, code, instance), "", brought)
        case EscalationDefinition(code=code):
            text = _code(turn, node, code, instance)
            if escalate(turn, instance, text, dict(instance.locals or {})):
                thrown(turn, instance)
        case CompensateDefinition() as definition:
            _compensate(turn, definition, instance)
        case CancelDefinition():
            _cancel(turn, node, instance)


def _code(turn: Turn, node: Node, text: Text | None, instance: Instance) -> str:
    """Evaluate a code: "codes may be FEEL when thrown" (S17)."""
    code, reason = evaluate_text(turn, text or "", visible(instance), "Code")
    if not isinstance(code, str) or not code:
        raise Stuck("error-code-invalid", f"The code thrown by '{node.id}' is no text{reason}.")
    return code


def _broadcast(turn: Turn, node: Node, definition: SignalDefinition, instance: Instance) -> None:
    """Ask the host to broadcast a signal, and wait until it has (S25)."""
    name = signal_name(turn, node, definition, visible(instance))
    hand_out(turn, instance, "signal", name)
    turn.commands.append(
        BroadcastSignal(
            key=instance.key,
            element=node.id,
            name=node.name,
            signal=name,
            variables=work_variables(node, instance),
        )
    )


def _compensate(turn: Turn, definition: CompensateDefinition, instance: Instance) -> None:
    """Undo what is addressed, one after the other; the throw waits for the last or not (S20)."""
    steps = open_steps(turn, addressed(turn, instance), definition.activity)
    undo_next(turn, Undoing(instance.key if definition.wait else 0, steps))
    if not definition.wait:
        thrown(turn, instance)


def _cancel(turn: Turn, node: Node, instance: Instance) -> None:
    """Cancel the transaction: "terminate all live tokens … compensate … leave" (S21)."""
    at = instance.parent
    while at is not None and turn.nodes[at.node].kind != "transaction":
        at = at.parent
    if at is None:
        raise AssertionError(f"Expected a transaction around {node.id}, but there is none")
    if at.index != NOTHING and at.parent is not None:
        at = at.parent
        gather_items(turn, at)
    close_all(turn, at)
    at.interrupted = True
    clear(turn, at, CANCELLATION)


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
THROW = Behaviour(_enter_throw, _leave_throw, never_resumed, settle_outputs)
END = Behaviour(_enter_throw, uncontrolled, never_resumed, settle_outputs)
