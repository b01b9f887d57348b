"""Benefit payment 生存类给付: what is due, to whom, and whether the insured lives."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from workflows.contracts.activity import ActivityContract, Request, Result
from workflows.contracts.consent import ChangeRequest
from workflows.contracts.renewal import DueListResult
from workflows.domain.policy import BenefitKind
from workflows.domain.quote import Basis


class BenefitFacts(Result):
    """The benefit as the decision tables see it."""

    as_of: datetime
    payload_hash: str
    kind: BenefitKind
    basis: Basis
    state: str
    flags: tuple[str, ...]
    applicant_entitled: bool
    """Asked by whom the contract names, or by the guardian where that is a minor."""
    insured_is_applicant: bool
    insured_capacity: str
    death_cover: bool
    pledged: bool
    insured_lived: bool
    """Whether the insured was alive on the day the benefit fell due."""
    due: bool
    due_on: date | None
    amount: Decimal
    """What has accumulated of it; debts are netted by the quote."""
    for_minor: bool
    account_entitled: bool
    """The account is the entitled person's, or the guardian's where that is a minor."""
    payee_account_id: str | None
    """Asked for, or authorised before (PAYOUT_AUTHORISATION)."""
    documents: tuple[dict[str, Any], ...]
    annual_premium: Decimal
    agent_id: str | None
    version: int


class BenefitResult(Result):
    """The benefit."""

    benefit: BenefitFacts


class BenefitListRequest(Request):
    """Begin the cases of benefits that fall due today."""

    after_policy_no: str = ""


CONTRACTS: Mapping[str, ActivityContract] = {
    "verification.benefit": ActivityContract(
        type="verification.benefit", runs="local", request=ChangeRequest, result=BenefitResult
    ),
    "execution.benefit_list": ActivityContract(
        type="execution.benefit_list",
        runs="local",
        request=BenefitListRequest,
        result=DueListResult,
    ),
}
