"""Mail to staff: handed over, refused for good, or without an address to send it to."""

from typing import Protocol

from workflows.domain.records import Mail, MailReceipt
from workflows.domain.systems import Undeliverable


class Mailer(Protocol):
    """Outgoing mail. Raises SystemUnavailable, or Undeliverable."""

    async def send(self, mail: Mail) -> MailReceipt:
        """Hand a mail over."""


async def hand_over(mailer: Mailer, mail: Mail) -> tuple[str, str]:
    """Return what became of a mail, and the receipt; a mail system that is away raises."""
    if not mail.to:
        return "NO_ADDRESS", ""
    try:
        return "SENT", (await mailer.send(mail)).response
    except Undeliverable as refused:
        return "REFUSED", refused.response
