"""``follow_up.letter``: a letter as PDF, kept in the file store and sent by mail."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from activities.envelope import validated
from activities.errors import Refused
from activities.follow_up.wording import Occasion, template_version, word
from activities.mailing import find_recipient, intend
from activities.ports import Books
from activities.step import Done, Job, Outside, Systems
from activities.timekeeping import meet, stop
from workflows.contracts.follow_up import (
    LETTER_FACTS,
    Letter,
    LetterRequest,
    LetterResult,
    LetterTemplate,
)
from workflows.domain.agents import NOTICE_RULE
from workflows.domain.records import (
    Attachment,
    Communication,
    Document,
    LetterContent,
    Mail,
    MailReceipt,
    StoredFile,
)

_PDF = "application/pdf"
_LAST_WORDS = frozenset({"rejected", "ex_gratia_refused", "withdrawn", "superseded"})
"""Letters after which nothing is owed on the request."""
_MEETS: Mapping[LetterTemplate, tuple[str, ...]] = {
    "documents_missing": ("K-ONE",),
    "orphan_notice": (NOTICE_RULE,),
    "lapse_notice": ("K-LAP",),
    "reinstatement_offer": ("K-REI",),
    "rejected": ("K-REI", "K-REF"),
}
"""The time limit that a letter meets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPlan:
    """A letter written down and about to be sent."""

    request: LetterRequest
    communication: Communication
    content: LetterContent
    mail: Mail
    document_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSent:
    """The PDF kept and the mail taken."""

    file: StoredFile
    receipt: MailReceipt


async def _prepare(job: Job, request: LetterRequest, books: Books) -> LetterPlan:
    facts = validated(LETTER_FACTS[request.template], request.facts)
    recipient = await find_recipient(books, request.applicant_party_id)
    case = await books.cases.get(job.case_id)
    if case is None:
        raise Refused("UNKNOWN_CASE", "The case is not on the books.")
    occasion = Occasion(
        case_id=job.case_id,
        policy_no=request.policy_no,
        addressee=recipient.party.name,
        notice_on=case.notice_arrived_at.astimezone(job.zone).date(),
        dated=job.today,
    )
    content = word(request.template, occasion, facts)
    communication = await intend(
        books, job, recipient, template=template_version(request.template), content=content
    )
    mail = Mail(
        message_id=communication.message_id or communication.id,
        to=recipient.contact.value,
        subject=request.subject or f"{content.title} · {job.case_id}",
        body=f"{content.title}\n\n详见附件。 / Please see the letter attached.\n\n{job.case_id}\n",
    )
    return LetterPlan(
        request=request,
        communication=communication,
        content=content,
        mail=mail,
        document_id=job.id("DOC"),
    )


async def _send(plan: LetterPlan, systems: Systems) -> LetterSent:
    pdf = await asyncio.to_thread(systems.letters.render, plan.content)
    file = await systems.documents.put(pdf, media_type=_PDF)
    attachment = Attachment(name=f"{plan.request.template}.pdf", media_type=_PDF, content=pdf)
    receipt = await systems.notifier.send(replace(plan.mail, attachments=(attachment,)))
    return LetterSent(file=file, receipt=receipt)


async def _conclude(
    job: Job, plan: LetterPlan, sent: LetterSent, books: Books
) -> Done[LetterResult]:
    request, communication = plan.request, plan.communication
    await books.documents.add(
        Document(
            id=plan.document_id,
            type=f"LETTER_{request.template.upper()}",
            sha256=sent.file.sha256,
            store_ref=sent.file.ref,
            media_type=_PDF,
            size=sent.file.size,
            received_at=job.at,
            case_id=job.case_id,
            party_id=request.applicant_party_id,
            policy_no=request.policy_no,
        )
    )
    await books.communications.mark_sent(communication.id, job.at, sent.receipt.response)
    await meet(books, job, *_MEETS.get(request.template, ()))
    if request.template in _LAST_WORDS:
        await stop(books, job)
    letter = Letter(
        communication_id=communication.id,
        message_id=sent.receipt.message_id,
        sha256=sent.file.sha256,
        sent_at=job.at,
    )
    return Done(
        result=LetterResult(letter=letter),
        detail={
            "template": communication.template,
            "communication": communication.id,
            "document": plan.document_id,
            "sha256": sent.file.sha256,
        },
    )


LETTER = Outside(
    prepare=_prepare,
    call=_send,
    conclude=_conclude,
    failpoints="letter",
    systems=("documents", "mail"),
)
