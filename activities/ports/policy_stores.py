"""What the insurer keeps: policies, ledger, payables, parties, papers."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

from workflows.domain.commission import ClawBack
from workflows.domain.ledger import Journal as Posting
from workflows.domain.money import Money
from workflows.domain.party import BankAccount, ContactPoint, NameMatch, Party, RiskHistory
from workflows.domain.payment import (
    AttemptState,
    Obligation,
    ObligationState,
    PaymentAttempt,
)
from workflows.domain.policy import Policy, PolicyLock, PolicyVersion, Product, Reservation
from workflows.domain.records import (
    Communication,
    Document,
    Endorsement,
)


class Locks(Protocol):
    """Cases in flight per policy; whoever waits for the policy is told when a case lets go."""

    async def acquire(self, lock: PolicyLock) -> None:
        """Enter a case into the policy's lock set; entering twice is entering once."""
        ...

    async def release(self, policy_no: str, case_id: str, at: datetime) -> None:
        """Take a case out of the policy's lock set, and tell the cases that came after it."""
        ...

    async def holders(self, policy_no: str) -> tuple[PolicyLock, ...]:
        """The cases in flight, in the order their notices arrived."""
        ...


class PolicyBook(Protocol):
    """The policy book."""

    async def get(self, policy_no: str) -> Policy | None:
        """A policy as it stands."""
        ...

    async def with_part(self, party_id: str, on: date) -> tuple[tuple[str, str], ...]:
        """Number and state of every policy that a party holds or is insured by, in order."""
        ...

    async def covered(self, insured: str, on: date, *, besides: str) -> Mapping[str, Money]:
        """What the covers of other policies on a life come to, by currency.

        Nobody else raises them until the transaction ends. A suspended contract counts: it can
        come back.
        """
        ...

    async def falling_due(
        self, since: date, until: date, *, after: str, limit: int
    ) -> tuple[tuple[str, date, str], ...]:
        """Number, due date and holder of policies in force whose next premium falls due.

        By number, those after one.
        """
        ...

    async def undrawn(self, until: date, *, after: str, limit: int) -> tuple[str, ...]:
        """Numbers of policies with benefits that fell due by a day and nobody has drawn.

        By number, those after one.
        """
        ...

    async def product(self, code: str, version: int) -> Product:
        """A product version."""
        ...

    async def cash_value(self, policy_no: str, on: date) -> Money | None:
        """The cash value on a day; None: the table has none for it."""
        ...

    async def reserve(self, reservation: Reservation, *, at: datetime) -> None:
        """Hold the policy's version for a case; StaleVersion when it moved or is held.

        A reservation that expired by ``at`` holds nothing.
        """
        ...

    async def reservation(self, reservation_id: str) -> Reservation | None:
        """A reservation by id."""
        ...

    async def active_reservation(self, case_id: str) -> Reservation | None:
        """The reservation a case holds."""
        ...

    async def cancel(self, reservation_id: str) -> None:
        """Let go of a reservation; cancelling twice is cancelling once."""
        ...

    async def commit(
        self, after: Policy, *, cause: str, case_id: str, at: datetime, reservation_id: str | None
    ) -> PolicyVersion:
        """Write ``after`` as version ``after.version + 1``; it bears the version it was read at.

        StaleVersion unless the book still holds that version. Keeps the image before, consumes
        the reservation.
        """
        ...

    async def version(self, policy_no: str, no: int) -> PolicyVersion | None:
        """One change of a policy."""
        ...

    async def version_of_case(self, policy_no: str, case_id: str) -> PolicyVersion | None:
        """The latest unreversed change a case made to a policy."""
        ...

    async def reverse(
        self, policy_no: str, no: int, *, case_id: str, at: datetime
    ) -> PolicyVersion:
        """Restore the image before version ``no`` as a new version.

        NotReversible when a later change stands on it.
        """
        ...


class Ledger(Protocol):
    """The double-entry ledger."""

    async def post(self, posting: Posting) -> None:
        """Post a journal; it balances or it cannot exist."""
        ...

    async def get(self, journal_id: str) -> Posting | None:
        """A journal by id."""
        ...

    async def of_case(self, case_id: str) -> tuple[Posting, ...]:
        """What a case posted, in order."""
        ...


class Commissions(Protocol):
    """Commission taken back from agents."""

    async def claw_back(self, event: ClawBack) -> None:
        """Write down that the commission on a contract is taken back."""
        ...

    async def void(self, case_id: str, at: datetime) -> None:
        """The case's change was reversed."""
        ...


