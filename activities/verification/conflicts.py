"""``verification.conflicts``: whether a case in flight on the same policy stands in the way."""

from activities.errors import Fault
from activities.ports import Books
from activities.step import Done, Failed, Job, Local
from workflows.contracts.verification import (
    ConflictFinding,
    ConflictsRequest,
    ConflictsResult,
)
from workflows.domain.findings import Verification
from workflows.domain.in_flight import needs_a_person, rule_of
from workflows.domain.policy import PolicyLock


async def _conflicts(
    job: Job, request: ConflictsRequest, books: Books
) -> Done[ConflictsResult] | Failed:
    holders = await books.locks.holders(request.policy_no)
    finding = _first_conflict(job.case_id, request.item, holders)
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


def _first_conflict(case_id: str, item: str, holders: tuple[PolicyLock, ...]) -> ConflictFinding:
    """Find the first case ahead of ours, by the order in which the notices arrived."""
    for lock in holders:
        if lock.case_id == case_id:
            break
        rule = rule_of(lock.item, item)
        if rule != "OK":
            return ConflictFinding(
                found=True,
                case_id=lock.case_id,
                rule=rule,
                other_item=lock.item,
                needs_person=needs_a_person(rule),
            )
    return ConflictFinding(found=False, case_id=None, rule=None)


CONFLICTS = Local(run=_conflicts)
