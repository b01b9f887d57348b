"""Money in 收费: an amount collected from an account, under its holder's authority."""

from collections.abc import Mapping
from decimal import Decimal

from pydantic import Field

from workflows.contracts.activity import MONEY_DIGITS, ActivityContract, Request, Result
from workflows.contracts.execution import Obligation, Payment


class CollectRequest(Request):
    """Collect an amount, once; what came back is tried again under the same collection."""

    policy_no: str
    payer_party_id: str
    account_id: str
    amount: Decimal = Field(gt=0, max_digits=MONEY_DIGITS, decimal_places=2)
    collection: str = ""
    """The id of the collection that is tried again; empty at the first try."""


class CollectResult(Result):
    """The attempt, and what is to be collected."""

    payment: Payment
    collection: Obligation


class DebitReturnedRequest(Request):
    """A debit is back from the bank."""

    policy_no: str
    result: str
    """SETTLED, or whatever else the bank answered."""
    collection: str | None = None
    """A collection of a case, which records it itself; none: one that the book only marks."""


class DebitReturnedResult(Result):
    """The version of the policy as it is now."""

    policy_version: int


CONTRACTS: Mapping[str, ActivityContract] = {
    "execution.collect": ActivityContract(
        type="execution.collect", runs="remote", request=CollectRequest, result=CollectResult
    ),
    "execution.debit_returned": ActivityContract(
        type="execution.debit_returned",
        runs="local",
        request=DebitReturnedRequest,
        result=DebitReturnedResult,
    ),
}
