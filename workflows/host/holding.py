"""Work that operations let stand still: it is tried when they let it go on.

An in-house activity tells it by its failure; work of others is not sent out while the last receipt
of the journal said so. Such work is a wait with a name, and goes on by the order that lets the
process, the type of work or the system go on.
"""

from temporalio import workflow

from workflows.bpmn.interpreter.commands import RunTask
from workflows.host.case import Case

_FOR = "held"


def source_of(case: Case, command: RunTask) -> str | None:
    """Return what stands still that this work would begin."""
    own = (f"process:{case.input.process_id}", f"activity:{command.type}")
    return next((source for source in own if source in case.standing), None)


async def stand(case: Case, command: RunTask, source: str) -> None:
    """Wait until it may go on; the case comes to rest meanwhile."""
    key, job = command.key, case.jobs[command.key]
    case.held[key] = source
    data = {"for": _FOR, "source": source, "type": command.type}
    case.note("waitOpened", (command.element, command.name or command.element, key), data)
    runs = job.runs
    job.runs = "held" if runs == "local" else runs
    await workflow.wait_condition(lambda: key not in case.held and not case.is_suspended)
    job.runs = runs


def let_go(case: Case, source: str) -> int:
    """Let the work go on that stands still by a source; returns how much that is."""
    case.standing -= {source}
    keys = [key for key, held in case.held.items() if held == source]
    for key in keys:
        forget(case, key, "resumed")
    return len(keys)


def forget(case: Case, key: int, why: str) -> None:
    """Work stands still no more: it goes on, or is not wanted any more."""
    if case.held.pop(key, None) is not None:
        job = case.jobs.get(key)
        place = (None, None, key) if job is None else (job.element, job.name, key)
        case.note("waitClosed", place, {"for": _FOR, "why": why})
