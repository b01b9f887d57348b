"""Incidents: what is stuck, and trying again."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from api.answers import Asked
from api.dependencies import Composed, Deployment, Known
from api.intake import wire
from api.paging import Paging
from api.presenting import incident_seen, split_id
from api.problems import Problem, refusals
from api.schemas.shapes import Identifier
from api.schemas.work import (
    IncidentPage,
    IncidentQuery,
    IncidentResolve,
    IncidentResolved,
    IncidentSeen,
)
from infra.db.incidents import IncidentFilter, IncidentView
from workflows.contracts.case import IncidentResolution

router = APIRouter(prefix="/v1/incidents", tags=["incidents"])


@router.get("", responses=refusals(401, 403, 422))
async def list_incidents(
    composed: Composed, caller: Known, query: Annotated[IncidentQuery, Query()], page: Paging
) -> IncidentPage:
    """List incidents, the oldest first; the open ones unless asked otherwise."""
    del caller
    place = page.place
    wanted = IncidentFilter(
        open_only=not query.closed,
        case_id=query.case_id,
        code=query.code,
        after=(datetime.fromisoformat(place[0]), place[1], int(place[2])) if place else None,
        limit=page.limit,
    )
    async with composed.database.reading() as room:
        found = await room.incidents.list(wanted)
    last = None
    if len(found) == page.limit:
        last = [found[-1].opened_at.isoformat(), found[-1].instance_id, str(found[-1].key)]
    return IncidentPage(
        incidents=[incident_seen(incident) for incident in found],
        next=composed.cursors.write(last),
    )


@router.get("/{incident_id}", responses=refusals(401, 403, 404))
async def read_incident(incident_id: Identifier, composed: Composed, caller: Known) -> IncidentSeen:
    """Read an incident."""
    del caller
    return incident_seen(await _incident(composed, incident_id))


@router.post("/{incident_id}/resolve", responses=refusals(400, 401, 403, 404, 409, 422, 503))
async def resolve_incident(
    incident_id: Identifier, body: IncidentResolve, composed: Composed, asked: Asked
) -> IncidentResolved:
    """Try the failed element again, first correcting variables."""

    async def act() -> IncidentResolved:
        incident = await _incident(composed, incident_id)
        order = IncidentResolution(
            request_id=asked.request_id,
            actor=asked.caller.subject,
            reason=body.reason,
            incident=incident.key,
            variables=wire(body.variables),
            retries=body.retries,
        )
        receipt = await composed.cases.resolve_incident(incident.instance_id, order)
        return IncidentResolved(incident_id=incident_id, at=receipt.at)

    return await asked.answer(IncidentResolved, act)


async def _incident(composed: Deployment, incident_id: str) -> IncidentView:
    named = split_id(incident_id)
    async with composed.database.reading() as room:
        found = await room.incidents.get(*named) if named else None
    if found is None:
        raise Problem(404, "unknown-incident", "There is no such incident.")
    return found
