"""Reinstatement 复效: what it takes, what is offered, the contract in force again."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import Field

from workflows.contracts.activity import MONEY_DIGITS, ActivityContract, Request, Result
from workflows.contracts.consent import ChangeRequest
from workflows.contracts.execution import Endorsement


class ReinstatementRequest(Request):
    """Bring a lapsed contract into force again."""

    policy_no: str
    collection: str = ""
    as_of: date
    """The day up to which interest was asked for."""
    terms: Literal["STANDARD", "EXTRA", "EXCLUSION"] = "STANDARD"
    extra_premium: Decimal = Field(default=Decimal(0), ge=0, max_digits=MONEY_DIGITS)
    """Yearly, from the next due date on; with terms EXTRA."""


class Reinstated(Result):
    """What was paid, and from when cover stands again."""

    premium: Decimal
    interest: Decimal
    amount: Decimal
    in_force_from: date
    paid_to: date | None


class ReinstateResult(Result):
    """The reinstatement, and its endorsement."""

    reinstated: Reinstated
    endorsement: Endorsement


class ReinstatementFacts(Result):
    """A reinstatement as the decision tables see it, with the figures of the day."""

    as_of: date
    payload_hash: str
    kind: Literal["REINSTATEMENT"] = "REINSTATEMENT"
    state: str
    flags: tuple[str, ...]
    applicant_entitled: bool
    insured_is_applicant: bool
    insured_capacity: str
    death_cover: bool
    pledged: bool
    lapsed_on: date | None
    window_ends_on: date | None
    within_window: bool
    """The notice arrived by the last day of the window."""
    debts_covered: bool
    """Debts are below the cash value: the contract could stand."""
    simplified: bool
    """A clean declaration, soon after the lapse: no underwriter is needed."""
    premiums: int
    premium: Decimal
    interest: Decimal
    due: Decimal
    daily_interest: Decimal
    collect: Decimal
    """What is asked of the bank: the suspense pays the rest."""
    offer_until_on: date
    offer_over_at: datetime
    account_id: str
    account_own: bool
    payer_party_id: str
    agent_id: str | None
    annual_premium: Decimal
    version: int


class ReinstatementResult(Result):
    """The reinstatement, as far as the tables need it."""

    reinstatement: ReinstatementFacts


class AcceptRequest(Request):
    """The request is complete: it is accepted."""

    policy_no: str


class AcceptResult(Result):
    """When."""

    accepted_at: datetime


def _local(
    kind: str, request: type[Request], result: type[Result], *faults: str
) -> ActivityContract:
    return ActivityContract(type=kind, runs="local", request=request, result=result, faults=faults)


CONTRACTS: Mapping[str, ActivityContract] = {
    contract.type: contract
    for contract in (
        _local("verification.reinstatement", ChangeRequest, ReinstatementResult),
        _local("verification.accept", AcceptRequest, AcceptResult),
        _local("execution.reinstate", ReinstatementRequest, ReinstateResult, "STALE"),
    )
}
