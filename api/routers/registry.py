"""The registry of those who work here: entered, changed, suspended, resumed, gone."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.answers import Asked, Once
from api.dependencies import Composed
from api.entering import Act, by_another, changed, entered, on_the_books, ordered, rewrite, seen
from api.paging import page_of
from api.permissions import ADMIN
from api.problems import Problem, refusals
from api.registering import carried_out, colleague, entry_of
from api.schemas.operators import OperatorEntry, Reasoned
from api.schemas.registry import (
    EntrySeen,
    InterestsDeclared,
    OperatorChanged,
    OperatorEntered,
    OperatorPage,
    OperatorsQuery,
)
from api.schemas.shapes import Identifier
from infra.db.book.operators import OperatorFilter
from infra.db.unit_of_work import UnitOfWork
from workflows.domain.authority import Operator

router = APIRouter(prefix="/v1/operators", tags=["operators"])


@router.get("")
async def list_operators(
    request: Request, composed: Composed, query: Annotated[OperatorsQuery, Query()]
) -> OperatorPage:
    """List those who work here, and who did: by unit, status or role."""
    page = page_of(query, composed.cursors, request.url.path)
    wanted = OperatorFilter(
        unit=query.unit,
        status=query.status,
        role=query.role,
        after=page.place[0] if page.place else None,
        limit=page.with_one_more,
    )
    async with composed.database.reading() as room:
        found = await room.operators.list(wanted)
    listed, following = page.cut(found, lambda one: (one.id,))
    return OperatorPage(
        operators=[OperatorEntry(**entry_of(one)) for one in listed], next=following
    )


@router.post("", status_code=201, responses=refusals(409, 422))
async def enter_operator(body: OperatorEntered, composed: Composed, asked: Asked) -> EntrySeen:
    """Enter somebody; it takes two admins, who say the very same, and neither of them is it."""
    if (twin := await asked.answered(EntrySeen)) is not None:
        return twin
    wanted = entered(body)
    if asked.caller.subject == wanted.id:
        raise Problem(403, "four-eyes", "Nobody enters oneself.")
    async with composed.database.reading() as room:
        if await room.operators.get(wanted.id) is not None:
            raise Problem(409, "operator-state", "There is an entry under this id already.")
        known = [*wanted.conflicts, *([wanted.party_id] if wanted.party_id else [])]
        await on_the_books(room, known)
    act = await ordered(asked, "enter", wanted, body.reason)

    async def write(books: UnitOfWork) -> EntrySeen:
        await books.registry.hold()
        await carried_out(books, str(act.digest))
        await books.registry.enter(wanted, act.told(wanted.id, asked))
        return seen(wanted, ())

    return await asked.write(EntrySeen, write, 201)


@router.post("/{operator_id}/change", responses=refusals(404, 409, 422))
async def change_operator(
    operator_id: Identifier, body: OperatorChanged, composed: Composed, asked: Asked
) -> EntrySeen:
    """Change unit, level, roles, desks, interests or address; it takes two other admins."""
    if (twin := await asked.answered(EntrySeen)) is not None:
        return twin
    async with composed.database.reading() as room:
        known = await by_another(room, asked, operator_id)
        wanted = changed(known, body)
        await on_the_books(room, sorted(set(wanted.conflicts) - set(known.conflicts)))
    if wanted == known:
        raise Problem(409, "operator-state", "The entry says that already.")
    return await _by_two(asked, known, wanted, act="change", reason=body.reason)


@router.post("/{operator_id}/suspend", responses=refusals(404, 409))
async def suspend_operator(
    operator_id: Identifier, body: Reasoned, composed: Composed, asked: Asked
) -> EntrySeen:
    """Suspend somebody at once: one admin is enough, tasks in hand are for others to take."""
    async with composed.database.reading() as room:
        known = await by_another(room, asked, operator_id)
    act = Act(name="suspend", reason=body.reason)

    async def write(books: UnitOfWork) -> EntrySeen:
        await books.registry.hold()
        now = await books.operators.get(operator_id) or known
        if now.status != "ACTIVE":
            raise Problem(409, "operator-state", "Only who is active is suspended.")
        wanted = replace(now, status="SUSPENDED")
        return await rewrite(books, asked, now, wanted, act)

    return await asked.write(EntrySeen, write)


@router.post("/{operator_id}/resume", responses=refusals(404, 409))
async def resume_operator(
    operator_id: Identifier, body: Reasoned, composed: Composed, asked: Asked
) -> EntrySeen:
    """End a suspension; it takes two other admins."""
    if (twin := await asked.answered(EntrySeen)) is not None:
        return twin
    async with composed.database.reading() as room:
        known = await by_another(room, asked, operator_id)
    if known.status != "SUSPENDED":
        raise Problem(409, "operator-state", "Only who is suspended is resumed.")
    wanted = replace(known, status="ACTIVE")
    return await _by_two(asked, known, wanted, act="resume", reason=body.reason)


@router.post("/{operator_id}/leave", responses=refusals(404, 409))
async def let_operator_leave(
    operator_id: Identifier, body: Reasoned, composed: Composed, asked: Asked
) -> EntrySeen:
    """End somebody's work here for good; it takes two other admins."""
    if (twin := await asked.answered(EntrySeen)) is not None:
        return twin
    async with composed.database.reading() as room:
        known = await by_another(room, asked, operator_id)
    wanted = replace(known, status="LEFT")
    return await _by_two(asked, known, wanted, act="leave", reason=body.reason)


@router.post("/{operator_id}/interests", responses=refusals(404, 409, 422))
async def declare_interests(
    operator_id: Identifier, body: InterestsDeclared, composed: Composed, asked: Asked
) -> EntrySeen:
    """Declare policies and persons of conflicting interest: the person does, or an admin.

    They count from the next act on; to take one away takes two admins.
    """
    async with composed.database.reading() as room:
        known = await colleague(room, operator_id)
        if asked.caller.subject != operator_id and ADMIN not in asked.caller.roles:
            raise Problem(403, "authority", "The person declares interests, or an admin does.")
        await on_the_books(room, sorted(set(body.interests) - set(known.conflicts)))
    act = Act(name="interests", reason=body.reason)

    async def write(books: UnitOfWork) -> EntrySeen:
        await books.registry.hold()
        now = await books.operators.get(operator_id) or known
        wanted = replace(now, conflicts=tuple(sorted({*now.conflicts, *body.interests})))
        return await rewrite(books, asked, now, wanted, act)

    return await asked.write(EntrySeen, write)


async def _by_two(
    asked: Once, known: Operator, wanted: Operator, *, act: str, reason: str
) -> EntrySeen:
    """Rewrite an entry once another admin has said the very same; Problem 409 to the first."""
    agreed = await ordered(asked, act, wanted, reason)

    async def write(books: UnitOfWork) -> EntrySeen:
        return await rewrite(books, asked, known, wanted, agreed)

    return await asked.write(EntrySeen, write)
