"""Incidents: what is stuck, and trying again."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.answers import Asked
from api.dependencies import Composed, Deployment
from api.intake import wire
from api.local_ids import split_id
from api.paging import page_of
from api.permissions import acting_as
from api.presenting import incident_group, incident_seen
from api.problems import Problem, refusals
from api.schemas.shapes import LocalId
from api.schemas.work import (
    IncidentGroups,
    IncidentPage,
    IncidentQuery,
    IncidentResolve,
    IncidentResolved,
    IncidentSeen,
)
from infra.db.incidents import IncidentFilter, IncidentView
from workflows.contracts.case import IncidentResolution

router = APIRouter(prefix="/v1/incidents", tags=["incidents"])
ROUTE = "/v1/incidents/{incident_id}/resolve"


@router.get("")
async def list_incidents(
    request: Request, composed: Composed, query: Annotated[IncidentQuery, Query()]
) -> IncidentPage:
    """List incidents, the oldest first; the open ones unless asked otherwise."""
    page = page_of(query, composed.cursors, request.url.path)
    place = page.place
    wanted = IncidentFilter(
        open_only=not query.closed,
        case_id=query.case_id,
        code=query.code,
        element=query.element,
        process_id=query.process,
        after=(datetime.fromisoformat(place[0]), place[1], int(place[2])) if place else None,
        limit=page.with_one_more,
    )
    async with composed.database.reading() as room:
        found = await room.incidents.list(wanted)
    incidents, following = page.cut(
        found, lambda found: (found.opened_at.isoformat(), found.instance_id, str(found.key))
    )
    return IncidentPage(
        incidents=[incident_seen(incident) for incident in incidents], next=following
    )


@router.get("/groups")
async def group_incidents(composed: Composed) -> IncidentGroups:
    """Group open incidents by cause, the most frequent first."""
    async with composed.database.reading() as room:
        found = await room.incidents.groups()
    return IncidentGroups(groups=[incident_group(group) for group in found])


@router.get("/{incident_id}", responses=refusals(404))
async def read_incident(incident_id: LocalId, composed: Composed) -> IncidentSeen:
    """Read an incident."""
    return incident_seen(await _incident(composed, incident_id))


@router.post("/{incident_id}/resolve", responses=refusals(404, 409))
async def resolve_incident(
    incident_id: LocalId, body: IncidentResolve, composed: Composed, asked: Asked
) -> IncidentResolved:
    """Try the failed element again, first correcting variables."""

    async def act() -> IncidentResolved:
        incident = await _incident(composed, incident_id)
        if incident.source != "case":
            raise Problem(
                409,
                "seen-from-outside",
                "The case does not know this incident; it closes by itself when its cause is gone. "
                "Its actions say what to do.",
            )
        order = IncidentResolution(
            request_id=asked.request_id,
            actor=asked.caller.subject,
            reason=body.reason,
            incident=incident.key,
            variables=wire(body.variables),
            retries=body.retries,
            role=acting_as(asked.caller.roles, "POST", ROUTE),
        )
        receipt = await composed.cases.resolve_incident(incident.instance_id, order)
        return IncidentResolved(incident_id=incident_id, at=receipt.at)

    return await asked.send(IncidentResolved, act)


async def _incident(composed: Deployment, incident_id: str) -> IncidentView:
    named = split_id(incident_id)
    async with composed.database.reading() as room:
        found = await room.incidents.get(*named) if named else None
    if found is None:
        raise Problem(404, "unknown-incident", "There is no such incident.")
    return found
