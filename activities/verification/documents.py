"""``verification.documents``: what is required against what is held; all gaps at once."""

from collections.abc import Sequence

from activities.errors import Refused
from activities.ports import Books
from activities.step import Done, Job, Local
from activities.timekeeping import stop
from workflows.contracts.verification import (
    DocumentsFinding,
    DocumentsRequest,
    DocumentsResult,
    RequiredDocument,
)
from workflows.domain.case import Case
from workflows.domain.findings import Verification
from workflows.domain.items import CATALOGUE
from workflows.domain.records import Document

_PERSONAL = frozenset({"APPLICANT_ID"})
"""Papers about the person, whatever policy they came with."""


async def _documents(job: Job, request: DocumentsRequest, books: Books) -> Done[DocumentsResult]:
    case = await books.cases.get(job.case_id)
    if case is None:
        raise Refused("UNKNOWN_CASE", "The case is not on the books.")
    brought = await _brought(job, case, request, books)
    held_on = await books.documents.held(case.policy_no, case.applicant_party_id, job.today)
    on_file = [each for each in held_on if _counts(each, case)]
    required = await required_of(job, request, books)
    held = {
        each.type
        for each in required
        if _is_data(each, request)
        or _has(each, brought, job)
        or (each.reuse_if_held and _has(each, on_file, job))
    }
    missing = [each.type for each in required if each.mandatory and each.type not in held]
    finding = DocumentsFinding(
        complete=not missing, missing=tuple(dict.fromkeys(missing)), held=tuple(sorted(held))
    )
    await books.findings.record(
        Verification(
            id=job.id("VF"),
            case_id=job.case_id,
            subject=job.case_id,
            type="DOC",
            provider="baoquan",
            result="COMPLETE" if finding.complete else "INCOMPLETE",
            at=job.at,
            evidence={
                "missing": finding.missing,
                "held": finding.held,
                "supplied": list(request.document_ids),
            },
        )
    )
    if finding.complete and not CATALOGUE[request.item].consented:
        await stop(books, job, "K-ONE")
    return Done(
        result=DocumentsResult(documents=finding),
        detail={"missing": finding.missing, "held": finding.held},
    )


async def required_of(
    job: Job, request: DocumentsRequest, books: Books
) -> tuple[RequiredDocument, ...]:
    """Return what the table asks for, but what the law asks from a larger amount on."""
    law, amount = await books.packs.of_case(job.case_id), request.amount
    return tuple(
        each
        for each in request.required_documents
        if each.from_figure is None
        or (amount is not None and amount >= law.figure(each.from_figure))
    )


async def _brought(job: Job, case: Case, request: DocumentsRequest, books: Books) -> list[Document]:
    """Documents of the case and those named in it; another party's or case's do not count."""
    found = list(await books.documents.of_case(job.case_id))
    before = await _supplied_before(job, books)
    named = dict.fromkeys((*request.request.document_ids, *request.document_ids, *before))
    for document_id in named:
        document = await books.documents.get(document_id)
        if document is not None:
            found.append(document)
    about = {None, case.applicant_party_id, request.request.new_holder_party_id}
    return [
        each
        for each in found
        if each.party_id in about
        and each.case_id in {None, case.id}
        and each.policy_no in {None, case.policy_no}
        and (each.valid_to is None or each.valid_to >= job.today)
    ]


async def _supplied_before(job: Job, books: Books) -> list[str]:
    """What came in earlier rounds counts still, whatever made the case look again."""
    found: list[str] = []
    for check in await books.findings.verifications(job.case_id):
        supplied = check.evidence.get("supplied")
        if check.type == "DOC" and isinstance(supplied, list):
            found += [str(each) for each in supplied]
    return found


def _counts(document: Document, case: Case) -> bool:
    """Another party's paper never counts, another policy's only where it is about the person."""
    about_us = document.party_id in {None, case.applicant_party_id}
    return about_us and (
        document.policy_no in {None, case.policy_no}
        or (document.party_id is not None and document.type in _PERSONAL)
    )


def _is_data(required: RequiredDocument, request: DocumentsRequest) -> bool:
    """Electronic applications are data; what comes by mail is paper."""
    return required.form == "DATA" and request.channel != "MAIL"


def _has(required: RequiredDocument, documents: Sequence[Document], job: Job) -> bool:
    return any(
        each.type == required.type
        and (
            required.validity_days is None
            or (job.at - each.received_at).days <= required.validity_days
        )
        for each in documents
    )


DOCUMENTS = Local(run=_documents)
