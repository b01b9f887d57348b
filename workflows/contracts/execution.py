"""Execution 操作: quote, reserve, commit, pay, settle, and their undoing."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import Field

from workflows.contracts.activity import MONEY_DIGITS, ActivityContract, Request, Result
from workflows.contracts.asked import ExGratiaAsked, LoanAsked
from workflows.contracts.consent import RolesWanted
from workflows.contracts.verification import CustomerRequest
from workflows.domain.quote import Basis

PaymentState = Literal["SENT", "SETTLED", "RETURNED", "UNKNOWN"]
ObligationState = Literal["DUE", "SENT", "SETTLED", "CANCELLED"]


class ChangeRequest(Request):
    """The part of the customer's request that a quote depends on."""

    new_sum_assured: Decimal | None = Field(
        default=None, ge=0, max_digits=MONEY_DIGITS, decimal_places=2
    )
    loan: LoanAsked | None = None
    ex_gratia: ExGratiaAsked | None = None


class QuoteRequest(Request):
    """Ask what would be paid, on this basis, valued at this moment."""

    policy_no: str
    basis: Basis
    as_of: datetime
    request: ChangeRequest = ChangeRequest()


class QuoteLine(Result):
    """One line of the breakdown; ``sign`` is ``+`` for what is due, ``-`` for what is kept."""

    code: str
    label: str
    amount: Decimal
    sign: Literal["+", "-"]


class Quote(Result):
    """An amount with its breakdown, bound to a policy version and to its own hash."""

    basis: Basis
    as_of: datetime
    lines: tuple[QuoteLine, ...]
    gross: Decimal
    deductions: Decimal
    net: Decimal
    premiums_paid: Decimal
    loss_ratio: Decimal
    new_sum_assured: Decimal | None = None
    policy_version: int
    hash: str


class QuoteResult(Result):
    """The quote."""

    quote: Quote


class ReserveRequest(Request):
    """Hold the policy version and the quoted amount; book nothing."""

    policy_no: str
    quote: Quote


class Reservation(Result):
    """A hold on a policy version."""

    id: str
    expires_at: datetime
    policy_version: int


class ReserveResult(Result):
    """The reservation."""

    reservation: Reservation


class ReservationRef(Request):
    """A reservation, named."""

    id: str


class PayeeRef(Request):
    """Where the money goes."""

    account_id: str


class Consented(RolesWanted):
    """Who had to consent, and to what: looked at once more when it is done."""

    payload_hash: str
    applicant_party_id: str
    request: CustomerRequest


class CommitRequest(Request):
    """Change the policy, write the version, the journal, the endorsement and the obligation."""

    policy_no: str
    quote: Quote
    reservation: ReservationRef
    basis: Basis
    payee: PayeeRef | None = None
    consented: Consented | None = None
    """None: nobody but the applicant has a say."""


class Obligation(Result):
    """Money the insurer owes."""

    id: str
    amount: Decimal
    state: ObligationState


class Endorsement(Result):
    """The endorsement 批单 that witnesses the change."""

    no: str
    issued_at: datetime


class CommitResult(Result):
    """What was committed."""

    obligation: Obligation
    endorsement: Endorsement
    journal_id: str | None
    """The first journal posted; None: there was nothing to post."""
    loan_id: str | None = None
    """The loan that was made."""


class ObligationRef(Request):
    """An obligation, named."""

    id: str


class PayRequest(Request):
    """Send the money, once."""

    obligation: ObligationRef
    payee: PayeeRef


class PaymentRef(Request):
    """A payment attempt, named."""

    reference: str
    return_code: str | None = None


class Payment(Result):
    """One attempt to pay; ``reference`` is the key the bank knows it by."""

    attempt: int
    reference: str
    state: PaymentState
    return_code: str | None
    bank_ref: str | None = None


class PayResult(Result):
    """The attempt and how it stands."""

    payment: Payment


class QueryPaymentRequest(Request):
    """Ask the bank how an attempt stands; nothing is sent."""

    obligation: ObligationRef
    payment: PaymentRef


class ReturnedRequest(Request):
    """The bank returned the money."""

    obligation: ObligationRef
    payment: PaymentRef
    given_up: bool = False
    """A collection that is not tried again: nobody owes it any more."""


class ObligationResult(Result):
    """The obligation as it stands now."""

    obligation: Obligation


class Late(Result):
    """The money came after its limit of law: so many days, so much interest."""

    rule: str
    due_on: date
    days: int
    rate: Decimal
    amount: Decimal


class SettleResult(ObligationResult):
    """The obligation as it stands now, and how late it was paid; null: it was not."""

    late: Late | None = None


class SettleRequest(Request):
    """The bank has paid."""

    obligation: ObligationRef
    payment: PaymentRef


class ReleaseRequest(Request):
    """Let go of what the case holds."""

    policy_no: str
    reservation: ReservationRef | None = None


class ReleaseResult(Result):
    """Nothing to say."""


class ReverseRequest(Request):
    """Undo a commit: before image, reversing journal, endorsement voided."""

    policy_no: str
    obligation: ObligationRef


class Reversal(Result):
    """The reversing journal and the policy version it made."""

    journal_id: str | None
    """The first reversing journal; None: the commit had posted nothing."""
    policy_version: int


class ReverseResult(Result):
    """The reversal."""

    reversal: Reversal


CONTRACTS: Mapping[str, ActivityContract] = {
    contract.type: contract
    for contract in (
        ActivityContract(
            type="execution.quote", runs="local", request=QuoteRequest, result=QuoteResult
        ),
        ActivityContract(
            type="execution.reserve",
            runs="local",
            request=ReserveRequest,
            result=ReserveResult,
            faults=("STALE",),
        ),
        ActivityContract(
            type="execution.commit",
            runs="local",
            request=CommitRequest,
            result=CommitResult,
            faults=("STALE",),
        ),
        ActivityContract(type="execution.pay", runs="remote", request=PayRequest, result=PayResult),
        ActivityContract(
            type="execution.query_payment",
            runs="remote",
            request=QueryPaymentRequest,
            result=PayResult,
        ),
        ActivityContract(
            type="execution.returned",
            runs="local",
            request=ReturnedRequest,
            result=ObligationResult,
        ),
        ActivityContract(
            type="execution.settle",
            runs="local",
            request=SettleRequest,
            result=SettleResult,
        ),
        ActivityContract(
            type="execution.release",
            runs="local",
            request=ReleaseRequest,
            result=ReleaseResult,
        ),
        ActivityContract(
            type="execution.reverse",
            runs="local",
            request=ReverseRequest,
            result=ReverseResult,
            faults=("NOT_REVERSIBLE",),
        ),
    )
}
