"""Incidents: what is stuck, and trying again."""

from copy import copy
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.answers import Asked, Once
from api.dependencies import Composed, Deployment
from api.intake import wire
from api.local_ids import local_id, split_id
from api.paging import page_of
from api.permissions import acting_as
from api.presenting import incident_detail, incident_group, incident_seen
from api.problems import Problem, refusals
from api.repairing import carried_out, forecast_seen, foreseen, repair_order, seconding, settled
from api.schemas.repairs import ForecastSeen
from api.schemas.shapes import LocalId
from api.schemas.work import (
    IncidentDetail,
    IncidentGroups,
    IncidentOutcome,
    IncidentPage,
    IncidentQuery,
    IncidentResolve,
    IncidentResolved,
    IncidentsResolve,
    IncidentsResolved,
)
from api.setting_aside import is_aside, judged, set_aside, taken_up
from infra.db.operations.incidents import IncidentFilter, IncidentGroup, IncidentView
from workflows.contracts.case import IncidentResolution
from workflows.contracts.repair import RepairAct, Retry, Skip, Throw
from workflows.domain.ids import derive

router = APIRouter(prefix="/v1/incidents", tags=["incidents"])
ROUTE = "/v1/incidents/{incident_id}/resolve"
_NOBODY_KNOWS = 500
"""From here on a refusal says nothing about what was done: the whole is asked again."""


@router.get("")
async def list_incidents(
    request: Request, composed: Composed, query: Annotated[IncidentQuery, Query()]
) -> IncidentPage | IncidentGroups:
    """List incidents, the oldest first, or their causes; the open ones unless asked otherwise."""
    if query.group is not None:
        return await group_incidents(composed)
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
async def read_incident(incident_id: LocalId, composed: Composed) -> IncidentDetail:
    """Read an incident: what is wrong, since when, with what data, and what can be done."""
    incident = await _incident(composed, incident_id)
    async with composed.database.reading() as room:
        around = await room.incident_pages.around(incident)
    return incident_detail(incident, around)


@router.post("/{incident_id}/resolve", responses=refusals(404, 409))
async def resolve_incident(
    incident_id: LocalId, body: IncidentResolve, composed: Composed, asked: Asked
) -> IncidentResolved:
    """Try a stuck element again, take it for done, let it throw an error, or set it aside."""
    _check_error_code(body)
    if body.dry_run and is_aside(body.act):
        judged(await _incident(composed, incident_id), body.act)
        return _resolved(incident_id, body, None, None)
    if body.dry_run:
        incident = await _resolvable(composed, incident_id)
        order = repair_order(asked, _role(asked), body.reason, _act(incident.key, body))
        told = await foreseen(composed, incident.instance_id, order)
        return _resolved(incident_id, body, None, forecast_seen(told))

    async def act() -> IncidentResolved:
        return await resolve(composed, asked, incident_id, body)

    return await asked.send(IncidentResolved, act)


@router.post("/resolve", responses=refusals(409))
async def resolve_incidents(
    body: IncidentsResolve, composed: Composed, asked: Asked
) -> IncidentsResolved:
    """Resolve every open incident of a case or of a cause that the case itself opened."""
    if body.case_id is None and body.incident_code is None and body.cause is None:
        raise Problem(422, "no-cause", "Name a case, or a cause by its code.")
    _check_error_code(body)
    if body.dry_run:
        found, more = await _meant(composed, body)
        untouched = [_outcome(incident, None, None) for incident in found]
        return IncidentsResolved(act=body.act, dry_run=True, outcomes=untouched, more=more)

    async def act() -> IncidentsResolved:
        found, more = await _meant(composed, body)
        outcomes = [await _one_of_many(composed, asked, incident, body) for incident in found]
        return IncidentsResolved(act=body.act, dry_run=False, outcomes=outcomes, more=more)

    return await asked.send(IncidentsResolved, act)


async def _meant(
    composed: Deployment, body: IncidentsResolve
) -> tuple[tuple[IncidentView, ...], bool]:
    wanted = IncidentFilter(
        case_id=body.case_id,
        code=body.incident_code,
        element=body.element,
        process_id=body.process,
        source=None if is_aside(body.act) else "case",
        limit=body.limit + 1,
    )
    async with composed.database.reading() as room:
        if body.cause is not None:
            wanted = _of_cause(wanted, await room.incidents.group(body.cause))
        found = await room.incidents.list(wanted)
    return found[: body.limit], len(found) > body.limit


