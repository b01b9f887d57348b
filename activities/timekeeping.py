"""Closing the clocks of a case: met, breached, or stopped because nothing is owed any more."""

from activities.ports import Books
from activities.step import Job
from workflows.domain.clocks import ClockState


async def meet(books: Books, job: Job, *rule_ids: str) -> None:
    """What the clocks ran for is done: met, or breached when the strict end has passed."""
    for clock in await books.clocks.of_case(job.case_id):
        if clock.state == "RUNNING" and clock.deadline.rule_id in rule_ids:
            state: ClockState = "BREACHED" if clock.deadline.is_over(job.at) else "MET"
            await books.clocks.close(job.case_id, clock.deadline.rule_id, state, job.at)


async def stop(books: Books, job: Job) -> None:
    """Nothing is owed any more: every clock still running stops."""
    for clock in await books.clocks.of_case(job.case_id):
        if clock.state == "RUNNING":
            await books.clocks.close(job.case_id, clock.deadline.rule_id, "STOPPED", job.at)
