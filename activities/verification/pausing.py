"""``verification.pause_clock``, ``verification.resume_clock``: from notice to receipt it stands."""

from activities.errors import Refused
from activities.ports import Books
from activities.step import Done, Job, Local
from workflows.contracts.consent import ClockRequest, ClockResult
from workflows.domain.clocks import Clock, Deadline, Pause, resumed


async def _pause(job: Job, request: ClockRequest, books: Books) -> Done[ClockResult]:
    clock = await _clock(job, request, books)
    await books.clocks.pause(job.case_id, request.rule, job.at)
    return _shown(clock.deadline)


async def _resume(job: Job, request: ClockRequest, books: Books) -> Done[ClockResult]:
    clock = await _clock(job, request, books)
    if clock.paused_at is None:
        return _shown(clock.deadline)
    law = await books.packs.of_case(job.case_id)
    calendar = await books.calendars.load(law.pack.calendar)
    pause = Pause(since=clock.paused_at, until=job.at)
    limit = resumed(clock.deadline, law.clock(request.rule), pause, calendar, job.zone)
    await books.clocks.resume(job.case_id, limit, job.at)
    return _shown(limit)


async def _clock(job: Job, request: ClockRequest, books: Books) -> Clock:
    for clock in await books.clocks.of_case(job.case_id):
        if clock.deadline.rule_id == request.rule:
            return clock
    raise Refused("NO_CLOCKS", "The case was never taken in: it has no such clock.")


def _shown(limit: Deadline) -> Done[ClockResult]:
    return Done(
        result=ClockResult(accept_due=limit.due_strict, accept_due_on=limit.due_on),
        detail={"rule": limit.rule_id, "due": limit.due_strict},
    )


PAUSE = Local(run=_pause)
RESUME = Local(run=_resume)
