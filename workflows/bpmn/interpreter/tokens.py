"""Tokens: how they move along flows, wait at joins and leave their scope.

A token on a flow never lasts: taking a flow makes either an element instance at its target or a
count in ``taken``, so nothing is between two places when a turn ends.
"""

from collections.abc import Iterable

from workflows.bpmn.interpreter.commands import (
    CancelChild,
    CancelTask,
    CloseHumanTask,
    CloseIncident,
    Command,
    Finish,
)
from workflows.bpmn.interpreter.compensation import open_steps
from workflows.bpmn.interpreter.state import (
    CANCELLATION,
    COMPLETION,
    NOTHING,
    Instance,
    Loop,
    Undoing,
    WorkKind,
)
from workflows.bpmn.interpreter.subscriptions import close_all
from workflows.bpmn.interpreter.turn import Trace, Turn
from workflows.bpmn.program import CancelDefinition, Node
from workflows.feel import Value

# --- forward ----------------------------------------------------------------------------------


def create(
    turn: Turn, node: Node, scope: Instance, payload: dict[str, Value] | None = None
) -> Instance:
    """Put a token at a node: an element instance whose activation stands in the agenda."""
    state = turn.state
    key = state.next_key
    state.next_key = key + 1
    instance = Instance(key, node.index, scope)
    instance.payload = payload
    if node.loop is not None:
        instance.loop = Loop([], [])
    if scope.children is None:
        scope.children = {}
    scope.children[key] = instance
    state.instances[key] = instance
    state.agenda.append(("activate", key))
    return instance


def create_inner(turn: Turn, body: Instance, index: int, values: dict[str, Value]) -> Instance:
    """Put the token of one item into a multi-instance body."""
    instance = create(turn, turn.nodes[body.node], body)
    instance.loop = None
    instance.index = index
    instance.locals = values
    return instance


def take(
    turn: Turn, scope: Instance, flows: Iterable[int], payload: dict[str, Value] | None = None
) -> None:
    """Send a token down each flow, in the given order; it may carry what an event brought."""
    nodes = turn.nodes
    for index in flows:
        flow = turn.flows[index]
        turn.trail.append(Trace(flow.id, "sequenceFlow", "taken", 0, scope.key))
        target = nodes[flow.target]
        if target.join:
            _wait_at_join(turn, scope, target, index)
        else:
            create(turn, target, scope, payload)


def _wait_at_join(turn: Turn, scope: Instance, join: Node, flow: int) -> None:
    """Count the token; a parallel join fires at once when it may, others at rest."""
    taken = scope.taken
    if taken is None:
        taken = scope.taken = {}
    taken[flow] = taken.get(flow, 0) + 1
    turn.state.joining[scope.key] = None
    if join.join == "parallel":
        while is_satisfied(scope, join):
            fire_join(turn, scope, join)
    elif join.join == "quantity":
        _gather(turn, scope, join)


def _gather(turn: Turn, scope: Instance, activity: Node) -> None:
    """Begin an activity for every ``startQuantity`` tokens, whatever flows brought them (S9)."""
    taken = scope.taken or {}
    wanted = activity.start_quantity
    if sum(taken.get(flow, 0) for flow in activity.incoming) < wanted:
        return
    for flow in activity.incoming:
        used = min(wanted, taken.get(flow, 0))
        wanted -= used
        _consume(scope, flow, used)
    forget_empty_joins(turn, scope)
    create(turn, activity, scope)


def _consume(scope: Instance, flow: int, count: int) -> None:
    taken = scope.taken or {}
    left = taken.get(flow, 0) - count
    if left > 0:
        taken[flow] = left
    else:
        taken.pop(flow, None)


def is_satisfied(scope: Instance, join: Node) -> bool:
    """Tell whether a parallel join may fire: "every incoming flow has ≥ 1" (S3)."""
    taken = scope.taken
    if taken is None or len(taken) < len(join.incoming):
        return False
    return all(flow in taken for flow in join.incoming)


def fire_join(
    turn: Turn, scope: Instance, join: Node, flows: tuple[int, ...] | None = None
) -> Instance:
    """Consume one token from each incoming flow that has some, and go on behind the join."""
    for flow in join.incoming if flows is None else flows:
        _consume(scope, flow, 1)
    forget_empty_joins(turn, scope)
    return create(turn, join, scope)


