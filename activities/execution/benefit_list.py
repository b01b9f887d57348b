"""``execution.benefit_list``: benefits that fall due, and every year again: their cases begin."""

from collections.abc import Iterator
from datetime import date

from activities.execution.due_list import LATE, PAGE, tell
from activities.guardians import guardians_of
from activities.ports import Books
from activities.step import Done, Job, Local
from workflows.contracts.benefit import BenefitListRequest
from workflows.contracts.renewal import DueList, DueListResult
from workflows.domain.benefits import BENEFIT_DUE, due, owner, told_on
from workflows.domain.policy import BenefitKind, Policy
from workflows.feel import Value

_ITEM = "BENEFIT_PAYMENT"


async def _benefit_list(job: Job, request: BenefitListRequest, books: Books) -> Done[DueListResult]:
    found = await books.policies.undrawn(job.today, after=request.after_policy_no, limit=PAGE)
    told = 0
    for policy_no in found:
        policy = await books.policies.get(policy_no)
        if policy is not None and not await _is_in_flight(policy, books):
            told += await _tell(job, policy, books)
    more = found[-1] if len(found) == PAGE else ""
    return Done(
        result=DueListResult(due_list=DueList(told=told, after_policy_no=more)),
        detail={"told": told, "looked": len(found)},
    )


async def _is_in_flight(policy: Policy, books: Books) -> bool:
    """Somebody asked for it already: it is told again while the list still looks back."""
    holders = await books.locks.holders(policy.policy_no)
    return any(each.item == _ITEM for each in holders)


async def _tell(job: Job, policy: Policy, books: Books) -> int:
    days = tuple(_days(policy, job.today))
    for kind, day, whose in days:
        guardians = await guardians_of(job, policy, whose, books)
        role = "GUARDIAN" if guardians else _role(policy, whose)
        account = policy.option("PAYOUT_ACCOUNT")
        asked: dict[str, Value] = {"benefit": {"kind": kind, "listed": True}}
        told: dict[str, Value] = {
            "policyNo": policy.policy_no,
            "item": _ITEM,
            "applicantPartyId": (*guardians, whose)[0],
            "applicantRole": role,
            "request": asked if account is None else {**asked, "payeeAccountId": account},
        }
        key = f"{policy.policy_no}/{kind}/{day.isoformat()}"
        await tell(job, BENEFIT_DUE, key, told, books)
    return len(days)


def _days(policy: Policy, today: date) -> Iterator[tuple[BenefitKind, date, str]]:
    """Each kind that is told today, by the oldest of its benefits whose day it is, and whose."""
    told: set[BenefitKind] = set()
    for benefit in sorted(policy.benefits, key=lambda each: each.due_on):
        day = told_on(benefit, today - LATE, today)
        whose = owner(policy, benefit.kind, today)
        is_due = benefit.kind not in told and due(policy, benefit.kind, today)
        if is_due and day is not None and whose is not None:
            told.add(benefit.kind)
            yield benefit.kind, day, whose


def _role(policy: Policy, party_id: str) -> str:
    """In which role the one it belongs to would ask."""
    held = {role.kind for role in policy.roles if role.party_id == party_id}
    return next((kind for kind in ("PH", "INSURED") if kind in held), "BENEFICIARY")


BENEFIT_LIST = Local(run=_benefit_list)
