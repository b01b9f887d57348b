"""``follow_up.letter``: a letter as PDF, kept in the file store; by mail, else on paper."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from activities.envelope import validated
from activities.errors import Refused
from activities.follow_up.promise import with_promise
from activities.follow_up.wording import (
    NoticeWords,
    Occasion,
    notice_words,
    on_paper,
    template_version,
    word,
)
from activities.lawful import calendar_of
from activities.mailing import (
    Recipient,
    Refusal,
    Way,
    a_way,
    find_recipient,
    note_refusals,
    note_unreachable,
    ways_by_mail,
)
from activities.ports import Books
from activities.step import Done, Job, Outside, Systems
from activities.timekeeping import meet, stop
from workflows.contracts.follow_up import (
    LETTER_FACTS,
    DelayFacts,
    Letter,
    LetterRequest,
    LetterResult,
    LetterTemplate,
)
from workflows.domain.agents import NOTICE_RULE
from workflows.domain.findings import anomaly_due
from workflows.domain.records import (
    Attachment,
    Document,
    LetterContent,
    Mail,
    MailReceipt,
    PaperLetter,
    StoredFile,
    TextMessage,
)
from workflows.domain.systems import Undeliverable

_PDF = "application/pdf"
_LAST_WORDS = frozenset(
    {"rejected", "ex_gratia_refused", "withdrawn", "superseded", "applicant_died"}
)
"""Letters after which nothing is owed on the request."""
_MEETS: Mapping[LetterTemplate, tuple[str, ...]] = {
    "documents_missing": ("K-ONE",),
    "orphan_notice": (NOTICE_RULE,),
    "lapse_notice": ("K-LAP",),
    "reinstatement_offer": ("K-REI",),
    "rejected": ("K-REI", "K-REF"),
}
"""The time limit that a letter meets."""
_CHANNELS: Mapping[str, Literal["EMAIL", "LETTER", "COUNTER"]] = {
    "EMAIL": "EMAIL",
    "LETTER": "LETTER",
    "COUNTER": "COUNTER",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPlan:
    """A letter written down and about to be sent: by mail, else on paper."""

    request: LetterRequest
    addressee: str
    content: LetterContent
    subject: str
    mails: tuple[Way, ...]
    paper: Way
    paper_content: LetterContent
    text: Way | None
    """To the phone, with numbers only, where no mail is taken."""
    text_words: NoticeWords
    document_id: str

    @property
    def first(self) -> Way:
        """What is tried first."""
        return self.mails[0] if self.mails else self.paper


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSent:
    """The PDF kept, and which way it went after which refusals."""

    file: StoredFile
    way: Way
    receipt: MailReceipt
    refusals: tuple[Refusal, ...] = ()
    texted: MailReceipt | None = None


async def _prepare(job: Job, request: LetterRequest, books: Books) -> LetterPlan:
    facts = validated(LETTER_FACTS[request.template], request.facts)
    recipient = await find_recipient(books, job, request.applicant_party_id)
    case = await books.cases.get(job.case_id)
    if case is None:
        raise Refused("UNKNOWN_CASE", "The case is not on the books.")
    if isinstance(facts, DelayFacts):
        facts = await with_promise(job, books, case, facts)
    occasion = Occasion(
        case_id=job.case_id,
        policy_no=request.policy_no,
        addressee=recipient.party.name,
        notice_on=case.notice_arrived_at.astimezone(job.zone).date(),
        dated=job.today,
        link=job.customer_link,
    )
    content = word(request.template, occasion, facts)
    plan = await _planned(job, request, books, recipient, content)
    await books.communications.record(plan.first.communication, at=job.at)
    return plan


async def _planned(
    job: Job, request: LetterRequest, books: Books, recipient: Recipient, content: LetterContent
) -> LetterPlan:
    template = template_version(request.template)
    due_on = anomaly_due("DATA", job.today, await calendar_of(books, job)) or job.today
    paper_content = on_paper(content, due_on)
    channel: Literal["LETTER", "COUNTER"] = "LETTER" if recipient.address else "COUNTER"
    words = notice_words("letter_waiting", case_id=job.case_id, policy_no=request.policy_no)
    phone = recipient.phone
    return LetterPlan(
        request=request,
        addressee=recipient.party.name,
        content=content,
        subject=request.subject or f"{content.title} · {job.case_id}",
        mails=tuple(ways_by_mail(job, recipient, template=template, content=content)),
        paper=a_way(
            job, recipient, ("-PAPER", channel, recipient.address), template, paper_content
        ),
        paper_content=paper_content,
        text=None
        if phone is None
        else a_way(job, recipient, ("-TEXT", "SMS", phone), words.template, words.body),
        text_words=words,
        document_id=job.id("DOC"),
    )


async def _send(plan: LetterPlan, systems: Systems) -> LetterSent:
    pdf = await asyncio.to_thread(systems.letters.render, plan.content)
    refusals: list[Refusal] = []
    for way in plan.mails:
        try:
            receipt = await systems.notifier.send(_mail(plan, way, pdf))
        except Undeliverable as refused:
            refusals.append(Refusal(way=way, response=refused.response))
            continue
        file = await systems.documents.put(pdf, media_type=_PDF)
        return LetterSent(file=file, way=way, receipt=receipt, refusals=tuple(refusals))
    return await _send_on_paper(plan, systems, refusals)


async def _send_on_paper(plan: LetterPlan, systems: Systems, refusals: list[Refusal]) -> LetterSent:
    """No mail is taken: post it or keep it at the counter, and tell the phone that it waits."""
    pdf = await asyncio.to_thread(systems.letters.render, plan.paper_content)
    file = await systems.documents.put(pdf, media_type=_PDF)
    way = plan.paper
    receipt = MailReceipt(message_id=way.message_id, response="kept at the counter")
    if way.communication.channel == "LETTER":
        receipt = await systems.post.hand_over(
            PaperLetter(
                message_id=way.message_id, addressee=plan.addressee, address=way.to, pdf=pdf
            )
        )
    texted = None
    if plan.text is not None:
        message = TextMessage(
            message_id=plan.text.message_id, to=plan.text.to, body=plan.text_words.body
        )
        try:
            texted = await systems.texts.send(message)
        except Undeliverable as refused:
            refusals.append(Refusal(way=plan.text, response=refused.response))
    return LetterSent(file=file, way=way, receipt=receipt, refusals=tuple(refusals), texted=texted)


def _mail(plan: LetterPlan, way: Way, pdf: bytes) -> Mail:
    return Mail(
        message_id=way.message_id,
        to=way.to,
        subject=plan.subject,
        body=f"{plan.content.title}\n\n详见附件。 / Please see the letter attached.\n\n"
        f"{way.communication.case_id}\n",
        attachments=(
            Attachment(name=f"{plan.request.template}.pdf", media_type=_PDF, content=pdf),
        ),
    )


async def _conclude(
    job: Job, plan: LetterPlan, sent: LetterSent, books: Books
) -> Done[LetterResult]:
    request, communication = plan.request, sent.way.communication
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
    await _log(job, plan, sent, books)
    await meet(books, job, *_MEETS.get(request.template, ()))
    if request.template in _LAST_WORDS:
        await stop(books, job)
    letter = Letter(
        communication_id=communication.id,
        message_id=sent.receipt.message_id,
        sha256=sent.file.sha256,
        sent_at=job.at,
        channel=_CHANNELS[communication.channel],
    )
    return Done(
        result=LetterResult(letter=letter),
        detail={
            "template": communication.template,
            "communication": communication.id,
            "document": plan.document_id,
            "sha256": sent.file.sha256,
            **({"refused": len(sent.refusals)} if sent.refusals else {}),
        },
    )


async def _log(job: Job, plan: LetterPlan, sent: LetterSent, books: Books) -> None:
    """Write down what was tried and what was taken; nobody to mail to is an anomaly as well."""
    await note_refusals(books, job, sent.refusals)
    if not plan.mails:
        await note_unreachable(books, job, plan.request.applicant_party_id)
    taken = [(sent.way, sent.receipt)]
    if plan.text is not None and sent.texted is not None:
        taken.append((plan.text, sent.texted))
    for way, receipt in taken:
        await books.communications.record(way.communication)
        await books.communications.mark_sent(way.communication.id, job.at, receipt.response)


LETTER = Outside(
    prepare=_prepare,
    call=_send,
    conclude=_conclude,
    failpoints="letter",
    systems=("documents", "mail"),
)
