"""``execution.debit_returned``: a debit is back from the bank, and the book's mark goes."""

from dataclasses import replace

from activities.debiting import DEBIT_IN_FLIGHT
from activities.execution.quoting import find_policy
from activities.ports import Books
from activities.step import Done, Job, Local
from workflows.contracts.collecting import DebitReturnedRequest, DebitReturnedResult


async def _debit_returned(
    job: Job, request: DebitReturnedRequest, books: Books
) -> Done[DebitReturnedResult]:
    """The book's own mark goes with a report from outside; collections of cases are theirs."""
    policy = await find_policy(books, request.policy_no)
    version = policy.version
    if request.collection is None and DEBIT_IN_FLIGHT in policy.flags:
        flags = tuple(flag for flag in policy.flags if flag != DEBIT_IN_FLIGHT)
        made = await books.policies.commit(
            replace(policy, flags=flags),
            cause="DEBIT_RETURNED",
            case_id=job.case_id,
            at=job.at,
            reservation_id=None,
        )
        version = made.no
    return Done(
        result=DebitReturnedResult(policy_version=version),
        detail={
            "policyNo": policy.policy_no,
            "policyVersion": version,
            "result": request.result,
            "collection": request.collection,
        },
    )


RECORD_DEBIT = Local(run=_debit_returned)
