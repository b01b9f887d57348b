"""``follow_up.contact_notice``: one short message to one contact point, by text or by mail."""

from dataclasses import dataclass
from typing import Literal

from activities.errors import Refused
from activities.follow_up.wording import notice_words
from activities.mailing import Refusal, Way, note_refusals
from activities.ports import Books
from activities.step import Done, Job, Outside, Systems
from workflows.contracts.contact import ContactNoticeRequest, ContactNoticeResult, NoticeSent
from workflows.domain.canonical import content_hash
from workflows.domain.records import Communication, Mail, MailReceipt, TextMessage
from workflows.domain.systems import Undeliverable

Channel = Literal["SMS", "EMAIL"]
_CHANNELS: dict[str, Channel] = {"PHONE": "SMS", "EMAIL": "EMAIL"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePlan:
    """A message written down and about to be sent."""

    communication: Communication
    channel: Channel
    to: str
    subject: str
    body: str


async def _prepare(job: Job, request: ContactNoticeRequest, books: Books) -> NoticePlan:
    point = await books.parties.contact(request.contact_id)
    if point is None or point.party_id != request.applicant_party_id:
        raise Refused("UNKNOWN_CONTACT", "The person has no such contact point.")
    if point.kind not in _CHANNELS:
        raise Refused("NO_CHANNEL", "No message reaches a contact point of this kind.")
    words = notice_words(request.template, case_id=job.case_id, policy_no=request.policy_no)
    communication = Communication(
        id=job.id("COM"),
        case_id=job.case_id,
        party_id=point.party_id,
        direction="OUT",
        channel=_CHANNELS[point.kind],
        template=words.template,
        contact_id=point.id,
        content_hash=content_hash(words.body),
        document_id=None,
        message_id=job.id("MSG").lower(),
        sent_at=None,
    )
    await books.communications.record(communication, at=job.at)
    return NoticePlan(
        communication=communication,
        channel=_CHANNELS[point.kind],
        to=point.value,
        subject=words.title,
        body=words.body,
    )


async def _send(plan: NoticePlan, systems: Systems) -> MailReceipt | Undeliverable:
    try:
        return await _sent(plan, systems)
    except Undeliverable as refused:
        return refused


async def _sent(plan: NoticePlan, systems: Systems) -> MailReceipt:
    message_id = plan.communication.message_id or plan.communication.id
    if plan.channel == "SMS":
        return await systems.texts.send(
            TextMessage(message_id=message_id, to=plan.to, body=plan.body)
        )
    return await systems.notifier.send(
        Mail(message_id=message_id, to=plan.to, subject=plan.subject, body=plan.body)
    )


async def _conclude(
    job: Job, plan: NoticePlan, answer: MailReceipt | Undeliverable, books: Books
) -> Done[ContactNoticeResult]:
    refused = isinstance(answer, Undeliverable)
    if refused:
        way = Way(communication=plan.communication, to=plan.to)
        await note_refusals(books, job, [Refusal(way=way, response=answer.response)])
    else:
        await books.communications.mark_sent(plan.communication.id, job.at, answer.response)
    return Done(
        result=ContactNoticeResult(
            sent=NoticeSent(
                communication_id=plan.communication.id,
                channel=plan.channel,
                sent_at=job.at,
                refused=refused,
            )
        ),
        detail={
            "template": plan.communication.template,
            "communication": plan.communication.id,
            "contact": plan.communication.contact_id,
        },
    )


CONTACT_NOTICE = Outside(
    prepare=_prepare,
    call=_send,
    conclude=_conclude,
    failpoints="letter",
    systems=("texts", "mail"),
)
