"""The life of a human task that has listeners: each step is theirs to decide about first.

A step (creating, assigning, updating, completing) is taken once all its listeners have answered,
one after the other; a task is locked meanwhile. A step that was denied leaves the task as it was.
"""

from dataclasses import replace

from workflows.bpmn.interpreter.behaviours.human import assignment, human_work, offer
from workflows.bpmn.interpreter.behaviours.protocol import activated
from workflows.bpmn.interpreter.commands import SettleChange
from workflows.bpmn.interpreter.state import Assignment, Instance, Passing, TaskEvent
from workflows.bpmn.interpreter.tokens import create, take_back
from workflows.bpmn.interpreter.turn import Turn
from workflows.bpmn.interpreter.variables import write_local
from workflows.bpmn.program import Node
from workflows.feel import Value


def enter_heard(turn: Turn, node: Node, instance: Instance) -> None:
    """Have listeners hear that a task is made, and whose it is; then offer it."""
    if instance.task is None:
        instance.task = assignment(turn, node, human_work(node), instance)
        instance.passing = Passing("creating", instance.task)
    while instance.passing is not None:
        if not _is_decided(turn, node, instance, instance.passing):
            return
        instance.passing = _after_creation(instance, instance.passing)
    activated(turn, node, instance)
    offer(turn, node, instance, instance.task)


def _after_creation(instance: Instance, passing: Passing) -> Passing | None:
    """A task that is made for somebody is assigned next."""
    if passing.event == "creating":
        instance.task = replace(passing.task, assignee=None)
        if passing.task.assignee is not None:
            return Passing("assigning", passing.task)
    elif not passing.is_denied:
        instance.task = passing.task
    return None


def asked(
    turn: Turn, instance: Instance, event: TaskEvent, task: Assignment, values: dict[str, Value]
) -> None:
    """Begin a step of an open task; it is locked until its listeners have decided."""
    take_back(turn, instance)
    instance.passing = Passing(event, task, values)
    turn.queue("pass", instance)


def pass_on(turn: Turn, instance: Instance) -> None:
    """Begin the next listener of a step, or take the step."""
    node, passing = turn.nodes[instance.node], instance.passing
    if passing is None or not _is_decided(turn, node, instance, passing):
        return
    instance.passing = None
    turn.commands.append(
        SettleChange(
            key=instance.key,
            event=passing.event,
            is_denied=passing.is_denied,
            reason=passing.reason,
        )
    )
    if passing.is_denied:
        _offer_again(turn, node, instance)
        return
    instance.task = passing.task
    if passing.event == "completing":
        instance.payload = passing.values
        turn.queue("complete", instance)
        return
    write_local(turn, instance, passing.values)
    _offer_again(turn, node, instance)


def _offer_again(turn: Turn, node: Node, instance: Instance) -> None:
    if instance.task is None:
        raise AssertionError(f"Expected {node.id} to have been offered, but it was not")
    offer(turn, node, instance, instance.task, again=True)


def _is_decided(turn: Turn, node: Node, instance: Instance, passing: Passing) -> bool:
    """Tell whether a step is decided about; if not, a listener is at work, or begins."""
    if instance.children:
        return False
    listeners = (node.task_listeners or {}).get(passing.event, ())
    if passing.is_denied or passing.begun == len(listeners):
        return True
    passing.begun += 1
    create(turn, turn.nodes[listeners[passing.begun - 1]], instance)
    return False


def event_of(turn: Turn, listener: Instance) -> str:
    """Return the step a listener hears of."""
    return turn.nodes[listener.node].id.rpartition("/")[2].rstrip("0123456789")


def told(turn: Turn, listener: Instance) -> dict[str, str]:
    """Tell a listener of the task, in the headers of its job."""
    task = listener.parent
    if task is None:
        return {}
    stands = task.passing.task if task.passing is not None else task.task
    headers = {"eventType": event_of(turn, listener), "userTaskKey": str(task.key)}
    if stands is not None:
        headers |= {
            "assignee": stands.assignee or "",
            "candidateGroups": ",".join(stands.candidate_groups),
            "candidateUsers": ",".join(stands.candidate_users),
            "dueDate": "" if stands.due is None else stands.due.isoformat(),
            "followUpDate": "" if stands.follow_up is None else stands.follow_up.isoformat(),
            "priority": str(stands.priority),
        }
    if task.passing is not None and task.passing.corrected:
        headers["changedAttributes"] = ",".join(task.passing.corrected)
    return headers
