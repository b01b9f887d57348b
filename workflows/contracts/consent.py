"""Verification of changes 核实: what is asked for, who must consent to it, and pausing clocks."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import Field, field_validator

from workflows.contracts.activity import ActivityContract, Request, Result
from workflows.contracts.verification import CustomerRequest
from workflows.domain.consent import ConsentAnswer, ConsentForm, ConsentRole, ConsentState
from workflows.domain.items import Item

ChangeKind = Literal["SELF_RELATIVES", "RELATIVES", "SENSITIVE"]


class ChangeRequest(Request):
    """Ask what a change of roles would do, before anybody decides on it."""

    policy_no: str
    item: Item
    applicant_party_id: str
    applicant_role: str
    notice_arrived_at: datetime
    request: CustomerRequest


class OrderSeen(Result):
    """The shares of one order, in percent."""

    order: int
    stated: int
    unstated: int
    total: Decimal


class ChangeFacts(Result):
    """The change as the decision tables see it: no name, no number of anybody."""

    payload_hash: str
    kind: ChangeKind
    """SELF_RELATIVES: the insured asks, for relatives only. SENSITIVE: strangers, or high age."""
    state: str
    pledged: bool
    death_cover: bool
    event_happened: bool
    """The insured event: a change after it is without effect (解释三 art. 11)."""
    employer_paid: bool
    applicant_entitled: bool
    insured_is_applicant: bool
    insured_is_holder: bool
    insured_age: int
    insured_capacity: str
    has_guardian: bool
    orders: tuple[OrderSeen, ...] = ()
    all_identified: bool = True
    named_twice: bool = False
    outside_family: bool = False
    unrelated: bool = False
    new_holder_known: bool = True
    new_holder_same: bool = False
    new_holder_capacity: str = "FULL"
    new_holder_is_agent: bool = False
    new_holder_is_insured: bool = False
    parents_asked: bool = False
    """Whether the cover of a child would be held by somebody who is no parent (解释三 art. 6)."""
    parents_unknown: bool = False
    """They are asked, and the book knows none."""
    debts: Decimal = Decimal(0)
    debts_assumed: bool = False
    debit_account_own: bool = True
    cash_value: Decimal = Decimal(0)
    intent_on: date
    notice_on: date
    other_party_id: str | None
    """Who is told beside the applicant: policyholder or insured, nobody else."""
    agent_id: str | None
    annual_premium: Decimal
    flags: tuple[str, ...]
    version: int


class ChangeResult(Result):
    """The change, as far as the tables need it."""

    change: ChangeFacts


class RolesWanted(Request):
    """Roles named by a table: one word, a list of words, or nothing."""

    required_consents: tuple[ConsentRole, ...] = ()

    @field_validator("required_consents", mode="before")
    @classmethod
    def _as_many(cls, value: object) -> object:
        if value is None:
            return ()
        return (value,) if isinstance(value, str) else value


class ConsentsRequest(RolesWanted):
    """Compare the consents the table asks for with those on file for this very change."""

    policy_no: str
    item: Item
    payload_hash: str
    applicant_party_id: str
    request: CustomerRequest


class ConsentPending(Result):
    """A person who has not consented to this change yet."""

    party_id: str
    role: ConsentRole
    key: str
    """What the answer is correlated by."""


class ConsentsFinding(Result):
    """All consents that are missing, at once."""

    complete: bool
    missing: tuple[str, ...]
    """As documents, for the one consolidated notice."""
    pending: tuple[ConsentPending, ...]
    wrong_payload: bool
    """Somebody consented, but to another change."""
    due_at: datetime
    due_on: date


class ConsentsResult(Result):
    """The consents finding."""

    consents: ConsentsFinding


class ConsentRequest(Request):
    """Write down what somebody answered."""

    policy_no: str
    item: Item
    payload_hash: str
    """Of the change at hand."""
    party_id: str
    role: ConsentRole
    answer: ConsentAnswer = "GIVEN"
    answered_hash: str = ""
    """Of the change the person was shown."""
    form: ConsentForm = "E_SIGN"
    evidence_id: str = ""

    @field_validator("answer", mode="before")
    @classmethod
    def _no_answer_is_no_consent(cls, value: object) -> object:
        """Only a plain yes is a consent."""
        return "GIVEN" if value == "GIVEN" else "REFUSED"


class ConsentResult(Result):
    """What the answer is worth for this change."""

    consent_id: str
    consent_state: ConsentState


class RevokeRequest(Request):
    """Somebody takes a consent back before the change has taken effect."""

    policy_no: str
    party_id: str = Field(default="")


class RevokeResult(Result):
    """How many consents ended."""

    revoked: int


class ClockRequest(Request):
    """Pause a clock while the customer is asked, or let it run again."""

    rule: Literal["K-ACC"] = "K-ACC"


class ClockResult(Result):
    """Where the limit ends now."""

    accept_due: datetime
    accept_due_on: date


def _local(
    kind: str, request: type[Request], result: type[Result], *faults: str
) -> ActivityContract:
    return ActivityContract(
        type=f"verification.{kind}", runs="local", request=request, result=result, faults=faults
    )


CONTRACTS: Mapping[str, ActivityContract] = {
    contract.type: contract
    for contract in (
        _local("change", ChangeRequest, ChangeResult),
        _local("consents", ConsentsRequest, ConsentsResult, "NO_ROLE"),
        _local("consent", ConsentRequest, ConsentResult),
        _local("revoke_consent", RevokeRequest, RevokeResult),
        _local("pause_clock", ClockRequest, ClockResult),
        _local("resume_clock", ClockRequest, ClockResult),
    )
}
