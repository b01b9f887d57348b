"""Debits in flight 扣款在途: whether one is with the bank, and who hears that it is back."""

from datetime import timedelta
from typing import Final

from activities.ports import Books
from activities.step import Job
from workflows.domain.canonical import JsonObject
from workflows.domain.message import Publication
from workflows.domain.payment import DEBIT_RETURNED, Obligation, PaymentAttempt
from workflows.domain.policy import Policy

DEBIT_IN_FLIGHT: Final = "DEBIT_IN_FLIGHT"
"""The mark of a policy whose debit is with the bank in a file that no case sent."""
_KEPT: Final = timedelta(hours=1)
"""Long enough for a case that has read the book and is about to wait."""


async def is_in_flight(policy: Policy, books: Books, *, except_case: str) -> bool:
    """Whether the book says so, or another case's collection has no outcome yet."""
    if DEBIT_IN_FLIGHT in policy.flags:
        return True
    return await books.obligations.is_collected(policy.policy_no, except_case=except_case)


async def tell_returned(
    job: Job, obligation: Obligation, attempt: PaymentAttempt, books: Books
) -> None:
    """Tell the cases that wait for the outcome of a collection; telling twice is telling once."""
    told: JsonObject = {"result": obligation.state, "collection": obligation.id}
    await books.messages.publish(
        Publication(
            name=DEBIT_RETURNED,
            key=obligation.policy_no,
            message_id=attempt.idempotency_key,
            variables=told,
            at=job.at,
            time_to_live=_KEPT,
            publisher=job.case_id,
        )
    )
