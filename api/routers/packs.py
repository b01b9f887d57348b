"""Jurisdiction packs: every number of law, where it is written and how well we know it."""

from collections.abc import Iterator

from fastapi import APIRouter

from api.dependencies import Composed
from api.problems import Problem, refusals
from api.schemas.items import PackList, PackSeen, RuleSeen
from api.schemas.shapes import Identifier
from infra.db.unit_of_work import ReadingRoom
from workflows.domain.jurisdiction import JurisdictionPack

router = APIRouter(prefix="/v1/packs", tags=["catalogue"])


@router.get("")
async def list_packs(composed: Composed) -> PackList:
    """List the installed packs with everything they say."""
    async with composed.database.reading() as room:
        packs = [await _seen(room, each) for each in composed.database.packs.known.values()]
    return PackList(packs=packs)


@router.get("/{pack_id}", responses=refusals(404))
async def read_pack(pack_id: Identifier, composed: Composed) -> PackSeen:
    """Read a pack."""
    pack = composed.database.packs.known.get(pack_id)
    if pack is None:
        raise Problem(404, "unknown-pack", "No such pack is installed.")
    async with composed.database.reading() as room:
        return await _seen(room, pack)


async def _seen(room: ReadingRoom, pack: JurisdictionPack) -> PackSeen:
    until = await room.calendars.covered_until(pack.calendar)
    return PackSeen(
        id=pack.id,
        family=pack.family,
        title=pack.title,
        calendar=pack.calendar,
        currency=pack.currency,
        since=pack.since.isoformat(),
        hash=pack.hash,
        covered_until=None if until is None else until.isoformat(),
        rules=[*_limits(pack), *_figures(pack)],
    )


def _limits(pack: JurisdictionPack) -> Iterator[RuleSeen]:
    for each in pack.limits:
        yield RuleSeen(
            id=each.id,
            kind="limit",
            value=str(each.length),
            unit=each.unit,
            says=each.start_event,
            basis=each.basis,
            evidence=each.evidence,
            since=each.since.isoformat(),
            until=None if each.until is None else each.until.isoformat(),
        )


def _figures(pack: JurisdictionPack) -> Iterator[RuleSeen]:
    for each in pack.figures:
        yield RuleSeen(
            id=each.id,
            kind="figure",
            value=str(each.value),
            unit=each.unit,
            says=each.meaning,
            basis=each.basis,
            evidence=each.evidence,
            since=each.since.isoformat(),
            until=None if each.until is None else each.until.isoformat(),
        )
