"""What is kept of a case on paper: documents, communications, endorsements, archive, mail."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document or image 单证/影像; the bytes lie in the file store under their hash."""

    id: str
    type: str
    sha256: str
    store_ref: str
    media_type: str
    size: int
    received_at: datetime
    case_id: str | None = None
    party_id: str | None = None
    policy_no: str | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """Where the file store put some bytes, and what they are."""

    ref: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Communication:
    """A letter or message 沟通 to (or from) a party, with proof of what was sent and when."""

    id: str
    case_id: str
    party_id: str
    direction: Literal["OUT", "IN"]
    channel: Literal["EMAIL", "SMS", "LETTER", "COUNTER", "PHONE"]
    """LETTER: on paper by post; COUNTER: kept there to be handed over."""
    template: str
    """Template and version, e.g. ``rejected@1``."""
    contact_id: str | None
    content_hash: str
    document_id: str | None
    message_id: str | None
    """What the mail system knows it by."""
    sent_at: datetime | None
    receipt: str | None = None
    refused_at: datetime | None = None
    """When the system refused it for good; ``receipt`` is its answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endorsement:
    """The written variation 批单 of Insurance Law article 20."""

    no: str
    case_id: str
    policy_no: str
    item: str
    template: str
    before_hash: str
    after_hash: str
    policy_version: int
    issued_at: datetime
    voided_at: datetime | None = None
    voided_by: str | None = None
    """The case or journal that reversed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterContent:
    """A letter to be set as PDF: plain paragraphs and one table of figures."""

    title: str
    reference: str
    addressee: str
    dated: date
    paragraphs: tuple[str, ...]
    figures: tuple[tuple[str, str], ...] = ()
    link: str = ""
    """Address of the customers' page of the case: set as a link wherever a paragraph names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail to be sent; ``message_id`` is ours, so that a repeated sending is recognisable."""

    message_id: str
    to: str
    subject: str
    body: str
    attachments: "tuple[Attachment, ...]" = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMessage:
    """A short message to a phone; ``message_id`` is ours."""

    message_id: str
    to: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLetter:
    """A letter to be printed and posted; ``message_id`` is ours."""

    message_id: str
    addressee: str
    address: str
    pdf: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MailReceipt:
    """The mail system took the message."""

    message_id: str
    response: str
