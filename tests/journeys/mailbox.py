"""The letters that really went out: mails of the sink, their PDFs, and the words in them."""

from __future__ import annotations

import base64
import re
import zlib
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_LINE_BREAK = re.compile(r"\)\s*Tj\s+T\*\s*(?:-?[\d.]+\s+Tw\s*)?\(")
_URI = re.compile(rb"/URI \(([^)]*)\)")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail as it lies in the customer's mailbox."""

    to: str
    subject: str
    message_id: str
    template: str
    """Name of the attached PDF without its ending; empty: a mail without a letter."""
    pdf: bytes
    body: str

    @property
    def words(self) -> str:
        """What can be read in the PDF, as far as it is written in one piece."""
        return words_of(self.pdf)

    @property
    def links(self) -> list[str]:
        """The addresses that can be clicked in the PDF."""
        return [found.decode("ascii") for found in _URI.findall(self.pdf)]

    @property
    def text(self) -> str:
        """The words with the breaks of lines undone, so that sentences can be found."""
        return " ".join(_LINE_BREAK.sub(" ", self.words).split())


def letters(folder: Path) -> list[Letter]:
    """Every mail, in the order they came."""
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    return [_letter(file.read_bytes()) for file in files]


def _letter(content: bytes) -> Letter:
    mail = message_from_bytes(content, _class=EmailMessage, policy=SMTP)
    assert isinstance(mail, EmailMessage)
    attached = list(mail.iter_attachments())
    pdf, template = b"", ""
    for part in attached:
        assert part.get_content_type() == "application/pdf"
        pdf = part.get_content()
        template = (part.get_filename() or "").removesuffix(".pdf")
    body = mail.get_body(("plain",))
    return Letter(
        to=str(mail["To"]),
        subject=str(mail["Subject"]),
        message_id=str(mail["Message-ID"]),
        template=template,
        pdf=pdf,
        body="" if body is None else body.get_content(),
    )


def words_of(pdf: bytes) -> str:
    assert pdf.startswith(b"%PDF-")
    pieces = (_ESCAPE.sub(_unescape, _content(found)) for found in _STREAM.findall(pdf))
    return b"\n".join(pieces).replace(b"\0", b"").decode("latin-1")


def _content(stream: bytes) -> bytes:
    try:
        return zlib.decompress(base64.a85decode(stream.strip(), adobe=False))
    except (ValueError, zlib.error):
        pass
    try:
        return zlib.decompress(base64.a85decode(b"<~" + stream.strip(), adobe=True))
    except (ValueError, zlib.error):
        return b""


def _unescape(found: re.Match[bytes]) -> bytes:
    text = found[1]
    return bytes([int(text, 8) & 0xFF]) if text.isdigit() else text
