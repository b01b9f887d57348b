"""Legal holds: placed by one of those entitled, lifted by two, listed to all of them."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.answers import Asked
from api.dependencies import Composed, Known
from api.holding import find_target, hold_seen, keeper
from api.paging import page_of
from api.problems import Problem, refusals
from api.registering import agreed, carried_out
from api.schemas.legal_holds import HoldLifted, HoldPage, HoldPlaced, HoldQuery, HoldSeen
from api.schemas.shapes import Identifier
from infra.db.chain.legal_holds import STREAM, HoldFilter
from infra.db.unit_of_work import UnitOfWork
from workflows.domain.ids import derive
from workflows.domain.legal_hold import LegalHold

router = APIRouter(prefix="/v1/legal-holds", tags=["subjects"])


@router.get("")
async def list_holds(
    request: Request, composed: Composed, caller: Known, query: Annotated[HoldQuery, Query()]
) -> HoldPage:
    """List legal holds, the newest first."""
    page = page_of(query, composed.cursors, request.url.path)
    place = page.place
    wanted = HoldFilter(
        lifted=query.lifted,
        kind=query.kind,
        target=query.target,
        before=(datetime.fromisoformat(place[0]), place[1]) if place else None,
        limit=page.with_one_more,
    )
    async with composed.database.reading() as room:
        await keeper(room, caller)
        found = await room.legal_holds.list(wanted)
    holds, following = page.cut(found, lambda one: (one.placed_at.isoformat(), one.id))
    return HoldPage(holds=[hold_seen(one) for one in holds], next=following)


@router.post("", status_code=201, responses=refusals(422))
async def place_hold(body: HoldPlaced, composed: Composed, asked: Asked) -> HoldSeen:
    """Place a hold: nothing of it is erased or disposed of until two persons lift it."""
    async with composed.database.reading() as room:
        await keeper(room, asked.caller)
        await find_target(room, body)
    hold = LegalHold(
        id=derive("LH", asked.request_id),
        kind=body.kind,
        target=body.target,
        basis=body.basis,
        reference=body.reference,
        reason=body.reason,
        placed_by=asked.caller.subject,
        placed_at=composed.now(),
    )

    async def act(books: UnitOfWork) -> HoldSeen:
        await books.legal_holds.place(hold)
        return hold_seen(hold)

    return await asked.write(HoldSeen, act, 201)


@router.get("/{hold_id}", responses=refusals(404))
async def read_hold(hold_id: Identifier, composed: Composed, caller: Known) -> HoldSeen:
    """Read a hold, with who lifted it and why."""
    async with composed.database.reading() as room:
        await keeper(room, caller)
        found = await room.legal_holds.get(hold_id)
    return hold_seen(_there(found))


@router.post("/{hold_id}/lift", responses=refusals(404, 409))
async def lift_hold(
    hold_id: Identifier, body: HoldLifted, composed: Composed, asked: Asked
) -> HoldSeen:
    """Lift a hold; it takes two of those entitled, each with a reason."""
    if (twin := await asked.answered(HoldSeen)) is not None:
        return twin
    async with composed.database.reading() as room:
        await keeper(room, asked.caller)
        _still_on(await room.legal_holds.get(hold_id))
    digest, first = await agreed(composed, asked, f"lift/{hold_id}", {}, body.reason, stream=STREAM)

    async def act(books: UnitOfWork) -> HoldSeen:
        hold = _still_on(await books.legal_holds.get(hold_id))
        await carried_out(books, digest)
        by = (first, asked.caller.subject)
        return hold_seen(await books.legal_holds.lift(hold, by, composed.now(), body.reason))

    return await asked.write(HoldSeen, act)


def _there(hold: LegalHold | None) -> LegalHold:
    if hold is None:
        raise Problem(404, "unknown-hold", "There is no such legal hold.")
    return hold


def _still_on(hold: LegalHold | None) -> LegalHold:
    if _there(hold).lifted_at is not None:
        raise Problem(409, "not-open", "The hold was lifted already.")
    return _there(hold)
