"""A mail to a party, with its record: who gets it, under which Message-ID, proof it was taken."""

from dataclasses import dataclass

from activities.errors import Refused
from activities.ports import Books
from activities.step import Job
from workflows.domain.canonical import content_hash
from workflows.domain.party import ContactPoint, Party
from workflows.domain.records import Communication


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A party and the address that counts."""

    party: Party
    contact: ContactPoint


async def find_recipient(books: Books, party_id: str) -> Recipient:
    """Find a party and its verified e-mail address, or the newest one."""
    party = await books.parties.get(party_id)
    if party is None:
        raise Refused("UNKNOWN_PARTY", "The party is not on the books.")
    mails = [each for each in await books.parties.contacts(party_id) if each.kind == "EMAIL"]
    if not mails:
        raise Refused("NO_CONTACT", "The party has no e-mail address on the books.")
    newest = max(mails, key=lambda each: (each.verified_at is not None, each.since))
    return Recipient(party=party, contact=newest)


async def intend(
    books: Books, job: Job, recipient: Recipient, *, template: str, content: object
) -> Communication:
    """Write down that a mail is about to be sent; writing it again changes nothing."""
    communication = Communication(
        id=job.id("COM"),
        case_id=job.case_id,
        party_id=recipient.party.id,
        direction="OUT",
        channel="EMAIL",
        template=template,
        contact_id=recipient.contact.id,
        content_hash=content_hash(content),
        document_id=None,
        message_id=job.id("MSG").lower(),
        sent_at=None,
    )
    await books.communications.record(communication, at=job.at)
    return communication
