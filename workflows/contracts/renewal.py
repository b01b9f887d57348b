"""Renewal premiums 续期保费: what falls due, how it is paid, what follows when it is not."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import Field

from workflows.contracts.activity import MONEY_DIGITS, ActivityContract, Request, Result
from workflows.contracts.verification import IntakeRequest

ReceivedBy = Literal["TRANSFER", "COUNTER", "AGENT_CASH"]


class OpenRenewalResult(Result):
    """Whether the premium is taken up: once, and only the next one that falls due."""

    outcome: Literal["TAKEN_UP", "DUPLICATE", "NOT_DUE", "POLICY_NOT_FOUND"]
    duplicate_of: str | None
    fingerprint: str


class RenewalRequest(Request):
    """Ask how a premium stands."""

    policy_no: str
    due_on: date
    after: date | None = None
    """The day of the last reminder."""
    tried: int = Field(default=0, ge=0)
    """How often the account has been debited."""


class RenewalFacts(Result):
    """A premium as model and decision table see it, from the book."""

    due_on: date
    due_at: datetime
    open: bool
    """In force, and this is the next premium to be paid."""
    state: str
    claim_open: bool
    blocked_by: str
    """A case that may end or reduce the contract goes first; empty: nobody."""
    premium: Decimal
    short: Decimal
    """Missing beside what stands in suspense."""
    suspense: Decimal
    waived: bool
    reminders_wanted: bool
    remind_on: date | None
    remind_at: datetime | None
    payer_party_id: str
    account_id: str
    """Empty: no account may be debited with it."""
    debit_at: datetime | None
    grace_ends_on: date
    grace_over_at: datetime
    option: str
    net_value: Decimal
    """Cash value of the day before grace, less debts of today."""
    partial_loan: bool
    paid_up_sum: Decimal
    min_paid_up: Decimal


class RenewalResult(Result):
    """The premium."""

    renewal: RenewalFacts


class DueRequest(Request):
    """Do something about the premium of a due date."""

    policy_no: str
    due_on: date


class FallDueResult(Result):
    """What is owed from the due date on."""

    owed: Decimal


class ReceiveRequest(Request):
    """Money came for premiums."""

    policy_no: str
    amount: Decimal = Field(gt=0, max_digits=MONEY_DIGITS, decimal_places=2)
    reference: str = Field(min_length=1, max_length=100)
    """The bank's or the cashier's: the same one again is the same money."""
    means: ReceivedBy = "TRANSFER"


class Received(Result):
    """What became of it."""

    result: Literal["BOOKED", "DUPLICATE", "REFUSED"]
    amount: Decimal
    suspense: Decimal


class ReceiveResult(Result):
    """The receipt."""

    received: Received


class ApplyRequest(DueRequest):
    """Pay the premium from what was received, or bear it."""

    collection: str = ""
    """A collection that was settled; empty: from suspense."""
    waived: bool = False


class PremiumPaid(Result):
    """How the premium was paid."""

    applied: bool
    """False: the contract is no longer what it was; the money stays in suspense."""
    amount: Decimal
    paid_to: date | None
    suspense: Decimal


class ApplyResult(Result):
    """The premium paid."""

    paid: PremiumPaid


class PremiumLoan(Result):
    """The premium lent on the cash value."""

    loan_id: str
    amount: Decimal
    rate: Decimal
    whole: bool
    covered_until: date
    covered_until_at: datetime
    endorsement: str


class LendResult(Result):
    """The premium loan."""

    premium_loan: PremiumLoan


class PaidUp(Result):
    """The lower sum the contract goes on with."""

    sum_assured: Decimal
    endorsement: str


class PaidUpResult(Result):
    """Reduced paid-up cover."""

    paid_up: PaidUp


class Lapse(Result):
    """The contract suspended, and the limits that begin with it."""

    lapsed_on: date
    owed: Decimal
    notice_due: datetime
    notice_due_on: date
    notice_warn: datetime
    window_ends_on: date
    window_over_at: datetime
    endorsement: str


class LapseResult(Result):
    """The lapse."""

    lapse: Lapse


class DueListRequest(Request):
    """Begin the cases of premiums that fall due within so many days."""

    ahead_days: int = Field(default=31, ge=0, le=366)
    after_policy_no: str = ""


class DueList(Result):
    """How many were told, and where the list goes on; empty: it is at its end."""

    told: int
    after_policy_no: str


class DueListResult(Result):
    """The page of the list."""

    due_list: DueList


def _local(
    kind: str, request: type[Request], result: type[Result], *faults: str
) -> ActivityContract:
    return ActivityContract(type=kind, runs="local", request=request, result=result, faults=faults)


CONTRACTS: Mapping[str, ActivityContract] = {
    contract.type: contract
    for contract in (
        _local("verification.open_renewal", IntakeRequest, OpenRenewalResult),
        _local("verification.renewal", RenewalRequest, RenewalResult),
        _local("execution.fall_due", DueRequest, FallDueResult),
        _local("execution.receive_premium", ReceiveRequest, ReceiveResult),
        _local("execution.apply_premium", ApplyRequest, ApplyResult),
        _local("execution.lend_premium", DueRequest, LendResult, "STALE"),
        _local("execution.make_paid_up", DueRequest, PaidUpResult, "STALE"),
        _local("execution.lapse", DueRequest, LapseResult, "STALE"),
        _local("execution.due_list", DueListRequest, DueListResult),
    )
}
