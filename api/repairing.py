"""A repair from request to receipt: foreseen by the case itself, then ordered."""

from api.answers import Once
from api.dependencies import Deployment
from api.intake import wire
from api.problems import Problem
from api.schemas.repairs import (
    BeginningSeen,
    ForecastSeen,
    InstructionSent,
    StandingSeen,
    StuckSeen,
    TokenSeen,
    WaitSeen,
)
from api.second_person import done, seconded, wants_two
from workflows.contracts.case import Receipt
from workflows.contracts.repair import (
    Forecast,
    Instruction,
    RepairAct,
    RepairOrder,
    StandingTold,
)


def repair_order(asked: Once, role: str, reason: str, act: RepairAct) -> RepairOrder:
    """Return an act as an order of the caller."""
    return RepairOrder(
        request_id=asked.request_id,
        actor=asked.caller.subject,
        role=role,
        reason=reason,
        act=act,
    )


async def seconding(
    composed: Deployment, asked: Once, place: tuple[str, str], order: RepairOrder, told: Forecast
) -> RepairOrder:
    """Return the order as it may be carried out; ``place`` is its case and instance.

    Raises Problem 409 where another person has to order it too.
    """
    if told.faults or not wants_two(told):
        return order
    by = await seconded(composed, asked, *place, order)
    return order.model_copy(update={"proposed_by": by})


async def carried_out(composed: Deployment, instance_id: str, order: RepairOrder) -> Receipt:
    """Have the case carry out an order."""
    receipt = await composed.cases.repair(instance_id, order)
    await settled(composed, instance_id, order)
    return receipt


async def settled(composed: Deployment, instance_id: str, order: RepairOrder) -> None:
    """The order was carried out; to do the same again takes two persons again."""
    if order.proposed_by:
        await done(composed, instance_id, order)


async def foreseen(composed: Deployment, instance_id: str, order: RepairOrder) -> Forecast:
    """Ask the case what would come of an order."""
    return await composed.cases.foresee(instance_id, order)


async def instance_of(composed: Deployment, case_id: str, instance_id: str | None) -> str:
    """Return the instance of a case that is meant; raises Problem 404 when it has none such."""
    async with composed.database.reading() as room:
        if await room.cases.get(case_id) is None:
            raise Problem(404, "unknown-case", "There is no such case.")
        if instance_id is None or instance_id == case_id:
            return case_id
        if await room.watch.case_of(instance_id) != case_id:
            raise Problem(404, "unknown-instance", "The case has called no such process.")
    return instance_id


def instruction(sent: InstructionSent) -> Instruction:
    """Return an instruction as the case understands it."""
    return Instruction(
        do=sent.do,
        element=sent.element or "",
        key=sent.key or 0,
        scope=sent.scope or 0,
        variables=wire(sent.variables),
        item=wire({"item": sent.item})["item"] if sent.do == "addInstance" else None,
    )


def forecast_seen(told: Forecast) -> ForecastSeen:
    """Return what would come of an order."""
    return ForecastSeen(
        faults=list(told.faults),
        before=None if told.before is None else _standing(told.before),
        after=None if told.after is None else _standing(told.after),
        effects=[
            BeginningSeen(what=one.what, element=one.element, type=one.type) for one in told.effects
        ],
    )


def _standing(told: StandingTold) -> StandingSeen:
    return StandingSeen(
        tokens=[TokenSeen(**one.model_dump()) for one in told.tokens],
        waits=[WaitSeen(**one.model_dump()) for one in told.waits],
        incidents=[
            StuckSeen(element=one.element, key=one.key, code=one.code) for one in told.incidents
        ],
        compensations=list(told.compensations),
        outcome=told.outcome,
    )