def _of_cause(wanted: IncidentFilter, group: IncidentGroup | None) -> IncidentFilter:
    if group is None:
        raise Problem(409, "not-open", "No open incident has this cause any more.")
    return replace(
        wanted,
        process_id=group.process_id,
        element=group.element,
        code=group.code,
        message=group.message,
    )


async def _one_of_many(
    composed: Deployment, asked: Once, incident: IncidentView, body: IncidentResolve
) -> IncidentOutcome:
    """Resolve one; its request id is its own, and the same when the whole is repeated."""
    incident_id = local_id(incident.instance_id, incident.key)
    own = copy(asked)
    own.request_id = derive("RI", asked.request_id, incident_id)
    try:
        done = await resolve(composed, own, incident_id, body)
    except Problem as problem:
        if problem.status >= _NOBODY_KNOWS:
            raise
        return _outcome(incident, None, problem.code)
    return _outcome(incident, done.at, None)


def _outcome(incident: IncidentView, at: datetime | None, problem: str | None) -> IncidentOutcome:
    return IncidentOutcome(
        incident_id=local_id(incident.instance_id, incident.key),
        case_id=incident.case_id,
        at=at,
        problem=problem,
    )


def _check_error_code(body: IncidentResolve) -> None:
    if body.act == "throw" and body.code is None:
        raise Problem(422, "no-error-code", "Name the code of the error to throw.")


async def resolve(
    composed: Deployment, asked: Once, incident_id: str, body: IncidentResolve
) -> IncidentResolved:
    """Have the case do what is ordered about its incident, or set the incident aside."""
    if is_aside(body.act):
        at = await set_aside(composed, asked, await _incident(composed, incident_id), body)
        return _resolved(incident_id, body, at, None)
    incident = await _resolvable(composed, incident_id)
    order = repair_order(asked, _role(asked), body.reason, _act(incident.key, body))
    if body.act != "retry" or body.variables:
        told = await foreseen(composed, incident.instance_id, order)
        place = (incident.case_id, incident.instance_id)
        order = await seconding(composed, asked, place, order, told)
    if body.act == "retry":
        retry = _retry(asked, incident.key, body, order.proposed_by)
        receipt = await composed.cases.resolve_incident(incident.instance_id, retry)
        await settled(composed, incident.instance_id, order)
    else:
        receipt = await carried_out(composed, incident.instance_id, order)
    await taken_up(composed, incident, body.reason)
    return _resolved(incident_id, body, receipt.at, None)


def _retry(asked: Once, key: int, body: IncidentResolve, proposed_by: str) -> IncidentResolution:
    return IncidentResolution(
        request_id=asked.request_id,
        actor=asked.caller.subject,
        reason=body.reason,
        incident=key,
        variables=wire(body.variables),
        retries=body.retries,
        role=_role(asked),
        queue=body.queue or "",
        proposed_by=proposed_by,
    )


def _act(key: int, body: IncidentResolve) -> RepairAct:
    variables = wire(body.variables)
    match body.act:
        case "retry":
            return Retry(incident=key, variables=variables, retries=body.retries)
        case "skip":
            return Skip(incident=key, variables=variables)
        case "throw":
            code = body.code or ""
            return Throw(incident=key, code=code, message=body.message, variables=variables)
        case _:
            raise AssertionError(f"Expected an act of the case, but got {body.act}")


def _role(asked: Once) -> str:
    return acting_as(asked.caller.roles, "POST", ROUTE)


def _resolved(
    incident_id: str, body: IncidentResolve, at: datetime | None, told: ForecastSeen | None
) -> IncidentResolved:
    return IncidentResolved(
        incident_id=incident_id, act=body.act, dry_run=body.dry_run, at=at, forecast=told
    )


async def _resolvable(composed: Deployment, incident_id: str) -> IncidentView:
    incident = await _incident(composed, incident_id)
    if incident.source != "case":
        raise Problem(
            409,
            "seen-from-outside",
            "The case does not know this incident; it closes by itself when its cause is gone. "
            "Its actions say what to do.",
        )
    return incident


async def _incident(composed: Deployment, incident_id: str) -> IncidentView:
    named = split_id(incident_id)
    async with composed.database.reading() as room:
        found = await room.incidents.get(*named) if named else None
    if found is None:
        raise Problem(404, "unknown-incident", "There is no such incident.")
    return found
