"""Definitions: lint, deploy, list, read."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.answers import Asked
from api.dependencies import Composed, Deployment, Known
from api.problems import Problem, refusals
from api.schemas.definitions import (
    DefinitionDetail,
    DefinitionList,
    DefinitionSeen,
    Deployed,
    DiagnosticSeen,
    LintReport,
)
from api.schemas.definitions import (
    Deployment as DeploymentSent,
)
from api.schemas.shapes import ProcessId
from infra.db import definitions as store
from workflows.bpmn.deployment import Compilation, compile_bundle
from workflows.diagnostics import Diagnostic, is_deployable

router = APIRouter(prefix="/v1/definitions", tags=["definitions"])


@router.get("", responses=refusals(401, 403))
async def list_definitions(composed: Composed, caller: Known) -> DefinitionList:
    """List every version of every process, the newest first."""
    del caller
    async with composed.database.reading() as room:
        found = await room.definitions.versions()
    return DefinitionList(definitions=[_seen(definition) for definition in found])


@router.post("/lint", responses=refusals(400, 401, 403, 413, 415, 422))
async def lint(body: DeploymentSent, composed: Composed, caller: Known) -> LintReport:
    """Check files as a deployment would, and deploy nothing."""
    del composed, caller
    found = _compile(body).diagnostics
    return LintReport(
        deployable=is_deployable(found), diagnostics=[_diagnostic(finding) for finding in found]
    )


@router.post("", status_code=201, responses=refusals(400, 401, 403, 413, 415, 422))
async def deploy(body: DeploymentSent, composed: Composed, asked: Asked) -> Deployed:
    """Deploy files together; the same files again are the versions they already have."""

    async def act() -> Deployed:
        return await _deploy(body, composed, asked.caller.subject)

    return await asked.answer(Deployed, act, 201)


@router.get("/{process_id}/{version}", responses=refusals(401, 403, 404))
async def read_definition(
    process_id: ProcessId,
    version: Annotated[int, Path(ge=1, le=1_000_000)],
    composed: Composed,
    caller: Known,
) -> DefinitionDetail:
    """Read one version with its files."""
    del caller
    async with composed.database.reading() as room:
        found = await room.definitions.get(process_id, version)
        files = await room.definitions.files(found.bundle_hash) if found else None
    if found is None or files is None:
        raise Problem(404, "unknown-definition", "There is no such version of such a process.")
    return DefinitionDetail(
        **_seen(found).model_dump(),
        files={name: content.decode("utf-8") for name, content in files.items()},
    )


async def _deploy(body: DeploymentSent, composed: Deployment, subject: str) -> Deployed:
    compilation = _compile(body)
    if not is_deployable(compilation.diagnostics):
        errors = [
            _diagnostic(finding).model_dump(mode="json") for finding in compilation.diagnostics
        ]
        raise Problem(422, "model-invalid", "The model may not be deployed.", errors=errors)
    bundle = store.Deployment(
        bundle_hash=compilation.hash,
        files={name: text.encode() for name, text in body.files.items()},
        processes={
            process_id: program.version_tag for process_id, program in compilation.programs.items()
        },
        at=composed.now(),
        by=subject,
    )
    async with composed.database.work() as books:
        made = await books.definitions.deploy(bundle)
    return Deployed(
        definitions=[_seen(definition) for definition in made],
        diagnostics=[_diagnostic(finding) for finding in compilation.diagnostics],
    )


def _compile(body: DeploymentSent) -> Compilation:
    return compile_bundle({name: text.encode() for name, text in body.files.items()})


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