def forget_empty_joins(turn: Turn, scope: Instance) -> None:
    """Forget a scope's joins once no token waits there, and no gateway waits for reset."""
    if not scope.taken:
        scope.taken = None
        if not scope.gates:
            turn.state.joining.pop(scope.key, None)


def forget_joins(turn: Turn, scope: Instance) -> None:
    """Drop the tokens that wait at joins of a scope: "counters die with the scope instance"."""
    if scope.taken is not None or scope.gates is not None:
        scope.taken = None
        if scope.gates is not None:
            scope.gates = None
        turn.state.joining.pop(scope.key, None)


# --- work that is out -------------------------------------------------------------------------


def hand_out(turn: Turn, instance: Instance, work: WorkKind, name: str) -> None:
    """Note that the host was asked for work and owes an answer."""
    if not instance.work:
        turn.state.busy += 1
    instance.work = work
    instance.work_name = name


def take_back(turn: Turn, instance: Instance) -> None:
    """Note that the answer came, or that none is wanted any more."""
    if instance.work:
        turn.state.busy -= 1
        instance.work = ""
        instance.work_name = ""


def _withdrawal(instance: Instance) -> Command | None:
    match instance.work:
        case "job":
            return CancelTask(key=instance.key)
        case "userTask":
            return CloseHumanTask(key=instance.key)
        case "child":
            return CancelChild(key=instance.key)
        case "message" | "signal" | "escalation" | "":
            return None


def close_incident(turn: Turn, instance: Instance) -> None:
    """Close the incident of an instance that goes on or ends."""
    if instance.incident:
        del turn.state.incidents[instance.incident]
        turn.commands.append(CloseIncident(incident=instance.incident))
        instance.incident = 0


# --- ends -------------------------------------------------------------------------------------


def remove(turn: Turn, instance: Instance) -> None:
    """Take a finished instance out of the tree; nothing of it remains."""
    if instance.incident:
        close_incident(turn, instance)
    if instance.taken is not None or instance.gates is not None:
        forget_joins(turn, instance)
    del turn.state.instances[instance.key]
    if instance.parent is not None and instance.parent.children is not None:
        del instance.parent.children[instance.key]


def terminate(turn: Turn, instance: Instance) -> None:
    """End an instance bottom-up: its children first, before anything else happens."""
    if instance.phase == "created":
        _leave_unseen(turn, instance)
        return
    listeners = turn.nodes[instance.node].cancel_listeners
    if instance.phase != "terminating":
        if listeners:
            instance.listened = 0 if _is_missed(turn, instance) else len(listeners)
        turn.advance(instance, "terminating")
        close_all(turn, instance)
        withdrawal = _withdrawal(instance)
        if withdrawal is not None:
            turn.commands.append(withdrawal)
        take_back(turn, instance)
        close_incident(turn, instance)
        forget_joins(turn, instance)
    if instance.children:
        if not listeners or not any(one.node in listeners for one in instance.children.values()):
            terminate_children(turn, instance)
    elif instance.listened < len(listeners):
        instance.listened += 1
        create(turn, turn.nodes[listeners[instance.listened - 1]], instance)
    else:
        _terminated(turn, instance)


def _is_missed(turn: Turn, instance: Instance) -> bool:
    """Tell whether listeners hear of this end: of a process, or a human task people knew (S34)."""
    if turn.nodes[instance.node].kind == "process":
        return instance.error is None
    is_known = instance.work == "userTask" or instance.passing is not None
    return is_known and instance.phase == "activated"


def terminate_children(turn: Turn, scope: Instance) -> None:
    """Put the end of every child before all else in the agenda, the oldest first."""
    for child in reversed((scope.children or {}).values()):
        turn.queue_first("terminate", child)


def _terminated(turn: Turn, instance: Instance) -> None:
    turn.advance(instance, "terminated")
    remove(turn, instance)
    scope = instance.parent
    if scope is None:
        finish(turn, instance, "terminated")
        return
    if instance.then >= 0 and scope.phase != "terminating":
        catcher = turn.nodes[instance.then]
        if catcher.kind == "boundaryEvent":
            create(turn, catcher, scope, instance.payload)
    if scope.loop is not None:
        scope.loop.terminated += 1
    if instance.undoing is not None and scope.phase == "activated" and scope.then == NOTHING:
        undo_next(turn, instance.undoing)
        if scope.key not in turn.state.instances:
            return
    ended(turn, scope, by_termination=True)


