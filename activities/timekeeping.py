"""Closing the clocks of a case: met, breached, or stopped because nothing is owed any more."""

from activities.ports import Books
from activities.step import Job
from workflows.domain import findings
from workflows.domain.clocks import Clock, ClockState
from workflows.domain.new_day import new_day_of

_TOLD_BY_ITS_MODEL = frozenset(("K-ORP",))
"""Limits whose model records a breach under a reason of its own, after the clock has closed."""


async def meet(books: Books, job: Job, *rule_ids: str) -> None:
    """What the clocks ran for is done: met, or breached when the strict end has passed.

    With them the days promised where they had been missed.
    """
    met = {*rule_ids, *map(new_day_of, rule_ids)}
    for clock in await books.clocks.of_case(job.case_id):
        if clock.state == "RUNNING" and clock.deadline.rule_id in met:
            await _close(books, job, clock, "MET")


async def stop(books: Books, job: Job, *rule_ids: str) -> None:
    """Nothing is owed any more: these clocks, or all, stop that still run; a breach stays one."""
    for clock in await books.clocks.of_case(job.case_id):
        if clock.state == "RUNNING" and (not rule_ids or clock.deadline.rule_id in rule_ids):
            await _close(books, job, clock, "STOPPED")


async def _close(books: Books, job: Job, clock: Clock, in_time: ClockState) -> None:
    """Close a clock; what was missed is on record, whoever has watched."""
    rule = clock.deadline.rule_id
    if not clock.deadline.is_over(clock.paused_at or job.at):
        await books.clocks.close(job.case_id, rule, in_time, job.at)
        return
    await books.clocks.close(job.case_id, rule, "BREACHED", job.at)
    breach = findings.missed(job.case_id, rule, job.at, job.element)
    known = await books.anomalies.of_case(job.case_id)
    if rule not in _TOLD_BY_ITS_MODEL and all(each.reason != breach.reason for each in known):
        await books.anomalies.record(breach)
