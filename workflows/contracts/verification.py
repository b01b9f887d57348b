"""Verification 核实: what each check is asked and what it answers."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import Field, field_validator

from workflows.contracts import asked
from workflows.contracts.activity import MONEY_DIGITS, ActivityContract, Request, Result
from workflows.domain.items import Item

Channel = Literal["COUNTER", "APP", "AGENT", "MAIL", "EVENT"]
"""Which way a request came; EVENT: nobody asked, it fell due."""
NameMatch = Literal["EXACT", "MANUAL", "NONE"]
"""Exact after Unicode normalisation; MANUAL: rare characters or pinyin, for a person to judge."""


class IdentityEvidence(Request):
    """How the applicant was identified when the request was made."""

    ial: int = Field(default=0, ge=0, le=3)
    """Identity assurance level; ``"IAL3"`` is read as 3."""
    face_score: Decimal | None = Field(default=None, ge=0, le=1)
    liveness_ok: bool | None = None
    is_proxy: bool = False
    proxy_is_agent: bool = False

    @field_validator("ial", mode="before")
    @classmethod
    def _level(cls, value: object) -> object:
        return value.removeprefix("IAL") if isinstance(value, str) else value


class CustomerRequest(Request):
    """What the customer asked for, and the circumstances in which it was asked."""

    new_sum_assured: Decimal | None = Field(
        default=None, ge=0, max_digits=MONEY_DIGITS, decimal_places=2
    )
    payee_account_id: str | None = None
    document_ids: tuple[str, ...] = ()
    identity: IdentityEvidence = IdentityEvidence()
    device_age_days: int | None = Field(default=None, ge=0)
    device_id: str | None = Field(default=None, max_length=200)
    """Kept by its hash beside the case: what many people share is looked into."""
    geo_mismatch: bool = False
    loss_acknowledged: bool = False
    complaint_agent_pattern: bool = False
    beneficiaries: tuple[asked.BeneficiaryNamed, ...] = ()
    intent_on: date | None = None
    """When the wish was expressed (解释三 art. 10); the day of the notice when absent."""
    consents: tuple[asked.ConsentShown, ...] = ()
    new_holder_party_id: str | None = None
    new_holder_relation: str = "UNRELATED"
    """What the new policyholder is to the insured."""
    debit_account_id: str | None = None
    """The new holder's account, from which premiums are collected."""
    debts_assumed: bool = False
    contact: asked.ContactAsked | None = None
    payment: asked.PaymentAsked | None = None
    loan: asked.LoanAsked | None = None
    repayment: asked.RepaymentAsked | None = None
    renewal: asked.RenewalAsked | None = None
    reinstatement: asked.ReinstatementAsked | None = None
    item_change: asked.ItemAsked | None = None
    benefit: asked.BenefitAsked | None = None
    claim: asked.ClaimAsked | None = None
    ex_gratia: asked.ExGratiaAsked | None = None


class Clocks(Result):
    """The time limits of a case: instants end their day, local dates stand beside them."""

    accept_due: datetime
    accept_due_on: date
    accept_warn: datetime
    one_notice_due: datetime
    one_notice_due_on: date
    law_due: datetime | None = None
    """The limit of the law on the item itself (K-SUR); not every item has one."""
    law_due_on: date | None = None
    law_warn: datetime | None = None
    complete_due: datetime | None = None
    complete_due_on: date | None = None
    complete_warn: datetime | None = None
    provisional: bool = False
    """A date lies beyond the calendar's coverage; it is computed again when the notice is out."""


class IntakeRequest(Request):
    """Store the notice, find duplicates, start the clocks, take the policy's lock."""

    policy_no: str
    item: Item
    notice_arrived_at: datetime
    applicant_party_id: str
    applicant_role: str
    request: CustomerRequest


class IntakeResult(Result):
    """The fingerprint of the request, the case it repeats, and the clocks started."""

    duplicate_of: str | None
    fingerprint: str
    clocks: Clocks


class PolicyRequest(Request):
    """Read what the process needs to know of the policy."""

    policy_no: str
    notice_arrived_at: datetime


class PolicyFacts(Result):
    """A policy as the decision tables see it."""

    policy_no: str
    state: str
    termination_reason: str | None
    flags: tuple[str, ...]
    product: str
    cooling_off_ends_at: datetime | None
    cooling_off_last_day: date | None
    within_cooling_off: bool
    """The notice arrived by the end of the last day, to the second."""
    ends_on_claim: bool
    claim_made: bool
    claim_event_on: date | None
    sum_assured: Decimal
    min_sum_assured: Decimal
    annual_premium: Decimal
    premiums_paid: Decimal
    policy_age_days: int
    debts: Decimal
    lender_consent: bool
    ended_on: date | None
    lapsed_on: date | None
    lapsed_within_2_years: bool = Field(alias="lapsedWithin2Years")
    """In force counts as true: the two-year bar does not apply."""
    agent_id: str | None
    version: int


class PolicyResult(Result):
    """The policy's facts."""

    policy: PolicyFacts


