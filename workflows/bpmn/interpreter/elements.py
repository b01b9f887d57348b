"""The lifecycle commands, the same for every element; what differs is asked of its behaviour."""

from collections.abc import Callable, Mapping
from typing import Final

from workflows.bpmn.interpreter.behaviours import BEHAVIOURS
from workflows.bpmn.interpreter.behaviours.ad_hoc import go_on, run_ad_hoc, steer, tested_inner
from workflows.bpmn.interpreter.behaviours.events import throw_part
from workflows.bpmn.interpreter.behaviours.loops import (
    enter_body,
    leave_inner,
    run_body,
    settle_body,
)
from workflows.bpmn.interpreter.behaviours.scopes import reissue_call
from workflows.bpmn.interpreter.behaviours.steering import steered
from workflows.bpmn.interpreter.behaviours.store_access import answered
from workflows.bpmn.interpreter.behaviours.task_steps import pass_on
from workflows.bpmn.interpreter.behaviours.tasks import reissue_work
from workflows.bpmn.interpreter.compensation import remember
from workflows.bpmn.interpreter.data import bring_out, fill, is_supplied, keep
from workflows.bpmn.interpreter.data_stores import is_read
from workflows.bpmn.interpreter.incidents import open_incident
from workflows.bpmn.interpreter.lifecycle import Phase
from workflows.bpmn.interpreter.limits import ACTIVATIONS_WITHOUT_WAIT
from workflows.bpmn.interpreter.propagation import throw
from workflows.bpmn.interpreter.state import COMPLETION, NOTHING, Instance, Op, Undoing
from workflows.bpmn.interpreter.subscriptions import close_all
from workflows.bpmn.interpreter.tokens import (
    clear,
    create,
    ended,
    finish,
    remove,
    take,
    terminate,
    undo_next,
)
from workflows.bpmn.interpreter.turn import Stuck, Turn
from workflows.bpmn.interpreter.variables import apply_inputs
from workflows.bpmn.program import MultiInstance, TerminateDefinition


def carry_out(turn: Turn, op: Op, instance: Instance) -> None:
    """Carry out one lifecycle command, or park its element with an incident."""
    act, phases = _COMMANDS[op]
    if instance.phase not in phases or _is_parked(turn, op, instance):
        return
    turn.item = (op, instance.key)
    try:
        act(turn, instance)
    except Stuck as stuck:
        instance.read = None  # what is tried again reads again
        open_incident(turn, instance, turn.item, stuck.code, stuck.message)


def _is_parked(turn: Turn, op: Op, instance: Instance) -> bool:
    """Tell whether the very same command has stuck and waits to be issued again."""
    if not instance.incident or op == "terminate":
        return False
    return turn.state.incidents[instance.incident].item == (op, instance.key)


def activate(turn: Turn, instance: Instance) -> None:
    """ACTIVATING: data inputs, input mappings, then enter."""
    if instance.phase == "created":
        turn.spent += 1
        turn.advance(instance, "activating")
    node = turn.nodes[instance.node]
    data = node.data
    if data is not None and not (
        is_supplied(turn, data, instance) and is_read(turn, data, instance)
    ):
        return
    if instance.loop is not None:
        if node.before_all and listens(turn, instance, node.before_all):
            return
        enter_body(turn, node, instance)
        instance.read = None
        if node.before_all:
            instance.listened = 0
        return
    if data is not None:
        fill(turn, data, instance)
    apply_inputs(turn, instance)
    turn.item = ("enter", instance.key)
    enter(turn, instance)


def enter(turn: Turn, instance: Instance) -> None:
    """ACTIVATING to ACTIVATED: start listeners, subscriptions, then the work."""
    node = turn.nodes[instance.node]
    if node.start_listeners and listens(turn, instance, node.start_listeners):
        return
    BEHAVIOURS[node.kind].enter(turn, node, instance)
    if node.start_listeners and instance.phase == "activated":
        instance.listened = 0


def listens(turn: Turn, instance: Instance, listeners: tuple[int, ...]) -> bool:
    """Begin the next listener, if there is one: "blocking, in document order" (S34)."""
    if instance.children:
        return True
    if instance.listened == len(listeners):
        return False
    instance.listened += 1
    create(turn, turn.nodes[listeners[instance.listened - 1]], instance)
    return True


def complete(turn: Turn, instance: Instance) -> None:
    """ACTIVATED to COMPLETING: subscriptions close, output mappings, then leave."""
    node = turn.nodes[instance.node]
    if instance.phase == "activated":
        if instance.children or instance.taken or instance.gates:
            return
        _count_quiet(turn, instance)
        turn.advance(instance, "completing")
        if instance.waits:
            close_all(turn, instance)
    if node.data is not None:
        keep(turn, node.data, instance)
    if instance.loop is not None:
        settle_body(turn, node, instance)
    else:
        BEHAVIOURS[node.kind].settle(turn, instance)
        if node.data is not None:
            bring_out(turn, node, node.data, instance)
    turn.item = ("leave", instance.key)
    leave(turn, instance)


