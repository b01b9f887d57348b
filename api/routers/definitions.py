"""Definitions: lint, deploy, list, read."""

import asyncio
import re
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from api.answers import Asked, Once
from api.dependencies import Composed, Deployment
from api.deployable import compile_models
from api.paging import page_of
from api.problems import Problem, refusals
from api.registering import agreed, carried_out
from api.schemas.definitions import (
    DefinitionDetail,
    DefinitionPage,
    DefinitionQuery,
    DefinitionSeen,
    Deployed,
    DiagnosticSeen,
    LintReport,
)
from api.schemas.definitions import (
    Deployment as DeploymentSent,
)
from api.schemas.shapes import ProcessId
from api.starts import starts_of
from infra.db.events import definitions as store
from infra.db.unit_of_work import UnitOfWork
from workflows.bpmn.deployment import Compilation
from workflows.diagnostics import Diagnostic, is_deployable

router = APIRouter(prefix="/v1/definitions", tags=["definitions"])


_PROCESS_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,119}", re.ASCII)


@router.get("")
async def list_definitions(
    request: Request, composed: Composed, query: Annotated[DefinitionQuery, Query()]
) -> DefinitionPage:
    """List every version of every process, by process, the newest of each first."""
    page = page_of(query, composed.cursors, request.url.path)
    async with composed.database.reading() as room:
        known = await room.definitions.versions(query.process)
    if page.place:
        place = (page.place[0], -int(page.place[1]))
        known = tuple(one for one in known if (one.process_id, -one.version) > place)
    found, following = page.cut(
        known[: page.with_one_more], lambda one: (one.process_id, str(one.version))
    )
    return DefinitionPage(definitions=[_seen(definition) for definition in found], next=following)


@router.post("/lint")
async def lint(body: DeploymentSent, asked: Asked) -> LintReport:
    """Check files as a deployment would, and deploy nothing."""

    async def act(_: UnitOfWork) -> LintReport:
        return report

    found = (await _compile(body)).diagnostics
    report = LintReport(
        deployable=is_deployable(found), diagnostics=[_diagnostic(finding) for finding in found]
    )
    return await asked.write(LintReport, act)


@router.post("", status_code=201)
async def deploy(body: DeploymentSent, composed: Composed, asked: Asked) -> Deployed:
    """Deploy files together; the same files again are the versions they already have.

    In production it takes two people: the second one deploys the very same files.
    """
    known = await asked.answered(Deployed)
    if known is not None:
        return known
    compilation = await _compile(body)
    _check(compilation)
    order = await _ordered(body, compilation, composed, asked)
    bundle = store.Deployment(
        bundle_hash=compilation.hash,
        files={name: text.encode() for name, text in body.files.items()},
        processes={
            process_id: program.version_tag for process_id, program in compilation.programs.items()
        },
        at=composed.now(),
        by=asked.caller.subject,
        proposed_by=None if order is None else order[1],
        starts={
            process_id: starts_of(program, composed.now(), composed.zone.key)
            for process_id, program in compilation.programs.items()
        },
    )

    async def act(books: UnitOfWork) -> Deployed:
        if order is not None:
            await carried_out(books, order[0])
        return Deployed(
            definitions=[_seen(made) for made in await books.definitions.deploy(bundle)],
            diagnostics=[_diagnostic(finding) for finding in compilation.diagnostics],
        )

    return await asked.write(Deployed, act, 201)


@router.get("/{process_id}/{version}", responses=refusals(404))
async def read_definition(
    process_id: ProcessId, version: Annotated[int, Path(ge=1, le=1_000_000)], composed: Composed
) -> DefinitionDetail:
    """Read one version with its files."""
    async with composed.database.reading() as room:
        found = await room.definitions.get(process_id, version)
        files = await room.definitions.files(found.bundle_hash) if found else None
    if found is None or files is None:
        raise Problem(404, "unknown-definition", "There is no such version of such a process.")
    return DefinitionDetail(
        **_seen(found).model_dump(),
        files={name: content.decode("utf-8", "replace") for name, content in files.items()},
    )


async def _compile(body: DeploymentSent) -> Compilation:
    files = {name: text.encode() for name, text in body.files.items()}
    return await asyncio.to_thread(compile_models, files)  # others are served meanwhile


async def _ordered(
    body: DeploymentSent, compilation: Compilation, composed: Deployment, asked: Once
) -> tuple[str, str] | None:
    """Return the order that two gave, and who was first; None: it takes one, or nothing is new.

    Thresholds stand in tables: what decides on cases from now on is never one person's. Raises
    Problem 409 to the first person.
    """
    if not composed.deploys_by_two:
        return None
    async with composed.database.reading() as room:
        known = [
            await room.definitions.by_bundle(process_id, compilation.hash)
            for process_id in compilation.programs
        ]
    if all(known):
        return None
    what, order = f"bundle/{compilation.hash}", {"processes": sorted(compilation.programs)}
    return await agreed(composed, asked, what, order, body.reason or "", stream=store.STREAM)


def _check(compilation: Compilation) -> None:
    if not is_deployable(compilation.diagnostics):
        errors = [
            _diagnostic(finding).model_dump(mode="json") for finding in compilation.diagnostics
        ]
        raise Problem(422, "model-invalid", "The model may not be deployed.", errors=errors)
    if not all(map(_PROCESS_ID.fullmatch, compilation.programs)):
        raise Problem(
            422,
            "process-id",
            "A process id has at most 120 of the characters A-Z a-z 0-9 _ . - and begins with a "
            "letter or an underscore.",
        )


def _seen(found: store.Definition) -> DefinitionSeen:
    return DefinitionSeen(
        process=found.process_id,
        version=found.version,
        version_tag=found.version_tag,
        program_hash=found.bundle_hash,
        deployed_at=found.deployed_at,
        deployed_by=found.deployed_by,
    )


def _diagnostic(finding: Diagnostic) -> DiagnosticSeen:
    return DiagnosticSeen(
        severity=finding.severity,
        code=finding.code,
        message=finding.message,
        element=finding.element,
        clause=finding.clause,
        file=finding.file,
        line=finding.line,
        column=finding.column,
    )
