"""Suspend and resume a process, a type of work, or a system: all cases concerned follow."""

from typing import Literal

from fastapi import APIRouter

from api.answers import Asked, Once
from api.dependencies import Composed, Deployment
from api.permissions import acting_as
from api.problems import Problem, refusals
from api.schemas.standstills import StandstillOrder, Standstills, StandstillSeen
from infra.db.events.standstills import Concerned
from infra.db.unit_of_work import ReadingRoom, UnitOfWork
from workflows.domain.ids import derive
from workflows.domain.standstill import SYSTEMS, Standstill

router = APIRouter(prefix="/v1/standstills", tags=["operations"])
Act = Literal["suspend", "resume"]


@router.get("")
async def list_standstills(composed: Composed) -> Standstills:
    """List what stands still, by whom, why, and whom it concerns."""
    async with composed.database.reading() as room:
        found = [
            (one, await room.standstills.concerned(one.kind, one.target))
            for one in await room.standstills.all()
        ]
    return Standstills(standstills=[_seen(one, concerned) for one, concerned in found])


@router.post("/suspend", responses=refusals(409))
async def suspend(body: StandstillOrder, composed: Composed, asked: Asked) -> StandstillSeen:
    """Let a process, a type of work or a system stand still; clocks of law run on."""
    return await _carry_out("suspend", body, composed, asked)


@router.post("/resume", responses=refusals(409))
async def resume(body: StandstillOrder, composed: Composed, asked: Asked) -> StandstillSeen:
    """Let it go on: timers catch up, what was kept takes effect, work that waited is done."""
    return await _carry_out("resume", body, composed, asked)


async def _carry_out(
    act: Act, body: StandstillOrder, composed: Deployment, asked: Once
) -> StandstillSeen:
    word = Standstill(
        kind=body.kind,
        target=body.target,
        id=derive("ST", asked.request_id),
        by=asked.caller.subject,
        role=acting_as(asked.caller.roles, "POST", f"/v1/standstills/{act}"),
        reason=body.reason,
        since=composed.now(),
    )
    if body.dry_run:
        async with composed.database.reading() as room:
            await _check(act, word, room)
            concerned = await room.standstills.concerned(word.kind, word.target)
        return _seen(word, concerned).model_copy(update={"act": act, "dry_run": True})

    async def order(books: UnitOfWork) -> StandstillSeen:
        await _check(act, word, books)
        if act == "suspend":
            done = await books.standstills.begin(word, asked.request_id)
        else:
            done = await books.standstills.end(word, asked.request_id)
        if not done:
            raise _already(act)
        concerned = await books.standstills.concerned(word.kind, word.target)
        return _seen(word, concerned).model_copy(update={"act": act})

    return await asked.write(StandstillSeen, order)


async def _check(act: Act, word: Standstill, room: ReadingRoom | UnitOfWork) -> None:
    """Refuse what cannot stand still, and what does already or does not."""
    known = await room.standstills.get(word.kind, word.target)
    if (known is not None) == (act == "suspend"):
        raise _already(act)
    if act == "resume":
        return
    if word.kind == "system" and word.target not in SYSTEMS:
        raise Problem(422, "unknown-system", f"The systems are {', '.join(SYSTEMS)}.")
    if word.kind == "process" and await room.definitions.latest(word.target) is None:
        raise Problem(422, "unknown-process", "No such process is deployed.")


def _already(act: Act) -> Problem:
    if act == "suspend":
        return Problem(409, "suspended", "It stands still already.")
    return Problem(409, "not-suspended", "It does not stand still.")


def _seen(one: Standstill, concerned: Concerned) -> StandstillSeen:
    return StandstillSeen(
        kind=one.kind,
        target=one.target,
        by=one.by,
        reason=one.reason,
        since=one.since,
        probe_at=one.probe_at,
        running=concerned.running,
        standing=concerned.standing,
        unbegun=concerned.unbegun,
        clocks=concerned.clocks,
    )
