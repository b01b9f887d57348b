"""Mail by SMTP, under Message-IDs of ours: a mail sent again is recognised as the same."""

from dataclasses import dataclass
from email.message import EmailMessage

import aiosmtplib

from workflows.domain.records import Mail, MailReceipt
from workflows.domain.systems import SystemUnavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpNotifier:
    """Hands mails to an SMTP server."""

    host: str
    port: int
    sender: str
    """The address our mails come from; its domain ends every Message-ID."""
    timeout: float = 10.0

    async def send(self, mail: Mail) -> MailReceipt:
        """Hand a mail over; raises SystemUnavailable when the server does not take it."""
        message = self._message(mail)
        try:
            _, response = await aiosmtplib.send(
                message, hostname=self.host, port=self.port, timeout=self.timeout, start_tls=False
            )
        except (aiosmtplib.SMTPException, OSError) as error:
            raise SystemUnavailable(f"The mail was not taken: {type(error).__name__}.") from None
        return MailReceipt(message_id=message["Message-ID"], response=response[:200])

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = mail.to
        message["Subject"] = " ".join(mail.subject.split())
        message["Message-ID"] = f"<{mail.message_id}@{self.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.body)
        for attachment in mail.attachments:
            main, _, sub = attachment.media_type.partition("/")
            message.add_attachment(
                attachment.content, maintype=main, subtype=sub, filename=attachment.name
            )
        return message
