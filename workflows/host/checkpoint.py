"""State in and out of continue-as-new: only at rest, with nothing under way."""

from typing import Any, NoReturn

from temporalio import workflow

from workflows.bpmn.interpreter import dump
from workflows.host import suspension
from workflows.host.case import Case
from workflows.host.record import iso


def is_wanted(case: Case) -> bool:
    """Tell whether the run has done something, and has grown long enough to hand over."""
    info, limits = workflow.info(), case.input.limits
    return case.turns > 0 and (
        info.is_continue_as_new_suggested()
        or info.get_current_history_length() >= limits.events
        or info.get_current_history_size() >= limits.size
        or case.updates >= limits.updates
    )


def is_due(case: Case) -> bool:
    """Tell whether the run should and can hand over now.

    Work under way belongs to this run (a new run would not hear its answer), so the hand-over waits
    for it; so do handlers that have not answered.
    """
    return (
        not case.jobs
        and not case.ending
        and not case.backlog
        and not case.still.deferred
        and not case.still.tellings
        and not case.has_news
        and case.journal.is_acknowledged
        and workflow.all_handlers_finished()
        and is_wanted(case)
    )


def carried(case: Case) -> dict[str, Any]:
    """Give what the next run takes over."""
    return {
        "state": dump(case.state),
        "written": case.journal.last,
        "written_at": iso(case.journal.last_at),
        "waits": case.waits.carry(),
        "requests": case.requests.carry(),
        "incidents": {str(key): list(place) for key, place in case.incidents.items()},
        "heard": dict(case.heard),
        "shows_incident": case.shows_incident,
        **suspension.carried(case),
        **_origins(case),
    }


def _origins(case: Case) -> dict[str, Any]:
    """What a migration has renamed and still lives; nothing of a case that was never migrated."""
    kept = {str(key): one for key, one in case.origins.items() if key in case.state.instances}
    return {"origins": kept} if kept else {}


def continue_as_new(case: Case) -> NoReturn:
    """End this run; the same case goes on in the next."""
    given = case.input.model_copy(update={"variables": {}, "carried": carried(case)})
    workflow.continue_as_new(given)
