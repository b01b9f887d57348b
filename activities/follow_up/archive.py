"""``follow_up.archive``: the manifest of a case, in the file store; the policy is free again."""

from dataclasses import dataclass

from activities.errors import Refused
from activities.follow_up.drawing import draw
from activities.ports import Books
from activities.step import Done, Job, Outside, Systems
from activities.timekeeping import stop
from workflows.contracts.follow_up import Archive, ArchiveRequest, ArchiveResult
from workflows.domain.canonical import JsonObject, canonical_json
from workflows.domain.records import Document, StoredFile

_JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePlan:
    """Everything a case left behind, by id and hash."""

    policy_no: str
    manifest: JsonObject
    documents: int


async def _prepare(job: Job, request: ArchiveRequest, books: Books) -> ArchivePlan:
    case = await books.cases.get(job.case_id)
    if case is None:
        raise Refused("UNKNOWN_CASE", "The case is not on the books.")
    documents = await books.documents.of_case(job.case_id)
    manifest: JsonObject = {
        "case": case.id,
        "policyNo": request.policy_no,
        "process": {"id": case.process_id, "version": case.version, "hash": case.program_hash},
        "noticeArrivedAt": case.notice_arrived_at,
        "archivedAt": job.at,
        "documents": [
            {"id": each.id, "type": each.type, "sha256": each.sha256, "size": each.size}
            for each in documents
            if each.type != "ARCHIVE_MANIFEST"
        ],
        "communications": [
            {"id": each.id, "template": each.template, "contentHash": each.content_hash}
            for each in await books.communications.of_case(job.case_id)
        ],
        "endorsements": [
            {"no": each.no, "before": each.before_hash, "after": each.after_hash}
            for each in await books.endorsements.of_case(job.case_id)
        ],
        "journals": [each.id for each in await books.ledger.of_case(job.case_id)],
        "obligations": [
            {"id": each.id, "amount": str(each.amount), "state": each.state}
            for each in await books.obligations.of_case(job.case_id)
        ],
        "decisions": [
            {"element": each.element, "by": each.actor, "outcome": each.outcome, "at": each.at}
            for each in await books.human_tasks.deeds(job.case_id)
            if each.act == "complete"
        ],
        "auditHead": await books.audit.head(job.case_id),
    }
    return ArchivePlan(policy_no=request.policy_no, manifest=manifest, documents=len(documents))


async def _store(plan: ArchivePlan, systems: Systems) -> StoredFile:
    return await systems.documents.put(canonical_json(plan.manifest).encode(), media_type=_JSON)


async def _conclude(
    job: Job, plan: ArchivePlan, file: StoredFile, books: Books
) -> Done[ArchiveResult]:
    await books.documents.add(
        Document(
            id=job.id("DOC"),
            type="ARCHIVE_MANIFEST",
            sha256=file.sha256,
            store_ref=file.ref,
            media_type=_JSON,
            size=file.size,
            received_at=job.at,
            case_id=job.case_id,
            policy_no=plan.policy_no,
        )
    )
    await books.locks.release(plan.policy_no, job.case_id, job.at)
    await stop(books, job)
    drawn = await draw(job, plan.policy_no, books)
    archive = Archive(documents=plan.documents, sha256=file.sha256, quality_call=drawn)
    return Done(
        result=ArchiveResult(archive=archive),
        detail={"documents": plan.documents, "sha256": file.sha256},
    )


ARCHIVE = Outside(prepare=_prepare, call=_store, conclude=_conclude, systems=("documents",))
