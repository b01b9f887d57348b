"""``verification.conflicts``: whether a case in flight on the same policy stands in the way."""

from collections.abc import Mapping
from typing import Literal

from activities.errors import Fault
from activities.ports import Books
from activities.step import Done, Failed, Job, Local
from workflows.contracts.verification import (
    ConflictFinding,
    ConflictsRequest,
    ConflictsResult,
    Item,
)
from workflows.domain.findings import Verification
from workflows.domain.policy import PolicyLock

Rule = Literal["OK", "PARK", "PARK_UNTIL_POSTED", "ONE_TERMINATION", "CLAIM_WINS"]

TERMINATION_RULES: Mapping[str, Rule] = {
    "CONTACT": "OK",
    "PH_CHANGE": "PARK",
    "BENEFICIARY": "PARK",
    "LOAN": "PARK_UNTIL_POSTED",
    "WITHDRAWAL": "PARK_UNTIL_POSTED",
    "PARTIAL": "PARK_UNTIL_POSTED",
    "TERMINATE": "ONE_TERMINATION",
    "REINSTATE": "PARK",
    "CLAIM": "CLAIM_WINS",
}
"""What a termination meets when a case of this item is in flight 互斥; others: a person decides."""


_NEVER_IN_THE_WAY: frozenset[Item] = frozenset({"CONTACT"})
"""Items that go beside anything in flight on the policy."""
_NONE = ConflictFinding(found=False, case_id=None, rule=None)


async def _conflicts(
    job: Job, request: ConflictsRequest, books: Books
) -> Done[ConflictsResult] | Failed:
    holders = await books.locks.holders(request.policy_no)
    finding = _NONE if request.item in _NEVER_IN_THE_WAY else _first_conflict(job.case_id, holders)
    await books.findings.record(
        Verification(
            id=job.id("VF"),
            case_id=job.case_id,
            subject=request.policy_no,
            type="CONFLICT",
            provider="baoquan",
            result=finding.rule or "OK",
            at=job.at,
            evidence={"caseId": finding.case_id},
        )
    )
    detail = {"rule": finding.rule, "otherCase": finding.case_id}
    if not finding.found:
        return Done(result=ConflictsResult(conflict=finding), detail=detail)
    fault = Fault(
        "CONFLICT",
        f"Case {finding.case_id} on the same policy goes first ({finding.rule}).",
        {"conflict": finding.model_dump(by_alias=True)},
    )
    return Failed(fault=fault, detail=detail)


def _first_conflict(case_id: str, holders: tuple[PolicyLock, ...]) -> ConflictFinding:
    """Find the first case ahead of ours, by the order in which the notices arrived."""
    for lock in holders:
        if lock.case_id == case_id:
            break
        rule = TERMINATION_RULES.get(lock.item, "PARK")
        if rule != "OK":
            return ConflictFinding(found=True, case_id=lock.case_id, rule=rule)
    return _NONE


CONFLICTS = Local(run=_conflicts)
