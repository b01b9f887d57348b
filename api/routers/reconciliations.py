"""Reconciliation with the bank: days to compare, breaks to look at and to close."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.answers import Asked
from api.auth import Caller
from api.dependencies import Composed, operator_of
from api.paging import page_of
from api.problems import Problem, refusals
from api.schemas.reconciliation import (
    BreakClosed,
    BreakPage,
    BreakQuery,
    BreakSeen,
    ReconciledDay,
    ReconciliationAsked,
    ReconciliationPage,
    ReconciliationSeen,
)
from api.schemas.shapes import Day, Identifier, PageQuery
from infra.db.operations.reconciliation import KnownBreak, Reconciliation
from infra.db.unit_of_work import ReadingRoom, UnitOfWork
from workflows.domain.findings import ANOMALY_ROUTES
from workflows.domain.money import Money

router = APIRouter(prefix="/v1", tags=["money"])
DESK = "finance"
OUTCOMES = ANOMALY_ROUTES["MONEY"].outcomes


@router.get("/reconciliations")
async def list_reconciliations(
    request: Request, composed: Composed, query: Annotated[PageQuery, Query()]
) -> ReconciliationPage:
    """List the days that were compared or are to be, the latest first."""
    page = page_of(query, composed.cursors, request.url.path)
    before = date.fromisoformat(page.place[0]) if page.place else None
    async with composed.database.reading() as room:
        found = await room.reconciliation.list(before=before, limit=page.with_one_more)
    days, following = page.cut(found, lambda one: (one.day.isoformat(),))
    return ReconciliationPage(days=[_day(one) for one in days], next=following)


@router.post("/reconciliations", status_code=202, responses=refusals(422))
async def ask_for_reconciliation(
    body: ReconciliationAsked, composed: Composed, asked: Asked
) -> ReconciliationSeen:
    """Have the workers compare a day with the bank, within seconds; it may be asked for again."""
    day, now = date.fromisoformat(body.day), composed.now()
    if day > now.astimezone(composed.zone).date():
        raise Problem(422, "day-in-future", "The day has not come yet.")

    async def act(books: UnitOfWork) -> ReconciliationSeen:
        return _day(await books.reconciliation.ask(day, by=asked.caller.subject, at=now))

    return await asked.write(ReconciliationSeen, act, 202)


@router.get("/reconciliations/{day}", responses=refusals(404))
async def read_reconciliation(day: Day, composed: Composed) -> ReconciledDay:
    """Read what became of a day, with its breaks."""
    on = date.fromisoformat(day)
    async with composed.database.reading() as room:
        found = await room.reconciliation.get(on)
        if found is None:
            raise Problem(404, "unknown-reconciliation", "Nobody had this day compared.")
        breaks = await room.reconciliation.breaks(day=on)
    return ReconciledDay(reconciliation=_day(found), breaks=[_break(one) for one in breaks])


@router.get("/reconciliation-breaks")
async def list_breaks(
    request: Request, composed: Composed, query: Annotated[BreakQuery, Query()]
) -> BreakPage:
    """List breaks, the oldest first."""
    page = page_of(query, composed.cursors, request.url.path)
    place = page.place
    async with composed.database.reading() as room:
        found = await room.reconciliation.page(
            closed=query.closed,
            after=(datetime.fromisoformat(place[0]), place[1]) if place else None,
            limit=page.with_one_more,
        )
    breaks, following = page.cut(found, lambda one: (one.at.isoformat(), one.id))
    return BreakPage(breaks=[_break(one) for one in breaks], next=following)


@router.post("/reconciliation-breaks/{break_id}/close", responses=refusals(404, 409, 422))
async def close_break(
    break_id: Identifier, body: BreakClosed, composed: Composed, asked: Asked
) -> BreakSeen:
    """Close a break that was dealt with, and its anomaly; only finance may."""
    if body.outcome not in OUTCOMES:
        raise Problem(422, "unknown-outcome", f"A break ends with {', '.join(OUTCOMES)}.")
    async with composed.database.reading() as room:
        await _of_finance(room, asked.caller)

    async def act(books: UnitOfWork) -> BreakSeen:
        found = await books.reconciliation.get_break(break_id)
        if found is None:
            raise Problem(404, "unknown-break", "There is no such break.")
        if found.closed_at is not None:
            raise Problem(409, "not-open", "The break was closed already.")
        closed = await books.reconciliation.close(
            found, body.outcome, body.reason, by=asked.caller.subject, at=composed.now()
        )
        return _break(closed)

    return await asked.write(BreakSeen, act)


async def _of_finance(room: ReadingRoom, caller: Caller) -> None:
    operator = await operator_of(room, caller)
    if DESK not in operator.groups:
        raise Problem(403, "authority", "Only finance closes a break.")


def _day(one: Reconciliation) -> ReconciliationSeen:
    return ReconciliationSeen(
        day=one.day,
        asked_at=one.asked_at,
        asked_by=one.asked_by,
        done_at=one.done_at,
        lines=one.lines,
        orders=one.orders,
        breaks=one.breaks,
    )


def _break(one: KnownBreak) -> BreakSeen:
    def amount(minor: int | None) -> str | None:
        return None if minor is None else str(Money(minor, one.currency))

    return BreakSeen(
        break_id=one.id,
        kind=one.kind,
        about=one.about,
        case_id=one.case_id,
        first_day=one.first_day,
        last_day=one.last_day,
        currency=one.currency,
        at_bank=amount(one.at_bank_minor),
        by_case=amount(one.by_case_minor),
        in_ledger=amount(one.in_ledger_minor),
        anomaly_id=one.anomaly_id,
        outcome=one.outcome,
        note=one.note,
        closed_by=one.closed_by,
        closed_at=one.closed_at,
    )
