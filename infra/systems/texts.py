"""Short messages by a mail-to-text gateway: the phone number is the mailbox at its domain.

Carriers and aggregators offer it; on one machine the mail sink takes them, each an ``.eml`` file.
"""

from dataclasses import dataclass
from typing import Protocol

from workflows.domain.records import Mail, MailReceipt, TextMessage


class _Mailer(Protocol):
    async def send(self, mail: Mail) -> MailReceipt: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MailToText:
    """Hands messages to the gateway as mails."""

    mailer: _Mailer
    domain: str
    """The gateway's: a message to 13900000000 goes to ``13900000000@domain``."""

    async def send(self, message: TextMessage) -> MailReceipt:
        """Hand a message over; raises what the mailer raises."""
        number = "".join(sign for sign in message.to if sign.isdigit())
        mail = Mail(
            message_id=message.message_id,
            to=f"{number}@{self.domain}",
            subject="SMS",
            body=message.body,
        )
        return await self.mailer.send(mail)
