"""How a case stands, for those who look at it in Temporal's own UI."""

from collections.abc import Iterator
from itertools import islice

from temporalio import workflow
from temporalio.common import SearchAttributeKey

from workflows.contracts.routing import SEARCH_INCIDENT
from workflows.host.case import Case

LONGEST: int = 4_000
"""Characters of details."""

SHOWN: int = 20
"""Jobs named in details."""


def show(case: Case) -> None:
    """Renew the details; upsert the search attribute only when incidents come or are all gone."""
    workflow.set_current_details("\n".join(_lines(case))[:LONGEST])
    has_incident = bool(case.incidents)
    if has_incident != case.shows_incident:
        case.shows_incident = has_incident
        key = SearchAttributeKey.for_bool(SEARCH_INCIDENT)
        workflow.upsert_search_attributes([key.value_set(has_incident)])


def _lines(case: Case) -> Iterator[str]:
    yield f"**{case.program.name or case.program.process_id}** v{case.input.version}"
    for one in case.still.reasons.values():
        yield f"- **suspended** since {one.since.isoformat(timespec='seconds')}"
    for incident, (element, name) in case.incidents.items():
        yield f"- incident {incident} at **{name}** (`{element}`)"
    for task in case.waits.tasks.values():
        yield f"- task {task.key}: **{task.name}** (`{task.element}`)"
    for job in islice(case.jobs.values(), SHOWN):
        held = case.held.get(job.key)
        how = f"held, {held} stands still" if held else "running"
        yield f"- {how}: **{job.name or job.element}** (`{job.element}`)"
    more = len(case.jobs) + len(case.backlog) - SHOWN
    if more > 0:
        yield f"- and {more} more jobs, running or to come"
    for heard in case.waits.messages.values():
        yield f"- waits for message `{heard.message}` (`{heard.element}`)"
    for hearing in case.waits.signals.values():
        yield f"- listens for signal `{hearing.signal}` (`{hearing.element}`)"
    for timer in case.waits.timers.values():
        due = timer.due.isoformat(timespec="seconds")
        yield f"- waits until {due}: **{timer.name}** (`{timer.element}`)"
