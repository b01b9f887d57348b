"""Activities that a case offers: begun by the people who work on it."""

from fastapi import APIRouter

from api.answers import Asked
from api.dependencies import Composed
from api.intake import wire
from api.local_ids import split_id
from api.permissions import acting_as
from api.problems import Problem, refusals
from api.repairing import instance_of
from api.schemas.offers import OfferReceipt, OfferTaken
from api.schemas.shapes import Identifier
from workflows.contracts.repair import Begin, Chosen, RepairOrder

router = APIRouter(prefix="/v1/cases", tags=["cases"])
ROUTE = "/v1/cases/{case_id}/activities"


@router.post("/{case_id}/activities", responses=refusals(404, 409))
async def begin_activities(
    case_id: Identifier, body: OfferTaken, composed: Composed, asked: Asked
) -> OfferReceipt:
    """Begin activities that an ad-hoc sub-process of the case offers."""
    place = split_id(body.offer_id)
    if place is None:
        raise Problem(404, "unknown-offer", "The case has made no such offer.")
    instance_id, wait = place
    instance_id = await instance_of(composed, case_id, instance_id)
    order = RepairOrder(
        request_id=asked.request_id,
        actor=asked.caller.subject,
        role=acting_as(asked.caller.roles, "POST", ROUTE),
        reason=body.comment,
        act=Begin(
            wait=wait,
            activities=tuple(
                Chosen(element=one.element, variables=wire(one.variables))
                for one in body.activities
            ),
            is_last=body.is_last,
        ),
    )

    async def begin() -> OfferReceipt:
        receipt = await composed.cases.repair(instance_id, order)
        return OfferReceipt(case_id=case_id, offer_id=body.offer_id, at=receipt.at)

    return await asked.send(OfferReceipt, begin)
