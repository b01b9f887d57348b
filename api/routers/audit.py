"""The audit trail over all cases: export with proof, verification, the evidence of a case."""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.answers import Asked
from api.dependencies import Composed, Known
from api.evidence import evidence_of
from api.paging import page_of
from api.problems import Problem, refusals
from api.schemas.audit import (
    AuditPage,
    AuditQuery,
    AuditRecordSeen,
    AuditVerified,
    AuditVerify,
    FindingSeen,
    InclusionSeen,
)
from api.schemas.shapes import Identifier
from infra.auditing import pack
from infra.auditing.anchor_log import AnchorLog
from infra.auditing.export import proof_json, record_json
from infra.auditing.report import Finding
from infra.auditing.verifier import check_stream, conflicts_seen
from infra.db.chain.audit import AuditTable
from infra.db.chain.audit_survey import AuditSurvey
from workflows.domain.audit import Change

router = APIRouter(prefix="/v1", tags=["audit"])


@router.get("/audit")
async def export_audit(
    request: Request, composed: Composed, query: Annotated[AuditQuery, Query()]
) -> AuditPage:
    """Export the trail, chain by chain, each chain with its proof of inclusion."""
    page = page_of(query, composed.cursors, request.url.path)
    after = (page.place[0], int(page.place[1])) if page.place else None
    log = await composed.anchors.current()
    async with composed.database.reading() as room:
        found = await room.audit.page(after=after, limit=page.with_one_more, stream=query.case_id)
    records, following = page.cut(found, lambda made: (made.change.stream, str(made.seq)))
    streams = dict.fromkeys(made.change.stream for made in records)
    proofs = [(stream, proof_json(log, stream)) for stream in streams]
    return AuditPage(
        records=[AuditRecordSeen.model_validate(record_json(made)) for made in records],
        proofs=[
            InclusionSeen.model_validate({**proof, "stream": stream})
            for stream, proof in proofs
            if proof is not None
        ],
        anchor=log.last_line.decode() or None,
        public_key=composed.anchors.public_key(),
        next=following,
    )


@router.post("/audit/verify")
async def verify_audit(body: AuditVerify, composed: Composed, asked: Asked) -> AuditVerified:
    """Verify so many chains with their evidence and against the anchors; go on from ``next``.

    It trusts this deployment's own copy of anchors and key; ``baoquan audit verify`` does not.
    """

    async def act() -> AuditVerified:
        return await _verified(body, composed.database.snapshot(), await composed.anchors.current())

    return await asked.send(AuditVerified, act)


async def _verified(
    body: AuditVerify, snapshot: AbstractAsyncContextManager[AsyncConnection], log: AnchorLog
) -> AuditVerified:
    findings: list[Finding] = [] if body.after else [*log.findings, *conflicts_seen(log)]
    async with snapshot as connection:
        table = AuditTable(connection)
        streams = sorted({*await AuditSurvey(connection).streams(), *log.points})
        ahead = [stream for stream in streams if stream > body.after]
        for stream in ahead[: body.limit]:
            checked = await check_stream(table, stream, log.points.get(stream, ()))
            findings += checked.findings
    done = ahead[: body.limit]
    return AuditVerified(
        intact=not findings,
        findings=[FindingSeen.model_validate(finding.as_json()) for finding in findings],
        chains=len(done),
        total=len(streams),
        last_anchor=log.last.no if log.last else None,
        next=done[-1] if len(ahead) > len(done) else None,
    )


@router.get(
    "/cases/{case_id}/evidence",
    responses={**refusals(404), 200: {"content": {"application/zip": {}}}},
    response_class=Response,
)
async def read_evidence(case_id: Identifier, composed: Composed, caller: Known) -> Response:
    """Fetch the evidence pack of a case; that it was fetched stands in the case's own trail."""
    log = await composed.anchors.current()
    files = await evidence_of(case_id, composed, log)
    if not files:
        raise Problem(404, "unknown-case", "There is no such case.")
    content, digest = await asyncio.to_thread(pack.written, case_id, files)
    read = Change(
        stream=case_id,
        action="evidence.read",
        actor=caller.subject,
        at=composed.now(),
        object_type="case",
        object_id=case_id,
        detail={"manifestSha256": digest},
    )
    async with composed.database.work() as books:
        await books.audit.append(read)
    return Response(
        content,
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{case_id}.zip"'},
    )