class IdentityRequest(Request):
    """Ask whether the applicant is who they say, to the level the money asks for."""

    applicant_party_id: str
    applicant_role: str
    request: CustomerRequest
    net_payout: Decimal | None = None
    """Unknown before the quote: then the level for the largest amounts is required."""
    required_ial: int | None = Field(default=None, ge=0, le=3)
    """The level that the item asks for; None: by the payout."""
    bureau: asked.BureauAsked | None = None
    """What the identity bureau answered, where it was asked before."""


class IdentityFinding(Result):
    """The level reached, the level required, and the biometric evidence."""

    ial: int
    required_ial: int
    face_score: Decimal | None
    liveness_ok: bool | None
    passed: bool
    """False asks for manual identification; a plain failure is the fault IDENTITY instead."""


class IdentityResult(Result):
    """The identity finding."""

    identity: IdentityFinding


class RequiredDocument(Request):
    """One document type that DT-DOC asks for."""

    type: str
    mandatory: bool = True
    form: Literal["DATA", "COPY", "ORIGINAL"] = "COPY"
    """DATA: entered electronically, the request itself is the document."""
    validity_days: int | None = Field(default=None, ge=0)
    """How old it may be; None: of any age."""
    reuse_if_held: bool = True
    from_figure: str | None = None
    """The figure of law, by its name, from which amount on it is asked for; None: always."""


class DocumentsRequest(Request):
    """Compare what is required with what is held."""

    item: Item
    channel: Channel
    request: CustomerRequest
    required_documents: tuple[RequiredDocument, ...]
    amount: Decimal | None = None
    """What would be paid out; None: not known."""
    document_ids: tuple[str, ...] = ()
    """Documents that came later, beside those of the request."""

    @field_validator("required_documents", mode="before")
    @classmethod
    def _plain_types(cls, value: object) -> object:
        if value is None:
            return ()
        if isinstance(value, str | Mapping):
            value = [value]
        if not isinstance(value, list | tuple):
            return value
        return [{"type": entry} if isinstance(entry, str) else entry for entry in value]

    @field_validator("document_ids", mode="before")
    @classmethod
    def _absent_ids(cls, value: object) -> object:
        return () if value is None else value


class DocumentsFinding(Result):
    """All gaps at once, for one consolidated notice."""

    complete: bool
    missing: tuple[str, ...]
    held: tuple[str, ...]


class DocumentsResult(Result):
    """The documents finding."""

    documents: DocumentsFinding


class EligibilityRequest(Request):
    """Ask whether this applicant may ask this of this policy."""

    policy_no: str
    item: Item
    applicant_party_id: str
    applicant_role: str
    request: CustomerRequest


class EligibilityFinding(Result):
    """Eligible, or every reason why not."""

    eligible: bool
    reasons: tuple[str, ...]


class EligibilityResult(Result):
    """The eligibility finding."""

    eligibility: EligibilityFinding


class ConflictsRequest(Request):
    """Ask whether another case in flight stands in the way."""

    policy_no: str
    item: Item


class ConflictFinding(Result):
    """The case in the way and the rule of the exclusion table that says so."""

    found: bool
    case_id: str | None
    rule: str | None
    other_item: str | None = None
    needs_person: bool = False
    """Whether a person decides; other conflicts wait for the other case, or are refused."""


class ConflictsResult(Result):
    """The conflict finding."""

    conflict: ConflictFinding


class AgreeRequest(Request):
    """The insurer agrees to the request: the completion clock starts."""

    policy_no: str


class AgreeResult(Result):
    """When it was agreed, and every clock of the case with the new one."""

    agreed_at: datetime
    clocks: Clocks


class PayeeRequest(Request):
    """Ask whether the account is in the name of the person entitled."""

    policy_no: str
    payee_account_id: str
    obligation_id: str | None = None
    """What is to be paid; None: it is the policyholder's."""


class PayeeFacts(Result):
    """The account, checked at the bank; the number stays masked."""

    account_id: str
    holder_match: NameMatch
    entitled: bool
    bank: str
    masked: str


class PayeeResult(Result):
    """The checked payee."""

    payee: PayeeFacts


def _local(
    kind: str, request: type[Request], result: type[Result], *faults: str
) -> ActivityContract:
    return ActivityContract(
        type=f"verification.{kind}", runs="local", request=request, result=result, faults=faults
    )


CONTRACTS: Mapping[str, ActivityContract] = {
    contract.type: contract
    for contract in (
        _local("intake", IntakeRequest, IntakeResult, "POLICY_NOT_FOUND"),
        _local("policy", PolicyRequest, PolicyResult),
        _local("identity", IdentityRequest, IdentityResult, "IDENTITY"),
        _local("documents", DocumentsRequest, DocumentsResult),
        _local("eligibility", EligibilityRequest, EligibilityResult, "ELIGIBILITY"),
        _local("conflicts", ConflictsRequest, ConflictsResult, "CONFLICT"),
        _local("agree", AgreeRequest, AgreeResult),
        ActivityContract(
            type="verification.payee",
            runs="remote",
            request=PayeeRequest,
            result=PayeeResult,
            faults=("PAYEE",),
        ),
    )
}
