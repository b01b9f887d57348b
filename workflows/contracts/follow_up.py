"""Follow-up 跟进: letters sent and the case put away."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from workflows.contracts.activity import ActivityContract, Request, Result
from workflows.contracts.complaint_letters import (
    ComplaintDecidedFacts,
    ComplaintExtendedFacts,
    ComplaintReviewedFacts,
)
from workflows.contracts.lateness import LateFacts
from workflows.contracts.loan_letters import (
    LoanAgreementFacts,
    LoanCapitalisedFacts,
    LoanExhaustedFacts,
    LoanOfferFacts,
    LoanReminderFacts,
    LoanRepaidFacts,
    LoanWarningFacts,
)
from workflows.contracts.renewal_letters import (
    InvitationFacts,
    LapseFacts,
    OfferOpenFacts,
    PaidUpFacts,
    PremiumLentFacts,
    PremiumOverdueFacts,
    PremiumPaidFacts,
    PremiumPartFacts,
    PremiumReminderFacts,
    ReinstatedFacts,
    ReinstatementOfferFacts,
)
from workflows.domain.premium import Frequency

LetterTemplate = Literal[
    "documents_missing", "loss_statement", "approved_outcome", "rejected",
    "withdrawn", "payment_returned", "delay_notice", "superseded", "change_endorsed",
    "payment_changed",
    "ex_gratia_refused",
    "loan_offer", "loan_agreement", "loan_reminder", "loan_warning", "loan_capitalised",
    "loan_exhausted", "loan_repaid",
    "premium_reminder", "premium_overdue", "premium_part", "premium_paid", "premium_lent",
    "paid_up", "lapse_notice", "reinstatement_invitation", "reinstatement_offer",
    "reinstatement_open", "reinstated",
    "consent_request", "correction_needed", "change_outcome", "contact_reversed",
    "orphan_notice", "agent_assigned",
    "claim_guide", "claim_paid", "late_compensated", "applicant_died",
    "complaint_decided", "complaint_reviewed", "complaint_extended",
    "call_back_unreached", "quality_call_unreached",
]  # fmt: skip


class LetterRequest(Request):
    """Write a letter to the applicant and send it."""

    template: LetterTemplate
    policy_no: str
    applicant_party_id: str
    subject: str | None = None
    facts: dict[str, Any] = Field(default_factory=dict)
    """What the template may say: the fields of its entry in ``LETTER_FACTS``, and no others."""


class MissingFacts(Request):
    """Every document still wanted, and until when."""

    missing: tuple[str, ...] = Field(min_length=1)
    due_on: date | None = None


class MoneyLine(Request):
    """One line of a breakdown."""

    label: str
    amount: Decimal
    sign: Literal["+", "-"]


class QuotedMoney(Request):
    """A quote as the customer reads it."""

    as_of: datetime
    lines: tuple[MoneyLine, ...]
    gross: Decimal
    deductions: Decimal
    net: Decimal
    premiums_paid: Decimal
    loss_ratio: Decimal


class StatementFacts(Request):
    """The loss statement: what is paid, and what is lost against the premiums."""

    quote: QuotedMoney


class EndorsementNo(Request):
    """The endorsement, by number; empty where there is none."""

    no: str = ""


class AccountShown(Request):
    """An account as it may be shown; empty where nothing is paid."""

    masked: str = ""
    bank: str = ""


class OutcomeFacts(Request):
    """What was done and paid."""

    quote: QuotedMoney
    endorsement: EndorsementNo | None = None
    payee: AccountShown | None = None


class ChangeFacts(Request):
    """Which endorsements witness the change, and which policies could not take note of it."""

    endorsements: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


class MinorCoverTold(Request):
    """For what a child would be covered, and the most that may be."""

    cap: Decimal
    age_below: int
    basis: str
    here: Decimal
    elsewhere: Decimal | None = None


class RejectedFacts(Request):
    """The category of the reason, and the numbers behind it where it is the cap of a child."""

    reason: str = "OTHER"
    minor: MinorCoverTold | None = None


class ExGratiaRefusedFacts(RejectedFacts):
    """What was demanded, and what the contract gives, now as before."""

    demanded: Decimal
    contract_value: Decimal


class ReturnedFacts(Request):
    """Why the bank returned the money."""

    return_code: str = "OTHER"
    amount: Decimal | None = None


class ClaimGuideFacts(Request):
    """Every proof that is wanted, all at once; the number under which the claim is known."""

    claim_no: str
    missing: tuple[str, ...] = ()


class ClaimPaidFacts(Request):
    """The claim is settled."""

    claim_no: str
    amount: Decimal


class CorrectionFacts(Request):
    """What has to be corrected, and by when."""

    reason: str = "OTHER"
    due_on: date | None = None


class DelayFacts(CorrectionFacts):
    """Which limit is not kept, why, how far the case is, and until when it takes now."""

    reason: str = "IN_REVIEW"
    progress: str = ""
    """Status of the case, as the letter finds it."""
    expected_on: date | None = None
    """The day promised, as the letter counts it."""


class EndorsedFacts(Request):
    """The endorsement of a change without money."""

    endorsement: EndorsementNo


class PremiumDue(Request):
    """What falls due each time, how often, from when on."""

    frequency: Frequency
    modal_premium: Decimal
    effective_on: date


class PaymentChangedFacts(EndorsedFacts):
    """The endorsement of a change of how premiums are paid."""

    payment: PremiumDue


class ConsentFacts(Request):
    """By which hash the change is known, and until when an answer is waited for."""

    payload_hash: str
    due_on: date | None = None


class LeaverFacts(Request):
    """Since when nobody serves the policy."""

    left_on: date


class AssignedFacts(Request):
    """Who serves the policy now, by number."""

    agent_id: str


class NoFacts(Request):
    """The template says it all."""


LETTER_FACTS: Mapping[LetterTemplate, type[Request]] = {
    "documents_missing": MissingFacts,
    "loss_statement": StatementFacts,
    "approved_outcome": OutcomeFacts,
    "rejected": RejectedFacts,
    "ex_gratia_refused": ExGratiaRefusedFacts,
    "withdrawn": NoFacts,
    "payment_returned": ReturnedFacts,
    "delay_notice": DelayFacts,
    "superseded": NoFacts,
    "change_endorsed": EndorsedFacts,
    "payment_changed": PaymentChangedFacts,
    "consent_request": ConsentFacts,
    "correction_needed": CorrectionFacts,
    "change_outcome": ChangeFacts,
    "contact_reversed": NoFacts,
    "orphan_notice": LeaverFacts,
    "agent_assigned": AssignedFacts,
    "loan_offer": LoanOfferFacts,
    "loan_agreement": LoanAgreementFacts,
    "loan_reminder": LoanReminderFacts,
    "loan_warning": LoanWarningFacts,
    "loan_capitalised": LoanCapitalisedFacts,
    "loan_exhausted": LoanExhaustedFacts,
    "loan_repaid": LoanRepaidFacts,
    "premium_reminder": PremiumReminderFacts,
    "premium_overdue": PremiumOverdueFacts,
    "premium_part": PremiumPartFacts,
    "premium_paid": PremiumPaidFacts,
    "premium_lent": PremiumLentFacts,
    "paid_up": PaidUpFacts,
    "lapse_notice": LapseFacts,
    "reinstatement_invitation": InvitationFacts,
    "reinstatement_offer": ReinstatementOfferFacts,
    "reinstatement_open": OfferOpenFacts,
    "reinstated": ReinstatedFacts,
    "claim_guide": ClaimGuideFacts,
    "late_compensated": LateFacts,
    "applicant_died": NoFacts,
    "complaint_decided": ComplaintDecidedFacts,
    "complaint_reviewed": ComplaintReviewedFacts,
    "complaint_extended": ComplaintExtendedFacts,
    "claim_paid": ClaimPaidFacts,
    "call_back_unreached": NoFacts,
    "quality_call_unreached": NoFacts,
}
"""What each letter may say: nothing else reaches the paper, so no other party's data does."""


