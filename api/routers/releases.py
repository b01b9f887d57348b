"""Releases: which build of the workers serves which cases, ramped up, pinned and drained."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.answers import Asked
from api.dependencies import Composed
from api.problems import Problem, refusals
from api.releasing import SERVING, STREAM, find, reach, standing, write_down
from api.schemas.releases import (
    BuildId,
    DrainOrder,
    PinOrder,
    RampOrder,
    ReleaseActed,
    ReleasesSeen,
)
from api.schemas.shapes import Identifier
from infra import releases

router = APIRouter(prefix="/v1", tags=["releases"])
RAMP = "/v1/releases/{build_id}/ramp"
DRAIN = "/v1/releases/{build_id}/drain"
PIN = "/v1/cases/{case_id}/pin"

Named = Annotated[BuildId, Path()]


@router.get("/releases")
async def list_releases(composed: Composed) -> ReleasesSeen:
    """List the builds of the workers, with what each of them serves."""
    return ReleasesSeen(builds=await standing(composed))


@router.post("/releases/{build_id}/ramp", responses=refusals(404, 409))
async def ramp_release(
    build_id: Named, body: RampOrder, composed: Composed, asked: Asked
) -> ReleaseActed:
    """Give a build a share of the cases, all of them, or none."""
    build = await find(composed, build_id)
    if build.state == "current" and body.percent < releases.EVERYTHING:
        raise Problem(409, "build-is-current", "Ramp up another build; this one serves the rest.")
    if body.dry_run:
        return ReleaseActed(build_id=build_id, dry_run=True, builds=await standing(composed))

    async def act() -> ReleaseActed:
        told = (STREAM, "release.ramp", body.reason)
        await write_down(composed, asked, RAMP, told, buildId=build_id, percent=body.percent)
        await reach(lambda: releases.ramp(composed.cases.client, build_id, body.percent))
        return ReleaseActed(build_id=build_id, dry_run=False, builds=await standing(composed))

    return await asked.send(ReleaseActed, act)


@router.post("/releases/{build_id}/drain", responses=refusals(404, 409))
async def drain_release(
    build_id: Named, body: DrainOrder, composed: Composed, asked: Asked
) -> ReleaseActed:
    """Let every case that is pinned to a build go with the current one, so that it can stop."""
    build = await find(composed, build_id)
    if build.state in SERVING:
        raise Problem(409, "build-serves", "The build serves cases; ramp up another one first.")
    if body.dry_run:
        known = await standing(composed)
        return ReleaseActed(build_id=build_id, dry_run=True, freed=build.pinned, builds=known)

    async def act() -> ReleaseActed:
        told = (STREAM, "release.drain", body.reason)
        await write_down(composed, asked, DRAIN, told, buildId=build_id)
        freed = await reach(lambda: releases.drain(composed.cases.client, build_id))
        known = await standing(composed)
        return ReleaseActed(build_id=build_id, dry_run=False, freed=freed, builds=known)

    return await asked.send(ReleaseActed, act)


@router.post("/cases/{case_id}/pin", responses=refusals(404, 409))
async def pin_case(
    case_id: Identifier, body: PinOrder, composed: Composed, asked: Asked
) -> ReleaseActed:
    """Keep a case with one build, whatever becomes current; or let it go again."""
    async with composed.database.reading() as room:
        if await room.cases.get(case_id) is None:
            raise Problem(404, "unknown-case", "There is no such case.")
    if body.build_id is not None:
        await find(composed, body.build_id)
    if body.dry_run:
        return ReleaseActed(build_id=body.build_id, dry_run=True, builds=await standing(composed))

    async def act() -> ReleaseActed:
        told = (case_id, "case.pin", body.reason)
        await write_down(composed, asked, PIN, told, buildId=body.build_id)
        await reach(lambda: releases.pin(composed.cases.client, case_id, body.build_id))
        return ReleaseActed(build_id=body.build_id, dry_run=False, builds=await standing(composed))

    return await asked.send(ReleaseActed, act)
