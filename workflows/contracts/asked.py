"""Parts of what a customer asks for: by ids, so that no person and no account travels."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import Field

from workflows.contracts.activity import MONEY_DIGITS, Request
from workflows.domain.claims import ClaimEvent
from workflows.domain.consent import ConsentForm
from workflows.domain.policy import BenefitKind
from workflows.domain.premium import Frequency

BureauAnswer = Literal["MATCH", "MISMATCH", "EXPIRED", "DECEASED", "NOT_FOUND"]


class ContactAsked(Request):
    """Which data a person asks to have changed; the data themselves lie in the policy book."""

    hash: str
    fields: tuple[str, ...] = ()


class BureauAsked(Request):
    """The identity bureau's word."""

    answer: BureauAnswer


class BeneficiaryNamed(Request):
    """One beneficiary asked for, by the party on our books: no name travels with a case."""

    relation: str
    order: int = Field(default=1, ge=1, le=9)
    share: Decimal | None = Field(default=None, gt=0, le=100, max_digits=5, decimal_places=2)
    """Percent; none in a whole order: equal shares (保险法 art. 40)."""
    party_id: str = ""


class ConsentShown(Request):
    """A consent that came with the request: on which evidence, in what form."""

    party_id: str
    evidence_id: str
    form: ConsentForm = "WET"
    obtained_at: datetime | None = None


class PaymentAsked(Request):
    """How premiums shall be paid: the account by its id, no number travels with a case."""

    account_id: str
    holder_party_id: str
    """Whose account it is on our books."""
    frequency: Frequency
    amount_limit: Decimal = Field(gt=0, max_digits=MONEY_DIGITS, decimal_places=2)
    """The most that the account holder lets be collected each time."""
    authorised_on: date | None = None
    """When the account holder signed; the day of the change when absent."""


class LoanAsked(Request):
    """How much shall be lent on the policy."""

    amount: Decimal = Field(gt=0, max_digits=MONEY_DIGITS, decimal_places=2)
    agreement_signed: bool = False
    """Whether the loan agreement came signed with the request."""


class RenewalAsked(Request):
    """The premium of which due date."""

    due_on: date


class ReinstatementAsked(Request):
    """On which declaration a lapsed contract shall be in force again, and who pays."""

    health_declared: bool = False
    """Whether the declaration of health, occupation and finances came with the request."""
    adverse: bool = True
    """Whether it tells of anything that an underwriter must see."""
    account_id: str | None = None
    """The account to collect arrears from; none: the money is transferred."""


class ItemAsked(Request):
    """What an item without a flow of its own is asked for."""

    value: str = Field(default="", max_length=60)
    account_id: str | None = None
    party_id: str | None = None
    sum_assured: Decimal | None = Field(
        default=None, gt=0, max_digits=MONEY_DIGITS, decimal_places=2
    )
    """Of the main cover, from then on."""
    cover_elsewhere: Decimal | None = Field(
        default=None, ge=0, max_digits=MONEY_DIGITS, decimal_places=2
    )
    """For which the insured's death is covered by other insurers, as the applicant declares it."""


class BenefitAsked(Request):
    """Which benefit shall be paid."""

    kind: BenefitKind
    benefit_id: str | None = None
    """Which one; the oldest of its kind that is due, and all dividends, when absent."""
    listed: bool = False
    """Nobody asked: it fell due, and the daily list began its case."""


class ClaimAsked(Request):
    """The insured event as it was reported; no diagnosis travels with a case."""

    event: ClaimEvent
    event_on: date
    proofs: tuple[str, ...] = ()
    """The kinds of proof that came with the report."""


class ExGratiaAsked(Request):
    """How much a complaint demands in all for the end of the contract."""

    complaint_id: str
    amount: Decimal = Field(gt=0, max_digits=MONEY_DIGITS, decimal_places=2)


RepaymentMeans = Literal["DEBIT", "CREDIT_CARD"]


class RepaymentAsked(Request):
    """How much of a policy loan shall be repaid, from where."""

    amount: Decimal = Field(gt=0, max_digits=MONEY_DIGITS, decimal_places=2)
    loan_id: str | None = None
    """Which loan; the only one when absent."""
    means: RepaymentMeans = "DEBIT"
    account_id: str | None = None
    """The account to collect from."""
