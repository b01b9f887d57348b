"""The registry of operators at the door: who may lend, who tells of an absence, what is shown."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from api.answers import Once
from api.auth import Caller
from api.dependencies import Deployment, operator_of
from api.permissions import ADMIN, AUDITOR
from api.problems import Problem
from api.schemas.emergency import EmergencyGrantSeen
from api.schemas.operators import (
    AbsenceSeen,
    CertificateSeen,
    DelegationMade,
    DelegationSeen,
    LimitSeen,
    OperatorSeen,
    RegistryActSeen,
)
from api.second_person import seconded_by
from infra.db.book.registry_acts import STREAM
from infra.db.operations.repairs import Proposal
from infra.db.unit_of_work import ReadingRoom, UnitOfWork
from workflows.domain.authority import AuthorityLimit, Certificate, Operator, RegistryAct
from workflows.domain.canonical import content_hash
from workflows.domain.emergency import EmergencyGrant
from workflows.domain.money import Money, money
from workflows.domain.standing_in import Absence, Delegation

LONGEST: Final = timedelta(days=366)


def term(since: datetime | None, until: datetime, now: datetime) -> tuple[datetime, datetime]:
    """Return from when to when; raises Problem 422 for what is past, or longer than a year."""
    begins = now if since is None else since
    if begins < now or not begins < until <= begins + LONGEST:
        raise Problem(422, "period", "It begins now or later, and ends within a year after that.")
    return begins, until


async def colleague(room: ReadingRoom, operator_id: str) -> Operator:
    """Return an operator by id; raises Problem 404."""
    found = await room.operators.get(operator_id)
    if found is None:
        raise Problem(404, "no-such-operator", "There is no such operator in the registry.")
    return found


async def at_work(room: ReadingRoom, operator_id: str) -> Operator:
    """Return who may stand in for somebody; raises Problem 403 for who works here no more."""
    found = await colleague(room, operator_id)
    if found.status != "ACTIVE":
        raise Problem(403, "authority", "Only active operators stand in for others.")
    return found


async def lender(
    room: ReadingRoom, caller: Caller, to: str, wanted: DelegationMade, today: date
) -> Operator:
    """Return who lends; raises Problem for what is not theirs to lend, or not for such hands."""
    own = await operator_of(room, caller)
    borrower = await at_work(room, to)
    if borrower.id == own.id:
        raise Problem(403, "four-eyes", "Nobody lends authority to oneself.")
    if not own.level or not borrower.level:
        raise Problem(403, "authority", "Authority is lent among those who decide, L1 to L6.")
    if wanted.maximum is not None:
        most = money(wanted.maximum)
        for item in wanted.items:
            if not _reaches(own, await room.operators.limits(item, today), most):
                raise Problem(403, "authority", "Nobody lends more than the own limit.")
    return own


def _reaches(own: Operator, limits: tuple[AuthorityLimit, ...], most: Money) -> bool:
    mine = [limit for limit in limits if limit.level <= own.level]
    highest = max(mine, key=lambda limit: limit.level, default=None)
    return highest is not None and (highest.maximum is None or most <= highest.maximum)


async def may_tell(room: ReadingRoom, caller: Caller, of: str) -> None:
    """Raise Problem 403 unless it is the person, somebody above in the unit, or an admin."""
    away = await colleague(room, of)
    if ADMIN in caller.roles or caller.subject == of:
        return
    teller = await operator_of(room, caller)
    if teller.unit != away.unit or teller.level <= away.level:
        raise Problem(403, "authority", "An absence is told by the person, or by those above.")


async def agreed(
    composed: Deployment,
    asked: Once,
    what: str,
    order: Mapping[str, object],
    reason: str,
    *,
    stream: str = STREAM,
) -> tuple[str, str]:
    """Return the digest of what two persons ordered alike, and who was the first of them.

    What they mean is compared, amounts and instants, however they were written. Raises Problem 409
    to the first person, whose order is written down.
    """
    digest = content_hash({"what": what, "order": order})
    wanted = Proposal(
        digest=digest,
        case_id=stream,
        instance_id=what,
        act="registry" if stream == STREAM else stream,
        by=asked.caller.subject,
        reason=reason,
        at=composed.now(),
    )
    return digest, await seconded_by(composed, wanted)


async def carried_out(books: UnitOfWork, digest: str) -> None:
    """Forget the proposal; raises Problem 409 where somebody else carried it out just now."""
    if await books.repairs.get(digest) is None:
        raise Problem(409, "conflict", "Somebody else agreed to the very same just now.")
    await books.repairs.withdraw(digest)


def delegation_seen(one: Delegation) -> DelegationSeen:
    """Return a delegation as it is shown."""
    return DelegationSeen(
        delegation_id=one.id,
        given_by=one.given_by,
        given_to=one.given_to,
        items=list(one.items),
        maximum=None if one.maximum is None else str(one.maximum),
        since=one.since,
        until=one.until,
        reason=one.reason,
        revoked_at=one.revoked_at,
        revoked_by=one.revoked_by,
        revoked_reason=one.revoked_reason,
    )


def absence_seen(one: Absence) -> AbsenceSeen:
    """Return an absence as it is shown."""
    return AbsenceSeen(
        absence_id=one.id,
        operator_id=one.operator_id,
        substitute=one.substitute_id,
        since=one.since,
        until=one.until,
        reason=one.reason,
        told_by=one.told_by,
        ended_at=one.ended_at,
        ended_reason=one.ended_reason,
    )


def certificate_seen(operator_id: str, one: Certificate, at: datetime) -> CertificateSeen:
    """Return a certificate as it is shown."""
    return CertificateSeen(
        certificate_id=one.id,
        operator_id=operator_id,
        type=one.type,
        valid_from=one.valid_from,
        valid_to=one.valid_to,
        revoked_at=one.revoked_at,
        revoked_reason=one.revoked_reason,
        is_valid=one.is_valid(at),
    )


def limit_seen(one: AuthorityLimit) -> LimitSeen:
    """Return a limit as it is shown."""
    return LimitSeen(
        item=one.item,
        level=one.level,
        maximum=None if one.maximum is None else str(one.maximum),
        version=one.version,
        effective_from=one.effective_from,
    )


def grant_seen(one: EmergencyGrant, today: date) -> EmergencyGrantSeen:
    """Return a grant as it is shown."""
    return EmergencyGrantSeen(
        grant_id=one.id,
        given_to=one.given_to,
        level=one.level,
        items=list(one.items),
        since=one.since,
        until=one.until,
        reason=one.reason,
        ordered_by=one.ordered_by,
        agreed_by=one.agreed_by,
        review_due_on=one.review_due_on,
        is_overdue=one.reviewed_at is None and today > one.review_due_on,
        ended_at=one.ended_at,
        reviewed_at=one.reviewed_at,
        reviewed_by=one.reviewed_by,
        finding=one.finding,
        note=one.note,
    )


def act_seen(one: RegistryAct) -> RegistryActSeen:
    """Return what was done to an entry as it is shown."""
    return RegistryActSeen.model_validate(
        {
            "act": one.act,
            "proposed_by": one.proposed_by,
            "by": one.by,
            "reason": one.reason,
            "at": one.at,
        }
    )


def entry_of(operator: Operator) -> dict[str, Any]:
    """Return what every page shows of an entry."""
    return {
        "operator_id": operator.id,
        "unit": operator.unit,
        "level": operator.level,
        "roles": list(operator.roles),
        "groups": list(operator.groups),
        "status": operator.status,
    }


async def operator_seen(
    room: ReadingRoom, operator: Operator, caller: Caller, at: datetime
) -> OperatorSeen:
    """Return an entry of the registry as it is shown to somebody."""
    is_close = bool(caller.roles & {ADMIN, AUDITOR}) or caller.subject == operator.id
    acts = await room.operators.acts(operator.id)
    return OperatorSeen(
        **entry_of(operator),
        interests=list(operator.conflicts) if is_close else None,
        history=[act_seen(one) for one in acts] if is_close else None,
        is_absent=await room.standing_in.is_absent(operator.id, at),
        certificates=[certificate_seen(operator.id, one, at) for one in operator.certificates],
        delegations=[
            delegation_seen(one) for one in await room.standing_in.delegations_of(operator.id)
        ],
        absences=[absence_seen(one) for one in await room.standing_in.absences_of(operator.id)],
        emergency_grants=[
            grant_seen(one, at.date()) for one in await room.emergencies.grants_of(operator.id)
        ],
    )
