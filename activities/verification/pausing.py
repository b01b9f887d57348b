"""``verification.pause_clock``, ``verification.resume_clock``: from notice to receipt it stands.

With the clock stands the new day that was promised where its limit had been missed.
"""

from activities.errors import Refused
from activities.ports import Books
from activities.step import Done, Job, Local
from workflows.contracts.consent import ClockRequest, ClockResult
from workflows.domain.clocks import Clock, Deadline, Pause, resumed
from workflows.domain.new_day import NEW_DAY_RULE, new_day_of


async def _pause(job: Job, request: ClockRequest, books: Books) -> Done[ClockResult]:
    clock = await _clock(job, request, books)
    for rule in (request.rule, new_day_of(request.rule)):
        await books.clocks.pause(job.case_id, rule, job.at)
    return _shown(clock.deadline)


async def _resume(job: Job, request: ClockRequest, books: Books) -> Done[ClockResult]:
    clock = await _clock(job, request, books)
    promised = await _known(job, new_day_of(request.rule), books)
    if promised is not None:
        await _goes_on(job, promised, NEW_DAY_RULE, books)
    return _shown(await _goes_on(job, clock, request.rule, books))


async def _goes_on(job: Job, clock: Clock, rule: str, books: Books) -> Deadline:
    """Where a clock ends now; one that does not stand still ends where it did."""
    if clock.paused_at is None:
        return clock.deadline
    law = await books.packs.of_case(job.case_id)
    calendar = await books.calendars.load(law.pack.calendar)
    pause = Pause(since=clock.paused_at, until=job.at)
    limit = resumed(clock.deadline, law.clock(rule), pause, calendar, job.zone)
    await books.clocks.resume(job.case_id, limit, job.at)
    return limit


async def _clock(job: Job, request: ClockRequest, books: Books) -> Clock:
    clock = await _known(job, request.rule, books)
    if clock is None:
        raise Refused("NO_CLOCKS", "The case was never taken in: it has no such clock.")
    return clock


async def _known(job: Job, rule_id: str, books: Books) -> Clock | None:
    known = await books.clocks.of_case(job.case_id)
    return next((each for each in known if each.deadline.rule_id == rule_id), None)


def _shown(limit: Deadline) -> Done[ClockResult]:
    return Done(
        result=ClockResult(accept_due=limit.due_strict, accept_due_on=limit.due_on),
        detail={"rule": limit.rule_id, "due": limit.due_strict},
    )


PAUSE = Local(run=_pause)
RESUME = Local(run=_resume)
