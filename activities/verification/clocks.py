"""The clocks of a case, as the model reads them."""

from collections.abc import Sequence
from datetime import datetime

from activities.ports import Books
from activities.step import Job
from workflows.contracts.verification import Clocks
from workflows.domain.clocks import Clock, Deadline, deadline

_OF_THE_LAW = ("K-SUR", "K-REI")
"""Limits of law on an item itself: a case has one at most."""


async def compute(
    books: Books, job: Job, rule_ids: Sequence[str], started_at: datetime
) -> list[Deadline]:
    """Compute when limits that start at an instant warn and end."""
    law = await books.packs.of_case(job.case_id)
    calendar = await books.calendars.load(law.pack.calendar)
    return [deadline(law.clock(each), started_at, calendar, job.zone) for each in rule_ids]


async def start(books: Books, job: Job, deadlines: Sequence[Deadline]) -> None:
    """Start clocks for the case."""
    for each in deadlines:
        await books.clocks.start(Clock(case_id=job.case_id, deadline=each))


def shown(deadlines: Sequence[Deadline]) -> Clocks:
    """Show the clocks: alarms run on the strict ends, which no rest day moves."""
    by_rule = {each.rule_id: each for each in deadlines}
    accept, one_notice = by_rule["K-ACC"], by_rule["K-ONE"]
    law = next((by_rule[rule] for rule in _OF_THE_LAW if rule in by_rule), None)
    complete = by_rule.get("K-DO")
    return Clocks(
        accept_due=accept.due_strict,
        accept_due_on=accept.due_on,
        accept_warn=accept.warn_at,
        one_notice_due=one_notice.due_strict,
        one_notice_due_on=one_notice.due_on,
        law_due=law.due_strict if law else None,
        law_due_on=law.due_on if law else None,
        law_warn=law.warn_at if law else None,
        complete_due=complete.due_strict if complete else None,
        complete_due_on=complete.due_on if complete else None,
        complete_warn=complete.warn_at if complete else None,
        provisional=any(each.provisional for each in deadlines),
    )
