"""Policy loans and their repayment, as callers ask for them."""

from typing import Annotated

from pydantic import Field

from api.schemas.changes import ConsentHeld
from api.schemas.payment_account import Yuan
from api.schemas.shapes import Identifier, Sent
from workflows.contracts.asked import RepaymentMeans


class PolicyLoan(Sent):
    """How much shall be lent on the policy, and where the money goes."""

    amount: Yuan
    payee_account_id: Identifier
    """An account in the policyholder's own name."""
    agreement_signed: bool = False
    """Whether the loan agreement came signed with the request."""
    consents: Annotated[list[ConsentHeld], Field(max_length=10)] = Field(default_factory=list)
    """The insured's, where the policy covers a death; a guardian's; a pledgee's."""


class LoanRepayment(Sent):
    """How much of a policy loan shall be repaid."""

    amount: Yuan
    """What is more than owed is not collected."""
    loan_id: Identifier | None = None
    """Which loan; the only one when absent."""
    means: RepaymentMeans = "DEBIT"
    """A credit card is refused (保监发〔2016〕76号 item 4)."""
    account_id: Identifier | None = None
    """The policyholder's account to collect from."""