def _leave_unseen(turn: Turn, instance: Instance) -> None:
    """A token whose activation never began goes without a trace."""
    remove(turn, instance)
    if instance.parent is not None:
        ended(turn, instance.parent, by_termination=True)


def clear(turn: Turn, scope: Instance, then: int, payload: dict[str, Value] | None = None) -> None:
    """Terminate everything in a scope, for what follows.

    That starts "only after the last child is terminated" (S15): an event sub-process, or the
    scope's completion.
    """
    scope.then = then
    scope.payload = payload
    forget_joins(turn, scope)
    if scope.children:
        terminate_children(turn, scope)
    else:
        ended(turn, scope, by_termination=True)


def ended(turn: Turn, scope: Instance, *, by_termination: bool = False) -> None:
    """A token left the scope; when it was the last one, the scope goes on (S14)."""
    if scope.children:
        return
    if scope.phase == "terminating":
        turn.queue_first("terminate", scope)
    elif scope.phase != "activated":
        _listened(turn, scope)
    elif scope.then != NOTHING:
        _follow(turn, scope)
    elif scope.passing is not None:
        turn.queue("pass", scope)
    elif scope.loop is not None or turn.nodes[scope.node].ad_hoc is not None:
        turn.queue("loop", scope)
    elif not scope.taken and not scope.gates:
        turn.queue("terminate" if by_termination else "complete", scope)


def _listened(turn: Turn, instance: Instance) -> None:
    """A listener, or a wait for data, has ended; the element goes on where it stood (S34, S31)."""
    if instance.phase == "activating":
        is_in = (instance.listened or instance.passing is not None) and instance.loop is None
        turn.queue("enter" if is_in else "activate", instance)
    elif instance.phase == "completing":
        turn.queue("leave", instance)


def _follow(turn: Turn, scope: Instance) -> None:
    then, scope.then = scope.then, NOTHING
    payload, scope.payload = scope.payload, None
    if then == COMPLETION:
        scope.payload = payload
        turn.queue("complete", scope)
        return
    if then == CANCELLATION:
        undo_next(turn, Undoing(scope.key, open_steps(turn, [scope])))
        return
    start = turn.nodes[then]
    create(turn, turn.nodes[start.scope], scope, payload)


# --- compensation -----------------------------------------------------------------------------


def undo_next(turn: Turn, undoing: Undoing) -> None:
    """Run the next handler, in "strict reverse order of completion", or end the compensation."""
    instances = turn.state.instances
    while undoing.steps:
        step = undoing.steps.pop()
        scope = instances.get(step.scope)
        if scope is None or scope.phase != "activated":
            continue
        handler = create(turn, turn.nodes[step.handler], scope)
        handler.undoing = undoing
        handler.memory = step.memory or None
        handler.entries = step.inner or None
        return
    thrower = instances.get(undoing.thrower)
    if thrower is None:
        return
    edge = _cancel_event(turn, thrower)
    if edge is None:
        thrown(turn, thrower)
        return
    thrower.then = edge
    terminate(turn, thrower)


def _cancel_event(turn: Turn, transaction: Instance) -> int | None:
    """Find where a transaction is left that has been cancelled (S21)."""
    for index in turn.nodes[transaction.node].boundary:
        if any(isinstance(one, CancelDefinition) for one in turn.nodes[index].catches):
            return index
    return None


def thrown(turn: Turn, instance: Instance) -> None:
    """A throwing event has thrown one thing: "all definitions in document order" (S28)."""
    instance.part += 1
    more = instance.part < len(turn.nodes[instance.node].throws)
    turn.queue("throw" if more else "complete", instance)


# --- the end of the process -------------------------------------------------------------------


def finish(turn: Turn, root: Instance, outcome: str) -> None:
    """The process instance has ended; say so to the host."""
    state = turn.state
    state.agenda.clear()
    state.root = None
    error, payload = root.error, root.payload
    if outcome == "terminated" and error is not None:
        state.outcome = "error"
        turn.commands.append(
            Finish(
                outcome="error",
                variables=payload or {},
                error_code=error[0],
                error_message=error[1],
            )
        )
        return
    state.outcome = "completed" if outcome == "completed" else "terminated"
    turn.commands.append(Finish(outcome=state.outcome, variables=root.locals or {}))
