"""A claim handed off 理赔转办: what it stops, what would be due, and what became of it."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from workflows.contracts.activity import ActivityContract, Request, Result
from workflows.contracts.asked import ClaimAsked

ClaimImpact = Literal["STOP", "SUSPEND", "ALLOW"]
ClaimStage = Literal["AGREED", "PAID", "REFUSED"]


class OpenClaimRequest(Request):
    """The event is on the policy: what it stops stops, what would be due is worked out."""

    policy_no: str
    claim: ClaimAsked
    impact: ClaimImpact


class ShareDue(Result):
    """What one beneficiary would get; no party: the estate (保险法 art. 42)."""

    party_id: str
    amount: Decimal


class ClaimFacts(Result):
    """What the claims department is told."""

    claim_no: str
    covered: bool
    sum_assured: Decimal
    overdue_premium: Decimal
    debts: Decimal
    payable: Decimal
    shares: tuple[ShareDue, ...]
    missing: tuple[str, ...]
    """Every proof still wanted: one list, told once."""
    policy_version: int


class ClaimResult(Result):
    """The claim as it stands."""

    claim: ClaimFacts


class RegisterClaimRequest(Request):
    """Hand the event over to the claims system."""

    policy_no: str
    claim: ClaimAsked
    facts: ClaimFacts
    noticed_at: datetime
    investigate: bool


class ClaimRegistration(Result):
    """The claims system has it."""

    reference: str
    """Its own number."""
    registered_at: datetime


class RegisterClaimResult(Result):
    """Handed over."""

    registration: ClaimRegistration


class SettleClaimRequest(Request):
    """What the claims department decided, or did."""

    policy_no: str
    claim: ClaimAsked
    stage: ClaimStage


class StartClocksRequest(Request):
    """Time limits begin."""

    policy_no: str
    rules: tuple[str, ...]


class LimitDue(Result):
    """Where a limit ends."""

    rule: str
    due: datetime
    due_on: date


class StartClocksResult(Result):
    """The limits, in the order asked for."""

    limits: tuple[LimitDue, ...]


CONTRACTS: Mapping[str, ActivityContract] = {
    "execution.open_claim": ActivityContract(
        type="execution.open_claim", runs="local", request=OpenClaimRequest, result=ClaimResult
    ),
    "execution.settle_claim": ActivityContract(
        type="execution.settle_claim", runs="local", request=SettleClaimRequest, result=ClaimResult
    ),
    "execution.register_claim": ActivityContract(
        type="execution.register_claim",
        runs="remote",
        request=RegisterClaimRequest,
        result=RegisterClaimResult,
        faults=("CLAIMS_AWAY",),
    ),
    "verification.start_clocks": ActivityContract(
        type="verification.start_clocks",
        runs="local",
        request=StartClocksRequest,
        result=StartClocksResult,
    ),
}