class Letter(Result):
    """Proof of sending."""

    communication_id: str
    message_id: str
    sha256: str
    sent_at: datetime
    channel: Literal["EMAIL", "LETTER", "COUNTER"] = "EMAIL"
    """How it goes: by post or to a counter where no mail is taken."""


class LetterResult(Result):
    """The letter sent."""

    letter: Letter


class ArchiveRequest(Request):
    """Put the case away."""

    policy_no: str


class QualityCall(Result):
    """A call-back afterwards, and who may not make it: whoever worked on the case, the agent."""

    excluded: tuple[str, ...]
    call_back_on: str | None = None
    """The phone to call, masked: verified before any fresh change."""


class Archive(Result):
    """How many papers the case has, and the hash of the manifest that lists them."""

    documents: int
    sha256: str
    quality_call: QualityCall | None = None
    """Where the lot of the case was drawn."""


class ArchiveResult(Result):
    """The archive."""

    archive: Archive


CONTRACTS: Mapping[str, ActivityContract] = {
    contract.type: contract
    for contract in (
        ActivityContract(
            type="follow_up.letter",
            runs="remote",
            request=LetterRequest,
            result=LetterResult,
            timeout_seconds=60,
        ),
        ActivityContract(
            type="follow_up.archive",
            runs="local",
            request=ArchiveRequest,
            result=ArchiveResult,
        ),
    )
}
