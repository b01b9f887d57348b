"""``verification.start_clocks``: time limits of law that begin in the middle of a case."""

from activities.ports import Books
from activities.step import Done, Job, Local
from activities.verification import clocks
from workflows.contracts.claim import LimitDue, StartClocksRequest, StartClocksResult


async def _start(job: Job, request: StartClocksRequest, books: Books) -> Done[StartClocksResult]:
    deadlines = await clocks.compute(books, job, request.rules, job.at)
    await clocks.start(books, job, deadlines)
    return Done(
        result=StartClocksResult(
            limits=tuple(
                LimitDue(rule=each.rule_id, due=each.due_strict, due_on=each.due_on)
                for each in deadlines
            )
        ),
        detail={each.rule_id: each.due_strict for each in deadlines},
    )


START_CLOCKS = Local(run=_start)
