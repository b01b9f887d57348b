"""Changing how premiums are paid 交费方式变更: read, compared at the bank, put into effect."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from workflows.contracts.activity import ActivityContract, Request, Result
from workflows.contracts.changes import ChangeRolesRequest, ChangeRolesResult
from workflows.contracts.consent import ChangeRequest
from workflows.domain.payment import ElementsAnswer
from workflows.domain.premium import Frequency


class PaymentFacts(Result):
    """The change as the decision tables see it: no name, no number of anybody."""

    payload_hash: str
    kind: Literal["OWN", "THIRD_PARTY"]
    """THIRD_PARTY: the account is not the policyholder's."""
    state: str
    applicant_entitled: bool
    insured_is_applicant: bool
    account_known: bool
    holder_listed: bool
    """The account holder is on a list of AML Law article 40."""
    debit_in_flight: bool
    """A debit file is with the bank: nothing changes until it is back."""
    differs: bool
    """Whether anything would change at all."""
    frequency: Frequency
    frequency_allowed: bool
    modal_premium: Decimal
    """What falls due each time."""
    amount_limit: Decimal
    """What the account holder lets be collected each time."""
    effective_on: date
    """The due date from which on it holds."""
    other_party_id: str | None
    """Who is told beside the applicant: the account holder, if that is another."""
    agent_id: str | None
    annual_premium: Decimal
    flags: tuple[str, ...]
    version: int


class PaymentResult(Result):
    """The change, as far as the tables need it."""

    change: PaymentFacts


class AccountRequest(Request):
    """Ask the bank whether name, document, account and phone belong together."""

    policy_no: str
    account_id: str


class AccountFinding(Result):
    """The bank's word on the four elements."""

    answer: ElementsAnswer
    differing: tuple[str, ...]
    asked_at: datetime


class AccountResult(Result):
    """What the bank said."""

    account: AccountFinding


CONTRACTS: Mapping[str, ActivityContract] = {
    contract.type: contract
    for contract in (
        ActivityContract(
            type="verification.payment",
            runs="local",
            request=ChangeRequest,
            result=PaymentResult,
        ),
        ActivityContract(
            type="verification.account",
            runs="remote",
            request=AccountRequest,
            result=AccountResult,
            faults=("BANK_AWAY",),
        ),
        ActivityContract(
            type="execution.change_payment",
            runs="local",
            request=ChangeRolesRequest,
            result=ChangeRolesResult,
            faults=("STALE", "CONSENT"),
        ),
    )
}
