"""Agents who leave: told once, and what became of the policies they served."""

from fastapi import APIRouter, Response

from api.answers import Asked
from api.departing import depart, departed, preview
from api.dependencies import Composed
from api.problems import Problem, refusals
from api.schemas.agents import AgentLeft, DepartureSeen
from api.schemas.shapes import Identifier
from infra.db.unit_of_work import UnitOfWork

router = APIRouter(prefix="/v1/agents", tags=["agents"])


@router.post(
    "/{agent_id}/departure",
    status_code=201,
    responses={
        **refusals(404, 409),
        200: {"model": DepartureSeen, "description": "A dry run: nothing was written."},
    },
)
async def tell_departure(
    agent_id: Identifier, body: AgentLeft, composed: Composed, asked: Asked, response: Response
) -> DepartureSeen:
    """Tell that an agent has left: every policy served becomes an orphan, its holder is told."""
    if body.dry_run:
        response.status_code = 200
        async with composed.database.reading() as room:
            return await preview(room, agent_id, body, composed)

    async def act(books: UnitOfWork) -> DepartureSeen:
        return await depart(books, agent_id, body, composed, asked)

    try:
        return await asked.write(DepartureSeen, act, 201)
    except Problem:
        twin = await asked.answered(DepartureSeen)  # this very request, at once, elsewhere
        if twin is None:
            raise
        return twin


@router.get("/{agent_id}/departure", responses=refusals(404))
async def read_departure(agent_id: Identifier, composed: Composed) -> DepartureSeen:
    """Read how far the policies of an agent who left have come."""
    async with composed.database.reading() as room:
        return await departed(room, agent_id, composed)