class Obligations(Protocol):
    """Payables and the attempts to pay them."""

    async def lately(
        self, *, party_id: str, policy_no: str, except_case: str, since: datetime
    ) -> Money:
        """The sum owed to a holder, or under a policy, by other cases since an instant."""
        ...

    async def open(self, obligation: Obligation) -> None:
        """Owe an amount."""
        ...

    async def get(self, obligation_id: str) -> Obligation | None:
        """An obligation by id."""
        ...

    async def of_case(self, case_id: str) -> tuple[Obligation, ...]:
        """The obligations of a case."""
        ...

    async def is_collected(self, policy_no: str, *, except_case: str) -> bool:
        """Whether another case collects under a policy, and the bank has not said how it ended."""
        ...

    async def move(
        self, obligation_id: str, state: ObligationState, payee_account_id: str | None = None
    ) -> Obligation:
        """Change the state along OBLIGATION_STEPS, and the account when one is given."""
        ...

    async def attempts(self, obligation_id: str) -> tuple[PaymentAttempt, ...]:
        """Every attempt, first to last."""
        ...

    async def start_attempt(self, attempt: PaymentAttempt) -> None:
        """Write the intent, before the bank is called."""
        ...

    async def record_attempt(
        self,
        obligation_id: str,
        no: int,
        state: AttemptState,
        *,
        bank_ref: str | None = None,
        return_code: str | None = None,
    ) -> PaymentAttempt:
        """What became of an attempt."""
        ...


class Parties(Protocol):
    """Parties, contact points, accounts."""

    async def get(self, party_id: str) -> Party | None:
        """A party by id."""
        ...

    async def contacts(self, party_id: str) -> tuple[ContactPoint, ...]:
        """Current contact points."""
        ...

    async def contact(self, contact_id: str) -> ContactPoint | None:
        """A contact point by id, current or not."""
        ...

    async def verified_phone(self, party_id: str, before: datetime) -> ContactPoint | None:
        """The newest phone that was verified and on file before an instant."""
        ...

    async def accounts(self, party_id: str) -> tuple[BankAccount, ...]:
        """Accounts on our books."""
        ...

    async def account(self, account_id: str) -> BankAccount | None:
        """An account by id."""
        ...

    async def open_account(self, account: BankAccount) -> None:
        """Put an account on the books; one that is there stays as it is."""
        ...

    async def record_match(self, account_id: str, match: NameMatch, at: datetime) -> None:
        """What the bank said of an account."""
        ...

    async def risk_history(
        self,
        policy_no: str,
        party_id: str,
        *,
        case_id: str,
        at: datetime,
        new_phone: str | None = None,
    ) -> RiskHistory:
        """What happened lately around a policy and its applicant, who may get a ``new_phone``."""
        ...


class Documents(Protocol):
    """Metadata of documents; the bytes are in the DocumentStore."""

    async def add(self, document: Document) -> None:
        """Register a document."""
        ...

    async def get(self, document_id: str) -> Document | None:
        """A document by id."""
        ...

    async def of_case(self, case_id: str) -> tuple[Document, ...]:
        """Documents that came or were made in a case."""
        ...

    async def held(self, policy_no: str, party_id: str, on: date) -> tuple[Document, ...]:
        """Documents of the policy and the party still valid on a day, whatever their case."""
        ...


class Communications(Protocol):
    """Letters and messages sent."""

    async def record(self, communication: Communication, at: datetime | None = None) -> None:
        """Write down a communication; the same id again writes nothing.

        ``at``: when it is written before the mail system is called, outside any effect; then it
        has an audit row of its own.
        """
        ...

    async def get(self, communication_id: str) -> Communication | None:
        """A communication by id."""
        ...

    async def mark_sent(self, communication_id: str, at: datetime, receipt: str) -> None:
        """The mail system took it."""
        ...

    async def mark_refused(self, communication_id: str, at: datetime, receipt: str) -> None:
        """The mail system refused it for good."""
        ...

    async def of_case(self, case_id: str) -> tuple[Communication, ...]:
        """What was sent in a case, in order."""
        ...


class Endorsements(Protocol):
    """Endorsements issued."""

    async def issue(self, endorsement: Endorsement) -> None:
        """Issue one."""
        ...

    async def of_case(self, case_id: str) -> tuple[Endorsement, ...]:
        """What a case issued."""
        ...

    async def void(self, no: str, *, at: datetime, by: str) -> None:
        """Take one back."""
        ...
