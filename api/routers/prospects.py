"""A quote and the list of papers for one policy, without a case."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import Composed, Deployment
from api.drawings import Drawings
from api.problems import Problem, refusals
from api.prospecting import found, moment, prospect_seen, question_of
from api.schemas.prospects import ProspectQuery, ProspectSeen
from api.schemas.shapes import Identifier
from infra.db.events.definitions import Definition
from workflows.domain.items import CATALOGUE, NOT_YET

router = APIRouter(prefix="/v1/policies", tags=["cases"])


@router.get("/{policy_no}/items/{code}/quote", responses=refusals(404, 422))
async def quote_item(
    policy_no: Identifier,
    code: Identifier,
    composed: Composed,
    query: Annotated[ProspectQuery, Query()],
) -> ProspectSeen:
    """Quote an item on a policy: rules, papers, consents, limits, authority, money; not binding.

    Nothing is opened and nothing is written. The rules are those of the model that a case would go
    by; risk is assessed when somebody asks in earnest.
    """
    if code in NOT_YET:
        raise Problem(422, "item-not-served", f"{code} cannot be started: {NOT_YET[code][1]}")
    if code not in CATALOGUE:
        raise Problem(404, "unknown-item", "There is no such item.")
    at = moment(composed, query.date)
    async with composed.database.reading() as room:
        if await room.policies.get(policy_no) is None:
            raise Problem(404, "unknown-policy", "There is no such policy.")
        model = await room.definitions.latest(CATALOGUE[code].process)
        if model is None:
            raise Problem(422, "unknown-process", "The model of the item is not deployed.")
    drawings = await _drawings(composed, model)
    async with composed.database.looking() as books:
        policy = await books.policies.get(policy_no)
        assert policy is not None  # noqa: S101 - policies end, and are never taken away
        question = question_of(policy, code, query, at)
        if await books.parties.get(question.party_id) is None:
            raise Problem(422, "unknown-party", "There is no such applicant party.")
        told = await found(books, drawings.programs[model.process_id], question)
    return prospect_seen(told, model)


async def _drawings(composed: Deployment, model: Definition) -> Drawings:
    """Compile the model where that was not done lately; no connection is held meanwhile."""
    known = composed.drawings.recall(model.bundle_hash)
    if known is not None:
        return known
    async with composed.database.reading() as room:
        files = await room.definitions.files(model.bundle_hash)
    return await asyncio.to_thread(composed.drawings.read, model.bundle_hash, files or {})
