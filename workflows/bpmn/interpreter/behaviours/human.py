"""Work for a person: who may do it, until when, and what is shown."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from workflows.bpmn.interpreter.behaviours.protocol import activated
from workflows.bpmn.interpreter.commands import OpenHumanTask
from workflows.bpmn.interpreter.state import Assignment, Instance
from workflows.bpmn.interpreter.tokens import hand_out
from workflows.bpmn.interpreter.turn import Stuck, Turn
from workflows.bpmn.interpreter.variables import evaluate_text, visible, work_variables
from workflows.bpmn.program import Human, Node, Text
from workflows.bpmn.timers import TimerError, first_firing, timer_of
from workflows.feel import Value

HIGHEST_PRIORITY = 100

Scope = Mapping[str, Value]


def enter_human(turn: Turn, node: Node, work: Human, instance: Instance) -> None:
    """Offer the task to people and wait for one of them."""
    task = assignment(turn, node, work, instance)
    activated(turn, node, instance)
    offer(turn, node, instance, task)


def offer_human_task(turn: Turn, node: Node, work: Human, instance: Instance) -> None:
    """Offer the task once more, its attributes evaluated again, or as its listeners left them."""
    offer(turn, node, instance, instance.task or assignment(turn, node, work, instance), again=True)


def offer(
    turn: Turn, node: Node, instance: Instance, task: Assignment, *, again: bool = False
) -> None:
    """Offer a task to people."""
    work = human_work(node)
    variables = work_variables(node, instance)
    hand_out(turn, instance, "userTask", node.id)
    turn.commands.append(
        OpenHumanTask(
            key=instance.key,
            element=node.id,
            name=node.name,
            assignee=task.assignee,
            candidate_groups=task.candidate_groups,
            candidate_users=task.candidate_users,
            due=task.due,
            follow_up=task.follow_up,
            priority=task.priority,
            form=work.form,
            headers=work.headers,
            variables=variables,
            again=again,
        )
    )
    detail: dict[str, object] = {"headers": work.headers, "variables": variables}
    turn.note(instance, "userTask", {**detail, "groups": list(task.candidate_groups)})


def human_work(node: Node) -> Human:
    """Return what a user task asks of people."""
    if not isinstance(node.work, Human):
        raise TypeError(f"Expected a user task, but {node.id} is a {node.kind}")
    return node.work


def assignment(turn: Turn, node: Node, work: Human, instance: Instance) -> Assignment:
    """Evaluate what a task is offered with."""
    scope = visible(instance)
    return Assignment(
        _name(turn, node, work.assignee, scope),
        _names(turn, node, work.candidate_groups, scope),
        _names(turn, node, work.candidate_users, scope),
        _moment(turn, node, work.due_date, scope),
        _moment(turn, node, work.follow_up_date, scope),
        _priority(turn, node, work.priority, scope),
    )


def _name(turn: Turn, node: Node, text: Text | None, scope: Scope) -> str | None:
    """An assignee that is null is nobody: the task is offered."""
    if text is None:
        return None
    value, _ = evaluate_text(turn, text, scope, "Assignee")
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise Stuck("assignment-invalid", f"The assignee of '{node.id}' is no text.")
    return value


def _names(turn: Turn, node: Node, text: Text | None, scope: Scope) -> tuple[str, ...]:
    """Read candidates: "FEEL (a list …) or static comma-separated text" (bpmn.md, 3)."""
    if text is None:
        return ()
    value, reason = evaluate_text(turn, text, scope, "Candidates")
    if isinstance(value, str):
        return tuple(name.strip() for name in value.split(",") if name.strip())
    if isinstance(value, list):
        names = [name for name in value if isinstance(name, str)]
        if len(names) == len(value):
            return tuple(names)
    raise Stuck(
        "assignment-invalid", f"The candidates of '{node.id}' are no list of texts{reason}."
    )


def _moment(turn: Turn, node: Node, text: Text | None, scope: Scope) -> datetime | None:
    """Read a date: "not valid → incident" (bpmn.md, 3); null is no date."""
    if text is None:
        return None
    value, reason = evaluate_text(turn, text, scope, "Schedule")
    if value is None and not reason:
        return None
    try:
        return first_firing(timer_of("date", value), turn.now, turn.state.zone).due
    except TimerError as error:
        raise Stuck("schedule-invalid", f"The schedule of '{node.id}': {error}{reason}") from None


def _priority(turn: Turn, node: Node, text: Text, scope: Scope) -> int:
    value, reason = evaluate_text(turn, text, scope, "Priority")
    return priority_of(value, f"The priority of '{node.id}'{reason}")


def priority_of(value: Value, what: str) -> int:
    """Read a priority, or stick: "out of range → incident" (bpmn.md, 3)."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        value = Decimal(value.strip())
    if isinstance(value, Decimal) and 0 <= value <= HIGHEST_PRIORITY and value % 1 == 0:
        return int(value)
    told = f"{what} is no whole number from 0 to {HIGHEST_PRIORITY}."
    raise Stuck("priority-invalid", told)
