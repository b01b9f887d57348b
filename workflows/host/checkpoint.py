"""State in and out of continue-as-new: only at rest, with nothing under way.

A run that is never without work comes to rest nonetheless: when it has grown long, the next work is
put off where nothing else is under way, and all that is to begin once it has grown far too long.
What was put off goes over to the next run (``handover``).
"""

from typing import Any, Final, NoReturn

from temporalio import workflow

from workflows.bpmn.interpreter import dump
from workflows.host import suspension
from workflows.host.case import Case
from workflows.host.record import iso

OVER_LONG: Final = 15
"""So many times the events after which a run should hand over: then whatever begins is put off."""
GOES_OVER: Final = "work-goes-over"


def puts_off(case: Case) -> bool:
    """Tell whether work that is to begin now is left to the next run."""
    if not case.hands_over and _is_long(case) and _may_go_over(case):
        case.hands_over = workflow.patched(GOES_OVER)
    return case.hands_over


def reconsider(case: Case) -> None:
    """Let what was put off begin here after all, if nothing can go over now."""
    case.hands_over = case.hands_over and _may_go_over(case)


def _is_long(case: Case) -> bool:
    if not case.jobs and not case.backlog:
        return is_wanted(case)
    events = workflow.info().get_current_history_length()
    return case.turns > 0 and events >= OVER_LONG * case.input.limits.events


def _may_go_over(case: Case) -> bool:
    """Tell whether nothing stands in the way but what ends by itself."""
    still = case.still
    is_free = not (case.ending or still.deferred or still.tellings or case.is_suspended)
    return is_free and case.finish is None and workflow.all_handlers_finished()


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
        and case.still.undoing is None
        and (case.hands_over or not case.backlog)
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
        "waits": {**case.waits.carry(), **_put_off(case)},
        "requests": case.requests.carry(),
        "incidents": {str(key): list(place) for key, place in case.incidents.items()},
        "heard": dict(case.heard),
        "shows_incident": case.shows_incident,
        **suspension.carried(case),
        **_origins(case),
    }


def _put_off(case: Case) -> dict[str, Any]:
    """What the next run begins: by key, with the retries it has."""
    if not case.backlog:
        return {}
    retries = {key: getattr(one, "retries", 1) for key, one in case.backlog.items()}
    detours = {str(key): queue for key, queue in case.waits.detours.items()}
    return {"put_off": [list(one) for one in retries.items()], "detours": detours}


def _origins(case: Case) -> dict[str, Any]:
    """What a migration has renamed and still lives; nothing of a case that was never migrated."""
    kept = {str(key): one for key, one in case.origins.items() if key in case.state.instances}
    return {"origins": kept} if kept else {}


def continue_as_new(case: Case) -> NoReturn:
    """End this run; the same case goes on in the next."""
    given = case.input.model_copy(update={"variables": {}, "carried": carried(case)})
    workflow.continue_as_new(given)
