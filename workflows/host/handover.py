"""Work that a long run has put off is begun by the next one, before anything else happens.

The state says that it was asked for and the journal has it written down; what is left is to ask.
"""

from datetime import timedelta
from typing import Any, Final

from temporalio import workflow

from workflows.bpmn.interpreter import step
from workflows.bpmn.interpreter.occurrences import TaskFailed
from workflows.host.case import Case
from workflows.host.dispatch import carry_out
from workflows.host.record import write_commands, write_trail

AT_ONCE: Final = 500
"""So much is begun in one workflow task."""
BREATH: Final = timedelta(milliseconds=1)
"""A timer that ends the workflow task when a turn has spent its step budget (S36)."""


async def take_over(case: Case) -> None:
    """Begin what the run before has put off, in its order."""
    put_off, begun = case.waits.put_off, 0
    while put_off:
        _begin(case, *put_off[0])
        put_off.popleft()
        begun += 1
        if begun % AT_ONCE == 0:
            await workflow.sleep(BREATH, summary="taking over")


def _begin(case: Case, key: int, retries: int) -> None:
    """Ask for work once more, as after a failure that leaves retries."""
    asked_again = TaskFailed(at=case.now(), key=key, message="", retries=max(1, retries))
    case.encodings.forget()
    with workflow.unsafe.sandbox_unrestricted():
        turnout = step(case.program, case.state, asked_again)
    stuck: list[Any] = [one for one in turnout.commands if one.kind == "openIncident"]
    if stuck:
        write_trail(case, turnout.trail)
        write_commands(case, stuck)
    carry_out(case, turnout.commands)