def _count_quiet(turn: Turn, instance: Instance) -> None:
    """Count: "10,000 without a wait state → incident" (S36); loops have a bound."""
    state = turn.state
    if instance.index != NOTHING and isinstance(turn.nodes[instance.node].loop, MultiInstance):
        return
    state.quiet += 1
    if state.quiet > ACTIVATIONS_WITHOUT_WAIT:
        raise Stuck(
            "step-budget-spent",
            f"More than {ACTIVATIONS_WITHOUT_WAIT} elements ran without a wait: an endless loop?",
        )


def leave(turn: Turn, instance: Instance) -> None:
    """COMPLETING to COMPLETED: end listeners, then choose the outgoing flows and take them."""
    if instance.children:  # data stores are being written to
        return
    node = turn.nodes[instance.node]
    ends = node.end_listeners if instance.loop is None else ()
    if ends and listens(turn, instance, ends):
        return
    if instance.index != NOTHING:
        leave_inner(turn, node, instance)
        return
    flows = BEHAVIOURS[node.kind].leave(turn, node, instance)
    tested = tested_inner(turn, instance) if node.in_ad_hoc and not instance.undoing else None
    turn.advance(instance, "completed")
    if node.is_compensable:
        remember(turn, node, instance)
    scope = instance.parent
    remove(turn, instance)
    if scope is None:
        finish(turn, instance, "completed")
        return
    if node.completion_quantity > 1:
        flows = tuple(flow for flow in flows for _ in range(node.completion_quantity))
    if node.kind == "adHocSteering":
        steered(turn, scope, instance.payload or {})
    elif node.kind == "dataStoreAccess":
        answered(scope, instance.payload or {})
    if tested is not None:
        go_on(turn, scope, tested, flows)
    else:
        _left(turn, instance, scope, flows)


def _left(turn: Turn, instance: Instance, scope: Instance, flows: tuple[int, ...]) -> None:
    """An element has left its scope: its token goes on, or ends there."""
    if flows:
        take(turn, scope, flows, instance.payload)
    if isinstance(turn.nodes[instance.node].event, TerminateDefinition):
        clear(turn, scope, COMPLETION)
    elif instance.undoing is not None:
        _undone(turn, instance.undoing, scope)
    elif not scope.children:
        ended(turn, scope)


def _undone(turn: Turn, undoing: Undoing, scope: Instance) -> None:
    """A compensation handler is done; the last one may have ended its transaction."""
    undo_next(turn, undoing)
    if not scope.children and scope.key in turn.state.instances:
        ended(turn, scope)


def run_loop(turn: Turn, instance: Instance) -> None:
    """Start what comes next in the body of a loop or an ad-hoc sub-process, or complete it."""
    node = turn.nodes[instance.node]
    if instance.loop is None:
        run_ad_hoc(turn, node, instance)
    else:
        run_body(turn, node, instance)


def throw_again(turn: Turn, instance: Instance) -> None:
    """Throw, or throw again: the error of a job, or what a throwing event throws next."""
    if instance.error is None:
        throw_part(turn, turn.nodes[instance.node], instance)
        return
    code, message = instance.error
    throw(turn, instance, code, message, instance.payload or {})


def watch_again(turn: Turn, instance: Instance) -> None:
    """Test the conditions that an instance waits for once more."""
    for number in instance.waits or ():
        wait = turn.state.waits[number]
        wait.is_stirred = wait.kind == "condition"


def work_again(turn: Turn, instance: Instance) -> None:
    """Ask once more for the work of an instance whose job failed."""
    node = turn.nodes[instance.node]
    if node.kind == "callActivity":
        reissue_call(turn, node, instance)
    elif node.ad_hoc is not None:
        steer(turn, node, instance)
    elif node.work is None:
        throw_part(turn, node, instance)
    else:
        reissue_work(turn, node, instance, turn.retries)


_EVERY: Final[tuple[Phase, ...]] = (
    "created", "activating", "activated", "completing", "terminating",
)  # fmt: skip

_COMMANDS: Final[Mapping[Op, tuple[Callable[[Turn, Instance], None], tuple[Phase, ...]]]] = {
    "activate": (activate, ("created", "activating")),
    "enter": (enter, ("activating",)),
    "complete": (complete, ("activated", "completing")),
    "leave": (leave, ("completing",)),
    "terminate": (terminate, _EVERY),
    "work": (work_again, ("activated",)),
    "throw": (throw_again, ("activated",)),
    "loop": (run_loop, ("activated",)),
    "watch": (watch_again, ("activated",)),
    "pass": (pass_on, ("activated",)),
}
"""Each command with the phases in which it is legal; in any other it is overtaken and dropped."""
