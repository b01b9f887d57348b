"""Diagrams: a case's processes as drawn, with live counts on every element."""

import asyncio

from fastapi import APIRouter

from api.dependencies import Composed, Deployment
from api.drawings import Drawings
from api.problems import Problem, refusals
from api.schemas.cases import CaseDiagram, ElementHeat, ProcessDiagram
from api.schemas.shapes import Identifier
from infra.db.journal.heat import ElementCounts, ProcessHeat

router = APIRouter(prefix="/v1/cases", tags=["cases"])


@router.get("/{case_id}/diagram", responses=refusals(404))
async def read_diagram(case_id: Identifier, composed: Composed) -> CaseDiagram:
    """Read the drawings of a case's processes, and what every element of them did."""
    async with composed.database.reading() as room:
        case = await room.cases.get(case_id)
        if case is None:
            raise Problem(404, "unknown-case", "There is no such case.")
        heats = await room.heat.of_case(case_id)
    if not heats:  # accepted, not started yet
        heats = (
            ProcessHeat(
                process_id=case.process_id, version=case.version, program_hash=case.program_hash
            ),
        )
    diagrams: dict[tuple[str, str], ProcessDiagram] = {}
    for heat in heats:
        _draw(heat, await _drawings(composed, heat.program_hash), diagrams)
    return CaseDiagram(case_id=case_id, processes=list(diagrams.values()))


async def _drawings(composed: Deployment, bundle_hash: str) -> Drawings:
    known = composed.drawings.recall(bundle_hash)
    if known is not None:
        return known
    async with composed.database.reading() as room:
        files = await room.definitions.files(bundle_hash)
    return await asyncio.to_thread(composed.drawings.read, bundle_hash, files or {})


def _draw(
    heat: ProcessHeat, drawings: Drawings, diagrams: dict[tuple[str, str], ProcessDiagram]
) -> None:
    """Put counts on the drawing an element stands in; an inlined process has its own."""

    def diagram(process_id: str) -> ProcessDiagram:
        return diagrams.setdefault(
            (process_id, heat.program_hash),
            ProcessDiagram(
                process=process_id,
                version=heat.version,
                instances=0,
                bpmn=drawings.sources.get(process_id, ""),
                elements={},
                flows={},
            ),
        )

    diagrams[heat.process_id, heat.program_hash] = diagram(heat.process_id).model_copy(
        update={"instances": heat.instances}
    )
    for element, counts in heat.elements.items():
        process_id, drawn = drawings.place(heat.process_id, element)
        elements = diagram(process_id).elements
        elements[drawn] = _sum(elements.get(drawn), counts)
    for flow, number in heat.flows.items():
        process_id, drawn = drawings.place(heat.process_id, flow)
        flows = diagram(process_id).flows
        flows[drawn] = flows.get(drawn, 0) + number


def _sum(before: ElementHeat | None, counts: ElementCounts) -> ElementHeat:
    if before is None:
        before = ElementHeat(active=0, completed=0, terminated=0, incidents=0)
    return ElementHeat(
        active=before.active + counts.active,
        completed=before.completed + counts.completed,
        terminated=before.terminated + counts.terminated,
        incidents=before.incidents + counts.incidents,
    )
