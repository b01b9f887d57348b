"""Operators: what the registry says of them, whom they lend authority, when they are away."""

from datetime import date

from fastapi import APIRouter

from api.answers import Asked
from api.dependencies import Composed, Known
from api.permissions import ADMIN
from api.problems import Problem, refusals
from api.registering import (
    absence_seen,
    agreed,
    at_work,
    carried_out,
    certificate_seen,
    colleague,
    delegation_seen,
    lender,
    limit_seen,
    may_tell,
    operator_seen,
    term,
)
from api.schemas.operators import (
    AbsenceSeen,
    AbsenceTold,
    CertificateEntered,
    CertificateSeen,
    DelegationMade,
    DelegationSeen,
    LimitSeen,
    LimitSet,
    LimitsSeen,
    OperatorSeen,
    Reasoned,
)
from api.schemas.shapes import Identifier
from infra.db.unit_of_work import UnitOfWork
from workflows.domain.authority import AuthorityLimit, Certificate
from workflows.domain.ids import derive
from workflows.domain.items import CATALOGUE
from workflows.domain.money import money
from workflows.domain.standing_in import Absence, Delegation

router = APIRouter(prefix="/v1", tags=["operators"])


@router.get("/operators/{operator_id}", responses=refusals(404))
async def read_operator(operator_id: Identifier, composed: Composed, caller: Known) -> OperatorSeen:
    """Read what the registry says of an operator, with who stands in for whom."""
    async with composed.database.reading() as room:
        now = composed.now().astimezone(composed.zone)
        return await operator_seen(room, await colleague(room, operator_id), caller, now)


@router.post("/operators/{operator_id}/delegations", status_code=201, responses=refusals(404, 422))
async def delegate_authority(
    operator_id: Identifier, body: DelegationMade, composed: Composed, asked: Asked
) -> DelegationSeen:
    """Lend own authority to an operator, for a time and for some items."""
    now = composed.now()
    since, until = term(body.since, body.until, now)
    async with composed.database.reading() as room:
        today = now.astimezone(composed.zone).date()
        own = await lender(room, asked.caller, operator_id, body, today)
    delegation = Delegation(
        id=derive("DG", asked.request_id),
        given_by=own.id,
        given_to=operator_id,
        items=tuple(body.items),
        maximum_minor=None if body.maximum is None else money(body.maximum).minor,
        currency="CNY",
        since=since,
        until=until,
        reason=body.reason,
        made_at=now,
    )

    async def act(books: UnitOfWork) -> DelegationSeen:
        await books.standing_in.delegate(delegation)
        return delegation_seen(delegation)

    return await asked.write(DelegationSeen, act, 201)


@router.post("/delegations/{delegation_id}/revoke", responses=refusals(404, 409))
async def revoke_delegation(
    delegation_id: Identifier, body: Reasoned, composed: Composed, asked: Asked
) -> DelegationSeen:
    """Take back lent authority: who lent it may, and an admin; decisions under it stand."""

    async def act(books: UnitOfWork) -> DelegationSeen:
        found = await books.standing_in.delegation(delegation_id)
        by = asked.caller.subject
        if found is None:
            raise Problem(404, "unknown-delegation", "There is no such delegation.")
        if by != found.given_by and ADMIN not in asked.caller.roles:
            raise Problem(403, "authority", "Who has lent it takes it back, or an admin.")
        if found.revoked_at is not None:
            raise Problem(409, "not-open", "It was taken back already.")
        return delegation_seen(
            await books.standing_in.revoke(found, by, composed.now(), body.reason)
        )

    return await asked.write(DelegationSeen, act)


@router.post("/operators/{operator_id}/absences", status_code=201, responses=refusals(404, 422))
async def tell_absence(
    operator_id: Identifier, body: AbsenceTold, composed: Composed, asked: Asked
) -> AbsenceSeen:
    """Tell that an operator will be away: work in hand is for the substitute and the group."""
    now = composed.now()
    since, until = term(body.since, body.until, now)
    async with composed.database.reading() as room:
        await may_tell(room, asked.caller, operator_id)
        if body.substitute is not None:
            await at_work(room, body.substitute)
    if body.substitute == operator_id:
        raise Problem(403, "four-eyes", "Nobody stands in for oneself.")
    absence = Absence(
        id=derive("AB", asked.request_id),
        operator_id=operator_id,
        substitute_id=body.substitute,
        since=since,
        until=until,
        reason=body.reason,
        told_by=asked.caller.subject,
        told_at=now,
    )

    async def act(books: UnitOfWork) -> AbsenceSeen:
        await books.standing_in.be_absent(absence)
        return absence_seen(absence)

    return await asked.write(AbsenceSeen, act, 201)


