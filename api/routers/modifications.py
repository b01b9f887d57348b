"""Modification of a case: tokens moved, begun and ended, variables set; foreseen before."""

from fastapi import APIRouter

from api.answers import Asked
from api.dependencies import Composed
from api.permissions import acting_as
from api.problems import Problem, refusals
from api.repairing import (
    carried_out,
    forecast_seen,
    foreseen,
    instance_of,
    instruction,
    repair_order,
    seconding,
)
from api.schemas.repairs import ModificationOrder, ModificationSeen
from api.schemas.shapes import Identifier
from workflows.contracts.repair import Modify

router = APIRouter(prefix="/v1/cases", tags=["cases"])
ROUTE = "/v1/cases/{case_id}/modification"


@router.post("/{case_id}/modification", responses=refusals(404, 409))
async def modify_case(
    case_id: Identifier, body: ModificationOrder, composed: Composed, asked: Asked
) -> ModificationSeen:
    """Move tokens of a case; the dry run tells tokens, waits and effects before and after."""
    instance_id = await instance_of(composed, case_id, body.instance_id)
    role = acting_as(asked.caller.roles, "POST", ROUTE)
    act = Modify(instructions=tuple(map(instruction, body.instructions)))
    order = repair_order(asked, role, body.reason, act)
    if body.dry_run:
        told = await foreseen(composed, instance_id, order)
        return ModificationSeen(
            case_id=case_id, instance_id=instance_id, dry_run=True, forecast=forecast_seen(told)
        )
    if not body.instructions:
        raise Problem(422, "no-instructions", "Say what is to be modified.")

    async def carry_out() -> ModificationSeen:
        told = await foreseen(composed, instance_id, order)
        wanted = await seconding(composed, asked, (case_id, instance_id), order, told)
        receipt = await carried_out(composed, instance_id, wanted)
        return ModificationSeen(
            case_id=case_id,
            instance_id=instance_id,
            dry_run=False,
            at=receipt.at,
            forecast=forecast_seen(told),
        )

    return await asked.send(ModificationSeen, carry_out)
