"""Systems outside the house."""

from datetime import date, timedelta
from typing import Literal, Protocol

from workflows.domain.claim_notice import ClaimNotice, ClaimReceipt
from workflows.domain.payment import (
    AccountCheck,
    AccountReport,
    ElementsCheck,
    ElementsReport,
    PaymentOrder,
    PaymentReport,
)
from workflows.domain.records import (
    LetterContent,
    Mail,
    MailReceipt,
    PaperLetter,
    StoredFile,
    TextMessage,
)

IdentityAnswer = Literal["MATCH", "MISMATCH", "EXPIRED", "DECEASED", "NOT_FOUND"]


class Payments(Protocol):
    """The bank. Raises SystemUnavailable (not taken) or OutcomeUnknown (perhaps taken)."""

    @property
    def keys_kept(self) -> timedelta:
        """How long it remembers an idempotency key."""
        ...

    async def check_account(self, check: AccountCheck) -> AccountReport:
        """Whether the account is open, and whose it is."""
        ...

    async def check_elements(self, check: ElementsCheck) -> ElementsReport:
        """Whether name, document, account and phone belong together."""
        ...

    async def disburse(self, order: PaymentOrder) -> PaymentReport:
        """Pay, once per idempotency key."""
        ...

    async def collect(self, order: PaymentOrder) -> PaymentReport:
        """Collect from an account under its holder's authority, once per idempotency key."""
        ...

    async def query(self, idempotency_key: str) -> PaymentReport | None:
        """What became of an order; None: the bank never saw it."""
        ...


class DocumentStore(Protocol):
    """Files by the hash of their content."""

    async def put(self, content: bytes, *, media_type: str) -> StoredFile:
        """Keep some bytes; the same bytes are kept once."""
        ...

    async def get(self, ref: str) -> bytes:
        """The bytes, checked against their hash."""
        ...


class Notifier(Protocol):
    """Outgoing mail. Raises SystemUnavailable, or Undeliverable where it is refused for good."""

    async def send(self, mail: Mail) -> MailReceipt:
        """Hand a mail to the mail system."""
        ...


class Post(Protocol):
    """Letters on paper. Raises SystemUnavailable."""

    async def hand_over(self, letter: PaperLetter) -> MailReceipt:
        """Hand a letter to who prints and posts it, once per ``message_id``."""
        ...


class Texts(Protocol):
    """Outgoing short messages. Raises SystemUnavailable, or Undeliverable."""

    async def send(self, message: TextMessage) -> MailReceipt:
        """Hand a message to the gateway."""
        ...


class Letters(Protocol):
    """The letter press."""

    def render(self, letter: LetterContent) -> bytes:
        """A letter as PDF; the same content gives the same bytes."""
        ...


class Identity(Protocol):
    """The identity bureau. Raises SystemUnavailable."""

    async def verify(self, *, name: str, id_type: str, id_no: str, on: date) -> IdentityAnswer:
        """Compare a person's papers with the bureau's files."""
        ...


class Claims(Protocol):
    """The claims system. Raises SystemUnavailable; telling it again is always safe."""

    async def notify(self, notice: ClaimNotice) -> ClaimReceipt:
        """Tell of an insured event, once per claim number."""
        ...