@router.post("/absences/{absence_id}/end", responses=refusals(404, 409))
async def end_absence(
    absence_id: Identifier, body: Reasoned, composed: Composed, asked: Asked
) -> AbsenceSeen:
    """Tell that somebody is back, or will not be away after all."""
    async with composed.database.reading() as room:
        known = await room.standing_in.absence(absence_id)
        if known is None:
            raise Problem(404, "unknown-absence", "There is no such absence.")
        await may_tell(room, asked.caller, known.operator_id)

    async def act(books: UnitOfWork) -> AbsenceSeen:
        found = await books.standing_in.absence(absence_id)
        if found is None or found.ended_at is not None:
            raise Problem(409, "not-open", "The absence has ended already.")
        back = await books.standing_in.come_back(
            found, asked.caller.subject, composed.now(), body.reason
        )
        return absence_seen(back)

    return await asked.write(AbsenceSeen, act)


@router.post(
    "/operators/{operator_id}/certificates", status_code=201, responses=refusals(404, 409, 422)
)
async def enter_certificate(
    operator_id: Identifier, body: CertificateEntered, composed: Composed, asked: Asked
) -> CertificateSeen:
    """Enter a certificate; it takes two admins: the second one sends the very same."""
    if body.valid_from >= body.valid_to:
        raise Problem(422, "period", "A certificate begins before it ends.")
    if asked.caller.subject == operator_id:
        raise Problem(403, "four-eyes", "Nobody certifies oneself.")
    async with composed.database.reading() as room:
        await colleague(room, operator_id)
    if (twin := await asked.answered(CertificateSeen)) is not None:
        return twin
    order = {"type": body.type, "from": body.valid_from, "to": body.valid_to}
    what = f"certificate/{operator_id}"
    digest, first = await agreed(composed, asked, what, order, body.reason)
    certificate = Certificate(
        id=derive("QC", asked.request_id),
        type=body.type,
        valid_from=body.valid_from,
        valid_to=body.valid_to,
    )

    async def act(books: UnitOfWork) -> CertificateSeen:
        by = (first, asked.caller.subject)
        await carried_out(books, digest)
        await books.registry.certify(operator_id, certificate, by, composed.now())
        return certificate_seen(operator_id, certificate, composed.now())

    return await asked.write(CertificateSeen, act, 201)


@router.post("/certificates/{certificate_id}/revoke", responses=refusals(404, 409))
async def revoke_certificate(
    certificate_id: Identifier, body: Reasoned, composed: Composed, asked: Asked
) -> CertificateSeen:
    """Revoke a certificate at once: what protects takes one person, what permits takes two."""

    async def act(books: UnitOfWork) -> CertificateSeen:
        found = await books.registry.certificate(certificate_id)
        if found is None:
            raise Problem(404, "unknown-certificate", "There is no such certificate.")
        operator_id, certificate = found
        if certificate.revoked_at is not None:
            raise Problem(409, "not-open", "The certificate was revoked already.")
        revoked = await books.registry.revoke(
            certificate, asked.caller.subject, composed.now(), body.reason
        )
        return certificate_seen(operator_id, revoked, composed.now())

    return await asked.write(CertificateSeen, act)


@router.get("/authority-limits/{item}", responses=refusals(404))
async def list_limits(item: Identifier, composed: Composed) -> LimitsSeen:
    """List up to how much each level may decide for an item, today."""
    if item not in CATALOGUE:
        raise Problem(404, "unknown-item", "There is no such item.")
    today = composed.now().astimezone(composed.zone).date()
    async with composed.database.reading() as room:
        found = await room.operators.limits(item, today)
    return LimitsSeen(limits=[limit_seen(one) for one in found])


@router.post("/authority-limits", status_code=201, responses=refusals(409, 422))
async def set_limit(body: LimitSet, composed: Composed, asked: Asked) -> LimitSeen:
    """Set a limit from a day on; it takes two admins: the second one sends the very same."""
    if (twin := await asked.answered(LimitSeen)) is not None:
        return twin
    wanted = AuthorityLimit(
        level=body.level,
        item=body.item,
        maximum=None if body.maximum is None else money(body.maximum),
        version=0,
        effective_from=date.fromisoformat(body.effective_from),
    )
    if wanted.effective_from < composed.now().astimezone(composed.zone).date():
        raise Problem(422, "period", "A limit is never set for days that have passed.")
    order = {"maximum": wanted.maximum, "from": wanted.effective_from}
    what = f"limit/{body.item}/L{body.level}"
    digest, first = await agreed(composed, asked, what, order, body.reason)

    async def act(books: UnitOfWork) -> LimitSeen:
        by = (first, asked.caller.subject)
        await carried_out(books, digest)
        limit = await books.registry.set_limit(wanted, by, composed.now())
        return limit_seen(limit)

    return await asked.write(LimitSeen, act, 201)
