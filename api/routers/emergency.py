"""Emergency grants (break-glass): ordered by two persons, told at once, reviewed the next day."""

from datetime import date, timedelta

from fastapi import APIRouter

from api.answers import Asked
from api.auth import Caller
from api.dependencies import Composed, Deployment, operator_of
from api.problems import Problem, refusals
from api.registering import agreed, at_work, carried_out, grant_seen
from api.schemas.emergency import (
    EmergencyGranted,
    EmergencyGrantSeen,
    EmergencyGrantsSeen,
    EmergencyReviewed,
)
from api.schemas.shapes import Identifier
from infra.db.unit_of_work import ReadingRoom, UnitOfWork
from workflows.domain.authority import Operator
from workflows.domain.certificates import read_above
from workflows.domain.emergency import ORDERED_FROM_LEVEL, EmergencyGrant
from workflows.domain.ids import derive
from workflows.domain.notice import REGISTRY, StaffNotice

router = APIRouter(prefix="/v1", tags=["operators"])


@router.post(
    "/operators/{operator_id}/emergency-grants", status_code=201, responses=refusals(404, 409, 422)
)
async def grant_emergency(
    operator_id: Identifier, body: EmergencyGranted, composed: Composed, asked: Asked
) -> EmergencyGrantSeen:
    """Raise an operator to a level for hours; it takes two supervisors, who say the very same."""
    if (twin := await asked.answered(EmergencyGrantSeen)) is not None:
        return twin
    async with composed.database.reading() as room:
        raised = await _raised(room, asked.caller, operator_id, body.level)
    order = {"level": body.level, "items": sorted(set(body.items)), "hours": body.hours}
    what = f"emergency/{operator_id}"
    digest, first = await agreed(composed, asked, what, order, body.reason)
    now = composed.now()
    grant = EmergencyGrant(
        id=derive("EG", asked.request_id),
        given_to=operator_id,
        level=body.level,
        items=tuple(body.items),
        since=now,
        until=now + timedelta(hours=body.hours),
        reason=body.reason,
        ordered_by=first,
        agreed_by=asked.caller.subject,
        review_due_on=_today(composed) + timedelta(days=1),
    )

    async def act(books: UnitOfWork) -> EmergencyGrantSeen:
        await carried_out(books, digest)
        await books.emergencies.grant(grant)
        await books.notices.tell(_notice(grant, raised))
        return grant_seen(grant, _today(composed))

    return await asked.write(EmergencyGrantSeen, act, 201)


@router.get("/emergency-grants")
async def list_grants(composed: Composed) -> EmergencyGrantsSeen:
    """List emergency grants that wait for their review, the newest first."""
    async with composed.database.reading() as room:
        found = await room.emergencies.unreviewed()
    return EmergencyGrantsSeen(grants=[grant_seen(one, _today(composed)) for one in found])


@router.post("/emergency-grants/{grant_id}/review", responses=refusals(404, 409))
async def review_grant(
    grant_id: Identifier, body: EmergencyReviewed, composed: Composed, asked: Asked
) -> EmergencyGrantSeen:
    """Review a grant: whoever had a part in it does not; one still in force ends at once."""

    async def act(books: UnitOfWork) -> EmergencyGrantSeen:
        found, by = await books.emergencies.get(grant_id), asked.caller.subject
        if found is None:
            raise Problem(404, "unknown-grant", "There is no such emergency grant.")
        if by in found.hands:
            raise Problem(403, "four-eyes", "Who had a part in a grant does not review it.")
        if found.reviewed_at is not None:
            raise Problem(409, "not-open", "It was reviewed already.")
        reviewed = await books.emergencies.review(
            found, body.finding, body.reason, by, composed.now()
        )
        return grant_seen(reviewed, _today(composed))

    return await asked.write(EmergencyGrantSeen, act)


async def _raised(room: ReadingRoom, caller: Caller, to: str, level: int) -> Operator:
    """Return who is raised; raises Problem for what is not the caller's to give."""
    own, raised = await operator_of(room, caller), await at_work(room, to)
    if own.id == raised.id:
        raise Problem(403, "four-eyes", "Nobody raises oneself.")
    if own.level < ORDERED_FROM_LEVEL or level > own.level + 1:
        raise Problem(
            403, "authority", "From L3 on one may grant up to the next level above the own."
        )
    if not raised.level or raised.level >= level:
        raise Problem(403, "authority", "Who decides, L1 to L5, is raised to a higher level.")
    return raised


def _today(composed: Deployment) -> date:
    return composed.now().astimezone(composed.zone).date()


def _notice(grant: EmergencyGrant, raised: Operator) -> StaffNotice:
    return StaffNotice(
        id=derive("SN", grant.id),
        code="EMERGENCY_GRANTED",
        case_id=REGISTRY,
        instance_id=grant.id,
        key=0,
        about=raised.id,
        unit=raised.unit,
        above_level=read_above(raised),
        at=grant.since,
    )
