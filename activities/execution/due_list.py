"""``execution.due_list``: premiums that fall due soon, each told once: its case begins."""

from collections.abc import Mapping
from datetime import timedelta

from activities.ports import Books
from activities.step import Done, Job, Local
from workflows.contracts.renewal import DueList, DueListRequest, DueListResult
from workflows.domain.message import Publication
from workflows.domain.renewal import PREMIUM_DUE
from workflows.feel import Value
from workflows.feel.wire import encode

PAGE = 100
"""What is told in one transaction."""
LATE = timedelta(days=7)
"""What fell due longer ago was missed: a person looks at it before anything lapses."""
_KEPT = timedelta(days=400)
"""For longer than a due day is looked at: the same one is never told twice."""


async def _due_list(job: Job, request: DueListRequest, books: Books) -> Done[DueListResult]:
    until = job.today + timedelta(days=request.ahead_days)
    found = await books.policies.falling_due(
        job.today - LATE, until, after=request.after_policy_no, limit=PAGE
    )
    for policy_no, due_on, holder in found:
        told: dict[str, Value] = {
            "policyNo": policy_no,
            "item": "RENEWAL_PREMIUM",
            "applicantPartyId": holder,
            "applicantRole": "PH",
            "request": {"renewal": {"dueOn": due_on.isoformat()}},
        }
        await tell(job, PREMIUM_DUE, f"{policy_no}/{due_on.isoformat()}", told, books)
    more = found[-1][0] if len(found) == PAGE else ""
    return Done(
        result=DueListResult(due_list=DueList(told=len(found), after_policy_no=more)),
        detail={"told": len(found), "until": until},
    )


async def tell(job: Job, event: str, key: str, told: Mapping[str, Value], books: Books) -> None:
    """Tell that something fell due: its case begins, once for the key."""
    case = await books.cases.get(job.case_id)
    await books.messages.publish(
        Publication(
            name=event,
            key=key,
            message_id=key,
            variables={name: encode(value) for name, value in told.items()},
            at=job.at,
            time_to_live=_KEPT,
            publisher=job.case_id,
            clock_offset=0.0 if case is None else case.clock_offset,
        )
    )


DUE_LIST = Local(run=_due_list)
