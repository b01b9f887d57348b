"""What is shown in clear for a purpose, and the record of it."""

from dataclasses import dataclass

from api.auth import Caller
from api.dependencies import Deployment
from api.permissions import AUDITOR, OPS
from api.problems import Problem
from infra.db.unit_of_work import UnitOfWork
from workflows.domain.audit import Change
from workflows.domain.call_back import asks_insured
from workflows.domain.case import FINAL_STATUSES, Case
from workflows.domain.disclosure import DISCLOSURES, Field, Purpose, concealed, disclosed


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """The fields that somebody sees in clear."""

    purpose: Purpose | None
    fields: frozenset[Field]

    def __call__(self, field: Field, value: str) -> str:
        """Return a value as it may be shown."""
        return value if field in self.fields else concealed(field, value)


def disclosed_to(caller: Caller, purpose: Purpose | None) -> Disclosed:
    """Return what a caller sees for a purpose; raises Problem 403 when it is not theirs."""
    try:
        fields = disclosed(purpose, caller.roles)
    except PermissionError:
        raise Problem(403, "purpose", f"{purpose} is no purpose of your roles.") from None
    return Disclosed(purpose=purpose, fields=fields)


async def check_case(
    books: UnitOfWork, case_id: str | None, party_id: str, purpose: Purpose | None
) -> None:
    """Refuse a purpose that serves a case where no case of that person runs (Problem 403)."""
    if purpose is None or not DISCLOSURES[purpose].needs_case:
        return
    case = None if case_id is None else await books.cases.get(case_id)
    if case is None or case.status in FINAL_STATUSES:
        raise Problem(403, "purpose", f"{purpose} needs a case of the person that runs.")
    if case.applicant_party_id != party_id and not await _is_called(books, case, party_id, purpose):
        raise Problem(403, "purpose", f"{purpose} needs a running case that the person asked for.")


async def _is_called(books: UnitOfWork, case: Case, party_id: str, purpose: Purpose) -> bool:
    """Tell whether a case has somebody called back who did not ask for it: the insured."""
    if purpose != "CALL_BACK" or not asks_insured(case.item):
        return False
    policy = await books.policies.get(case.policy_no)
    held = () if policy is None else policy.holders("INSURED", case.notice_arrived_at.date())
    return party_id in {role.party_id for role in held}


def is_onlooker(caller: Caller) -> bool:
    """Tell whether somebody sees every task, and decides in none."""
    return bool(caller.roles & {OPS, AUDITOR})


async def record(
    composed: Deployment,
    caller: Caller,
    shown: Disclosed,
    *,
    of: tuple[str, str],
    stream: str,
    case_id: str | None = None,
) -> None:
    """Write down who saw what in clear, and what for, before it is shown; nothing for a mask."""
    if shown.purpose is None:
        return
    kind, object_id = of
    read = Change(
        stream=stream,
        action=f"{kind}.read",
        actor=caller.subject,
        at=composed.now(),
        object_type=kind,
        object_id=object_id,
        detail={"purpose": shown.purpose, "fields": sorted(shown.fields), "case": case_id},
    )
    async with composed.database.work() as books:
        await books.audit.append(read)
