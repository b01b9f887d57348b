"""Migration of running cases between versions of their model: planned, foreseen, done, undone."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.answers import Asked
from api.dependencies import Composed
from api.migrating import carry_out_all, definition, proposed, seen, wanted_of
from api.permissions import acting_as
from api.problems import refusals
from api.repairing import foreseen
from api.schemas.migrations import (
    MatchSeen,
    MigrationOrder,
    MigrationPlanQuery,
    MigrationPlanSeen,
    MigrationSeen,
    OpenSeen,
    PlanSeen,
)
from api.schemas.shapes import Identifier, ProcessId

router = APIRouter(prefix="/v1", tags=["cases"])
ROUTE = "/v1/cases/{case_id}/migration"


@router.get("/definitions/{process_id}/{version}/migration", responses=refusals(404))
async def plan_migration(
    process_id: ProcessId,
    version: Annotated[int, Path(ge=1, le=1_000_000)],
    query: Annotated[MigrationPlanQuery, Query()],
    composed: Composed,
) -> MigrationPlanSeen:
    """Propose a plan: which element takes over for which, by id and by structure."""
    old = await definition(composed, process_id, version)
    new = await definition(composed, process_id, query.to)
    found = await proposed(composed, process_id, old.bundle_hash, new.bundle_hash)
    plan = found.plan
    return MigrationPlanSeen(
        process=process_id,
        version=version,
        to=new.version,
        plan=PlanSeen(
            elements=dict(plan.elements), flows=dict(plan.flows), renew=[], dues=dict(plan.dues)
        ),
        matches=[
            MatchSeen(source=one.source, target=one.target, by=one.by) for one in found.matches
        ],
        open=[OpenSeen(element=element, why=why) for element, why in found.open],
        new=list(found.new),
    )


@router.post("/cases/{case_id}/migration", responses=refusals(404, 409))
async def migrate_case(
    case_id: Identifier, body: MigrationOrder, composed: Composed, asked: Asked
) -> MigrationSeen:
    """Let a case go on by another version, with what it called; the dry run changes nothing."""
    role = acting_as(asked.caller.roles, "POST", ROUTE)
    if body.dry_run:
        wanted = await wanted_of(composed, asked, role, case_id, body)
        told = [
            seen(one, await foreseen(composed, one.instance.instance_id, one.order))
            for one in wanted
        ]
        return MigrationSeen(case_id=case_id, dry_run=True, instances=told)

    async def carry_out() -> MigrationSeen:
        wanted = await wanted_of(composed, asked, role, case_id, body)
        done = await carry_out_all(composed, asked, case_id, wanted)
        return MigrationSeen(case_id=case_id, dry_run=False, instances=done)

    return await asked.send(MigrationSeen, carry_out)
