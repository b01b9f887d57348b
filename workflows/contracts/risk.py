"""Risk: what the risk tables decide on, gathered from the request, the book and its history."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from pydantic import Field

from workflows.contracts.activity import ActivityContract, Request, Result
from workflows.contracts.verification import Channel, CustomerRequest, NameMatch
from workflows.domain.items import Item

NEVER = 36_500
"""Days since a change that never happened: no rule that looks for recent changes fires."""
NEVER_TOLD = Decimal(10) ** 15
"""Where the law has no such amount: no payout is above it."""


class QuotedFigures(Request):
    """What the risk rules need of a quote."""

    net: Decimal
    premiums_paid: Decimal
    loss_ratio: Decimal


class RiskFactsRequest(Request):
    """Gather what the risk tables decide on."""

    policy_no: str
    applicant_party_id: str
    applicant_role: str = "PH"
    request: CustomerRequest
    channel: Channel
    quote: QuotedFigures
    notice_arrived_at: datetime
    item: Item


class RiskFacts(Result):
    """The FEEL names of the risk tables. A change that never happened is ``NEVER`` days ago."""

    item: Item
    channel: Channel
    money_out: bool
    applicant_role: str
    applicant_entitled: bool
    is_proxy: bool
    proxy_is_agent: bool
    ial: int
    face_score: Decimal | None
    liveness_ok: bool | None
    net_payout: Decimal
    policy_age_days: int
    policy_flags: tuple[str, ...]
    loss_ratio: Decimal
    days_since_contact_change: int
    days_since_payee_change: int
    payee_name_match: NameMatch
    payee_is_entitled: bool
    days_since_ph_change: int = Field(alias="daysSincePHChange")
    days_since_beneficiary_change: int
    days_since_reissue: int
    device_age_days: int
    geo_mismatch: bool
    hour: int
    applicant_age: int
    agent_surrenders_30d: int = Field(alias="agentSurrenders30d")
    same_holder_money_out_30d: int = Field(alias="sameHolderMoneyOut30d")
    same_holder_amount_out_30d: Decimal = Field(alias="sameHolderAmountOut30d")
    phone_shared_with: int
    phone_is_agents: bool
    insured_critical: bool
    complaint_agent_pattern: bool
    unrelated_payer: bool
    overpay_refund: bool
    new_party_unrelated: bool
    loan_ratio: Decimal
    screening_hit: bool
    legal_hold: bool
    proxy_told_from: Decimal = NEVER_TOLD
    """What a proxy may collect before the principal is told, by the law of the case."""
    call_back_on: str | None = None
    """The phone to call back on, masked: verified before any fresh change."""
    call_back_party_id: str | None = None
    """Whose it is: the insured's where beneficiaries change, the applicant's otherwise."""
    vulnerable: bool = False
    """Needs an accessible channel by record, for a disability or the like (DT-4, no risk)."""


class RiskFactsResult(Result):
    """The risk facts."""

    risk_facts: RiskFacts


CONTRACTS: Mapping[str, ActivityContract] = {
    "verification.risk_facts": ActivityContract(
        type="verification.risk_facts",
        runs="local",
        request=RiskFactsRequest,
        result=RiskFactsResult,
    )
}
