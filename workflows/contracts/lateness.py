"""Interest for what was paid after its limit: counted at the settlement, owed by decision."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from workflows.contracts.activity import ActivityContract, Request, Result
from workflows.contracts.execution import Obligation, ObligationRef


class CompensateRequest(Request):
    """Owe interest on an obligation that was paid late."""

    obligation: ObligationRef


class CompensateResult(Result):
    """What is owed for the delay."""

    compensation: Obligation


class LateFacts(Request):
    """By how much a payment was late, and what is paid for it."""

    due_on: date
    days: int
    rate: Decimal
    amount: Decimal


CONTRACTS: Mapping[str, ActivityContract] = {
    "execution.compensate": ActivityContract(
        type="execution.compensate",
        runs="local",
        request=CompensateRequest,
        result=CompensateResult,
    )
}
