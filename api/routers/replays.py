"""Replay of a case: from its last good point, an event or an element."""

from collections.abc import Iterable

from fastapi import APIRouter

from api.answers import Asked, Once
from api.dependencies import Composed, Known
from api.intake import wire
from api.permissions import acting_as
from api.problems import refusals
from api.repairing import repair_order
from api.replaying import Plan, Wanted, carry_out, plan, said, undoing
from api.schemas.replays import (
    DecisionSeen,
    EffectSeen,
    ReopenedSeen,
    ReplayOrder,
    ReplayPoint,
    ReplaySeen,
    UndoneSeen,
)
from api.schemas.shapes import Identifier
from api.second_person import done as settled
from api.second_person import seconded
from infra.db.journal.replays import Replay
from infra.db.operations.replay_views import KeptEffect
from infra.replay_points import looks_at_undoing
from workflows.contracts.repair import Instruction, Modify, RepairOrder
from workflows.contracts.undoing import Made

router = APIRouter(prefix="/v1/cases", tags=["cases"])
ROUTE = "/v1/cases/{case_id}/replay"


@router.post("/{case_id}/replay", responses=refusals(404, 409))
async def replay_case(
    case_id: Identifier, body: ReplayOrder, composed: Composed, caller: Known, asked: Asked
) -> ReplaySeen:
    """Take a case up again from an earlier point; effects already made are found, not repeated."""
    if body.dry_run:
        foreseen = _seen(case_id, await plan(composed, case_id, _wanted(body)), body)
        return foreseen.model_copy(update={"corrects": sorted(body.variables)})

    async def act() -> ReplaySeen:
        replay_id = f"RP-{asked.request_id}"
        async with composed.database.reading() as room:
            known = await room.replays.get(replay_id)
        if known is not None:  # the answer was lost; the order was not
            return _repeated(await carry_out(composed, known, frozenset()))
        found = await plan(composed, case_id, _wanted(body))
        undo = await undoing(composed, found, body.undo)
        repair = _as_repair(asked, body)
        wants_two = body.variables or (undo is not None and undo.steps)
        by = await seconded(composed, asked, case_id, case_id, repair) if wants_two else None
        order = Replay(
            id=replay_id,
            case_id=case_id,
            base_run_id=found.run_id,
            event_id=found.event_id,
            element=found.element,
            point_at=found.at,
            actor=caller.subject,
            role=acting_as(caller.roles, "POST", ROUTE),
            reason=body.reason,
            at=composed.now(),
            variables=wire(body.variables) or None,
            proposed_by=by,
            undo=None if undo is None else undo.model_dump(mode="json"),
        )
        made = await carry_out(composed, order, found.replayed)
        if by is not None:
            await settled(composed, case_id, repair)
        return _seen(case_id, found, body, made)

    return await asked.send(ReplaySeen, act)


def _wanted(body: ReplayOrder) -> Wanted:
    looks = looks_at_undoing(body.undo, corrects=bool(body.variables))
    return Wanted(to=body.to, run_id=body.run_id, undo=looks)


def _seen(case_id: str, found: Plan, body: ReplayOrder, done: Replay | None = None) -> ReplaySeen:
    tail, undo = found.tail, said(found, body.undo)
    return ReplaySeen(
        case_id=case_id,
        dry_run=done is None,
        point=ReplayPoint(
            run_id=found.run_id,
            event_id=found.event_id,
            element=found.element,
            why=found.why,
            at=found.at,
        ),
        status=tail.status,
        superseded=tail.superseded,
        reopened=[
            ReopenedSeen(waits_for=one.waits_for, element=one.element, name=one.name)
            for one in tail.reopened
        ],
        effects_kept=_effects(() if undo else tail.effects),
        effects_remade=_effects((*tail.remade, *(undo.anew if undo else ()))),
        effects_undone=[
            UndoneSeen(
                element=one.last.element,
                kind=one.last.kind,
                at=one.last.at,
                by=one.handler or one.type,
            )
            for one in (undo.steps if undo else ())
        ],
        effects_fixed=_effects(undo.barred if undo else ()),
        effects_before=tail.effects_before,
        decisions_again=[
            DecisionSeen(element=one.element, by=one.by, outcome=one.outcome, at=one.at)
            for one in tail.decisions
        ],
        replay_id=None if done is None else done.id,
        new_run_id=None if done is None else done.new_run_id,
        corrects=sorted(done.variables or ()) if done is not None else [],
    )


def _effects(found: Iterable[KeptEffect | Made]) -> list[EffectSeen]:
    return [EffectSeen(element=one.element, kind=one.kind, at=one.at) for one in found]


def _as_repair(asked: Once, body: ReplayOrder) -> RepairOrder:
    """Return what two persons have to order alike: the point and the corrections."""
    correction = Instruction(
        do="setVariables", element=str(body.to), variables=wire(body.variables)
    )
    undo = (Instruction(do="compensate"),) if body.undo else ()
    role = acting_as(asked.caller.roles, "POST", ROUTE)
    return repair_order(asked, role, body.reason, Modify(instructions=(correction, *undo)))


def _repeated(done: Replay) -> ReplaySeen:
    """An order that was carried out before its answer could be remembered."""
    return ReplaySeen(
        case_id=done.case_id,
        dry_run=False,
        point=ReplayPoint(
            run_id=done.base_run_id,
            event_id=done.event_id,
            element=done.element,
            why="ordered before",
            at=done.point_at,
        ),
        status="",
        superseded=0,
        reopened=[],
        effects_kept=[],
        effects_before=0,
        decisions_again=[],
        replay_id=done.id,
        new_run_id=done.new_run_id,
    )
