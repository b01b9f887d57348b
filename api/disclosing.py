"""What is shown in clear for a purpose, and the record of it."""

from dataclasses import dataclass

from api.auth import Caller
from api.dependencies import Deployment
from api.permissions import AUDITOR, OPS
from api.problems import Problem
from workflows.domain.audit import Change
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


def check_case(case: Case | None, party_id: str, purpose: Purpose | None) -> None:
    """Refuse a purpose that serves a case where no case of that person runs (Problem 403)."""
    if purpose is None or not DISCLOSURES[purpose].needs_case:
        return
    is_theirs = case is not None and case.applicant_party_id == party_id
    if not is_theirs or case is None or case.status in FINAL_STATUSES:
        raise Problem(403, "purpose", f"{purpose} needs a running case that the person asked for.")


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
