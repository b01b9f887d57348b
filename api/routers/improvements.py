"""Improvement items: from the reasons of what goes wrong to the version in which it does not."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.answers import Asked
from api.dependencies import Composed
from api.paging import page_of
from api.periods import days_of, instants_of
from api.problems import Problem, refusals
from api.schemas.feedback import (
    CohortSeen,
    DefectQuery,
    DefectSeen,
    DefectsSeen,
    ImprovementClosed,
    ImprovementOpened,
    ImprovementPage,
    ImprovementQuery,
    ImprovementRead,
    ImprovementSeen,
)
from api.schemas.shapes import Identifier
from infra.db.unit_of_work import ReadingRoom, UnitOfWork
from workflows.domain.ids import derive
from workflows.domain.improvement import Defect, Improvement

router = APIRouter(prefix="/v1", tags=["feedback"])
MOST = 200


@router.get("/defects", responses=refusals(422))
async def list_defects(composed: Composed, query: Annotated[DefectQuery, Query()]) -> DefectsSeen:
    """Count reasons of complaints, low answers, anomalies and refusals, the most frequent first."""
    first, last = days_of(query.since, query.until, composed)
    async with composed.database.reading() as room:
        found = await room.improvements.defects(instants_of(first, last, composed))
    return DefectsSeen(since=first, until=last, defects=[_defect(one) for one in found[:MOST]])


@router.get("/improvements")
async def list_improvements(
    request: Request, composed: Composed, query: Annotated[ImprovementQuery, Query()]
) -> ImprovementPage:
    """List improvement items, the newest first."""
    page = page_of(query, composed.cursors, request.url.path)
    place = page.place
    async with composed.database.reading() as room:
        found = await room.improvements.list(
            closed=query.closed,
            before=(datetime.fromisoformat(place[0]), place[1]) if place else None,
            limit=page.with_one_more,
        )
    items, following = page.cut(found, lambda one: (one.opened_at.isoformat(), one.id))
    return ImprovementPage(improvements=[_item(one) for one in items], next=following)


@router.post("/improvements", status_code=201, responses=refusals(409, 422))
async def open_improvement(
    body: ImprovementOpened, composed: Composed, asked: Asked
) -> ImprovementSeen:
    """Open an item for a reason that cases of a version of a model have."""
    item = Improvement(
        id=derive("IM", asked.request_id),
        source=body.source,
        reason=body.reason,
        process_id=body.process_id,
        version=body.version,
        problem=body.problem,
        opened_by=asked.caller.subject,
        opened_at=composed.now(),
    )

    async def act(books: UnitOfWork) -> ImprovementSeen:
        if not (await books.improvements.cohort(item, item.version)).with_reason:
            raise Problem(422, "no-such-defect", "No case of that version has that reason.")
        if await books.improvements.is_open(item):
            raise Problem(409, "already-open", "An item for that reason of that model is open.")
        await books.improvements.open(item)
        return _item(item)

    return await asked.write(ImprovementSeen, act, 201)


@router.get("/improvements/{improvement_id}", responses=refusals(404))
async def read_improvement(improvement_id: Identifier, composed: Composed) -> ImprovementRead:
    """Read an item with the cases of its version and of the version that it was done in."""
    async with composed.database.reading() as room:
        item = await room.improvements.get(improvement_id)
        if item is None:
            raise _unknown()
        done = item.done_version
        return ImprovementRead(
            improvement=_item(item),
            before=await _cohort(room, item, item.version),
            after=None if done is None else await _cohort(room, item, done),
        )


@router.post("/improvements/{improvement_id}/close", responses=refusals(404, 409, 422))
async def close_improvement(
    improvement_id: Identifier, body: ImprovementClosed, composed: Composed, asked: Asked
) -> ImprovementSeen:
    """Close an item: done in a later version that is deployed, or dropped with a reason."""

    async def act(books: UnitOfWork) -> ImprovementSeen:
        item = await books.improvements.get(improvement_id)
        if item is None:
            raise _unknown()
        if item.state != "OPEN":
            raise Problem(409, "not-open", "The item was closed already.")
        if body.version is not None:
            await _must_be_later(books, item, body.version)
        closed = await books.improvements.close(
            item,
            version=body.version,
            reason=body.reason,
            by=asked.caller.subject,
            at=composed.now(),
        )
        return _item(closed)

    return await asked.write(ImprovementSeen, act)


async def _must_be_later(books: UnitOfWork, item: Improvement, version: int) -> None:
    if version <= item.version:
        raise Problem(422, "not-later", "An item is done in a later version than it was found in.")
    if await books.definitions.get(item.process_id, version) is None:
        raise Problem(422, "not-deployed", "That version of the model is not deployed.")


async def _cohort(room: ReadingRoom, item: Improvement, version: int) -> CohortSeen:
    found = await room.improvements.cohort(item, version)
    return CohortSeen(version=found.version, cases=found.cases, with_reason=found.with_reason)


def _unknown() -> Problem:
    return Problem(404, "unknown-improvement", "There is no such improvement item.")


def _defect(one: Defect) -> DefectSeen:
    return DefectSeen(
        source=one.source,
        reason=one.reason,
        process_id=one.process_id,
        version=one.version,
        cases=one.cases,
    )


def _item(one: Improvement) -> ImprovementSeen:
    return ImprovementSeen(
        improvement_id=one.id,
        source=one.source,
        reason=one.reason,
        process_id=one.process_id,
        version=one.version,
        problem=one.problem,
        state=one.state,
        opened_by=one.opened_by,
        opened_at=one.opened_at,
        done_version=one.done_version,
        closed_by=one.closed_by,
        closed_at=one.closed_at,
        closing_reason=one.closing_reason,
    )
