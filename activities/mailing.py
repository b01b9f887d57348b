"""Whom a message goes to, by which ways, and the record of what was refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from activities.errors import Refused
from activities.lawful import calendar_of
from activities.ports import Books
from activities.step import Job
from workflows.domain import findings
from workflows.domain.canonical import content_hash
from workflows.domain.ids import derive
from workflows.domain.party import ContactPoint, Party
from workflows.domain.records import Communication

Channel = Literal["EMAIL", "SMS", "LETTER", "COUNTER"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A party, and where it can be reached now."""

    party: Party
    mails: tuple[ContactPoint, ...]
    """E-mail addresses: the verified ones first, of these the newest."""
    address: ContactPoint | None
    """Where post goes; None: letters wait at a counter."""
    phone: ContactPoint | None
    """The newest verified phone, perhaps not in use any more: it learns numbers only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to reach somebody, written down as the communication it would be."""

    communication: Communication
    to: str

    @property
    def message_id(self) -> str:
        """What the mail system knows it by."""
        return self.communication.message_id or self.communication.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A way that was refused for good, in the system's words."""

    way: Way
    response: str


async def find_recipient(books: Books, job: Job, party_id: str) -> Recipient:
    """Find a party and every way to it."""
    party = await books.parties.get(party_id)
    if party is None:
        raise Refused("UNKNOWN_PARTY", "The party is not on the books.")
    points = await books.parties.contacts(party_id)
    mails = [each for each in points if each.kind == "EMAIL"]
    mails.sort(key=lambda each: (each.verified_at is not None, each.since), reverse=True)
    addresses = [each for each in points if each.kind == "ADDRESS"]
    return Recipient(
        party=party,
        mails=tuple(mails),
        address=max(addresses, key=lambda each: each.since, default=None),
        phone=await books.parties.verified_phone(party_id, job.at),
    )


def ways_by_mail(job: Job, recipient: Recipient, *, template: str, content: object) -> list[Way]:
    """Every e-mail address, the best first."""
    return [
        a_way(job, recipient, (f"{no}" if no else "", "EMAIL", point), template, content)
        for no, point in enumerate(recipient.mails)
    ]


def a_way(
    job: Job,
    recipient: Recipient,
    to: tuple[str, Channel, ContactPoint | None],
    template: str,
    content: object,
) -> Way:
    """One way: ``to`` tells it apart from the others, by its channel and where it ends."""
    which, channel, point = to
    communication = Communication(
        id=job.id(f"COM{which}"),
        case_id=job.case_id,
        party_id=recipient.party.id,
        direction="OUT",
        channel=channel,
        template=template,
        contact_id=None if point is None else point.id,
        content_hash=content_hash(content),
        document_id=None,
        message_id=job.id(f"MSG{which}").lower(),
        sent_at=None,
    )
    return Way(communication=communication, to="" if point is None else point.value)


async def note_refusals(books: Books, job: Job, refusals: Sequence[Refusal]) -> None:
    """Write down what was refused: each try, and one anomaly for each address."""
    for refusal in refusals:
        tried = refusal.way.communication
        await books.communications.record(tried)
        await books.communications.mark_refused(tried.id, job.at, refusal.response)
        await note_unreachable(books, job, tried.contact_id or tried.party_id)


async def note_unreachable(books: Books, job: Job, contact: str) -> None:
    """Open the anomaly of an address that takes nothing, once a case."""
    known = await books.anomalies.of_case(job.case_id)
    reason = findings.UNDELIVERABLE
    if any((each.reason, each.detail) == (reason, contact) for each in known):
        return
    due_on = findings.anomaly_due("DATA", job.today, await calendar_of(books, job))
    await books.anomalies.record(
        findings.Anomaly(
            id=derive("AN", job.case_id, reason, contact),
            case_id=job.case_id,
            class_="DATA",
            reason=reason,
            route=findings.ANOMALY_ROUTES["DATA"].queue,
            opened_at=job.at,
            due_on=due_on,
            detail=contact,
            element=job.element,
        )
    )
