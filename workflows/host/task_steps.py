"""Human tasks whose listeners have a say: an act is answered when they have decided about it.

A completion, or a change of hands, that the registry has accepted goes to the interpreter as
something asked for; the task is locked until its listeners have answered. What they deny opens the
task as it was, and the person is refused.
"""

from dataclasses import dataclass
from typing import Final

from workflows.bpmn.interpreter.commands import SettleChange
from workflows.contracts.human_task import TaskAct, TaskReceipt
from workflows.host.case import Act, Case
from workflows.host.requests import refusal

DENIED: Final = "DENIED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who waits for the listeners of a task, and what is answered when they agree."""

    order: Act
    receipt: TaskReceipt


def hears(case: Case, element: str, event: str) -> bool:
    """Tell whether a step in the life of an element's tasks has listeners."""
    listeners = case.program.nodes[case.program.ids[element]].task_listeners
    return bool(listeners and listeners.get(event))


def is_locked(case: Case, key: int) -> bool:
    """Tell whether listeners are deciding about a task."""
    instance = case.state.instances.get(key)
    return instance is not None and instance.passing is not None


def settle(case: Case, asked: Asked | None, command: SettleChange) -> None:
    """Answer who has asked for a step that is decided about now."""
    if command.event == "completing" and not command.is_denied:
        case.waits.tasks.pop(command.key, None)
    if asked is None:
        return
    act: TaskAct = asked.order.act
    if not command.is_denied:
        asked.order.reply.accept(asked.receipt, case.journal.last)
        return
    case.requests.forget(act.request_id)
    told = command.reason or "A listener of the task denied it."
    asked.order.reply.refuse(refusal(DENIED, told), case.journal.last)
