"""What a run waits for: its open work, timers, messages and incidents, for a reader."""

from datetime import datetime
from typing import Literal, NamedTuple

from workflows.bpmn.interpreter.state import State
from workflows.bpmn.program import Program

WaitsFor = Literal["job", "userTask", "timer", "message", "signal", "condition", "child"]


class Waiting(NamedTuple):
    """One thing a run waits for."""

    element: str
    waits_for: WaitsFor
    name: str
    """Job type, name of a message or signal, text of a timer or condition, called process."""
    key: int
    """Key of the element instance that waits."""
    wait: int = 0
    """For whatever is subscribed to."""
    correlation_key: str = ""
    due: datetime | None = None


def waiting(program: Program, state: State) -> list[Waiting]:
    """List what a run waits for, oldest first."""
    found = [
        Waiting(program.nodes[one.node].id, one.work, one.work_name, one.key)
        for one in state.instances.values()
        if one.work in ("job", "userTask", "child")
    ]
    found += [
        Waiting(
            program.nodes[wait.node].id,
            wait.kind,
            wait.name,
            wait.owner,
            wait.id,
            wait.key,
            wait.due,
        )
        for wait in state.waits.values()
        if wait.kind != "offer"  # one need not take it up: it is told by the host
    ]
    return found
