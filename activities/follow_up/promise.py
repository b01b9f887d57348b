"""What a delay notice tells beyond the limit that was missed: how far the case is, and by when."""

from datetime import date

from activities.lawful import calendar_of
from activities.ports import Books
from activities.step import Job
from workflows.contracts.follow_up import DelayFacts
from workflows.domain.case import Case
from workflows.domain.clocks import Clock, Deadline
from workflows.domain.jurisdiction import UnknownRule
from workflows.domain.new_day import NEW_DAY_RULE, new_day, new_day_of


async def with_promise(job: Job, books: Books, case: Case, facts: DelayFacts) -> DelayFacts:
    """Add the progress, and the day promised; the promise runs as a clock before it is told."""
    promised = await _promised(job, books, facts.due_on)
    return facts.model_copy(
        update={
            "progress": case.status,
            "expected_on": None if promised is None else promised.due_on,
        }
    )


async def _promised(job: Job, books: Books, missed_on: date | None) -> Deadline | None:
    """Promise once for each limit; None: the notice names none, or its law promises nothing."""
    known = await books.clocks.of_case(job.case_id)
    running = {each.deadline.rule_id: each for each in known if each.state == "RUNNING"}
    missed = next((each for each in running.values() if each.deadline.due_on == missed_on), None)
    if missed is None:
        return None
    told = running.get(new_day_of(missed.deadline.rule_id))
    if told is not None:
        return told.deadline
    law = await books.packs.of_case(job.case_id)
    try:
        rule = law.clock(NEW_DAY_RULE)
    except UnknownRule:
        return None
    limit = new_day(missed.deadline, rule, job.at, await calendar_of(books, job), job.zone)
    await books.clocks.start(Clock(case_id=job.case_id, deadline=limit))
    return limit
