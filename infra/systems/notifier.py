"""Mail by SMTP, under Message-IDs of ours: a mail sent again is recognised as the same."""

from dataclasses import dataclass
from email.message import EmailMessage

import aiosmtplib

from workflows.domain.records import Mail, MailReceipt
from workflows.domain.systems import SystemUnavailable, Undeliverable

_FOR_GOOD = range(500, 600)
_OUR_AFFAIR = frozenset((500, 502, 503, 504, 530, 534, 535, 538))
"""Answers that speak of how we talk to the server, not of whom we write to (RFC 5321, RFC 4954)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpNotifier:
    """Hands mails to an SMTP server."""

    host: str
    port: int
    sender: str
    """The address our mails come from; its domain ends every Message-ID."""
    timeout: float = 10.0

    async def send(self, mail: Mail) -> MailReceipt:
        """Hand a mail over.

        Raises Undeliverable where the server refuses the recipient or the mail for good, else
        SystemUnavailable where it does not take it.
        """
        message = self._message(mail)
        try:
            _, response = await aiosmtplib.send(
                message, hostname=self.host, port=self.port, timeout=self.timeout, start_tls=False
            )
        except ValueError:
            raise Undeliverable("No mail can be sent to such an address.") from None
        except aiosmtplib.SMTPNotSupported:
            raise Undeliverable("The mail system takes no such address.") from None
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refused(error.recipients[0]) from None
        except aiosmtplib.SMTPDataError as error:
            raise _refused(error) from None
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


def _refused(answer: aiosmtplib.SMTPResponseException) -> SystemUnavailable | Undeliverable:
    """What the server said of a recipient or a mail: for good, or for now."""
    if answer.code in _FOR_GOOD and answer.code not in _OUR_AFFAIR:
        return Undeliverable(f"{answer.code} {answer.message}"[:200])
    return SystemUnavailable(f"The mail was not taken: {answer.code}.")
