"""Policy loans 保单贷款: what may be lent and repaid, and what a loan waits for."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import Field

from workflows.contracts.activity import ActivityContract, Request, Result
from workflows.contracts.consent import ChangeRequest
from workflows.contracts.execution import Endorsement


class LoanFacts(Result):
    """The loan asked for as the decision tables see it, with the figures of the day."""

    as_of: datetime
    payload_hash: str
    kind: Literal["LOAN"] = "LOAN"
    state: str
    flags: tuple[str, ...]
    applicant_entitled: bool
    insured_is_applicant: bool
    insured_capacity: str
    death_cover: bool
    pledged: bool
    """Pledged, and the pledgee has not consented."""
    within_cooling_off: bool
    loanable: bool
    requested: Decimal
    cash_value: Decimal
    debts: Decimal
    limit: Decimal
    offer: Decimal
    """The limit rounded down to hundreds."""
    min_loan: Decimal
    rate: Decimal
    matures_on: date
    maturity_interest: Decimal
    maturity_due: Decimal
    """Owed at the end of the first term: what was asked for, with its interest."""
    agent_id: str | None
    annual_premium: Decimal
    version: int


class LoanResult(Result):
    """The loan, as far as the tables need it."""

    loan: LoanFacts


class RepaymentFacts(Result):
    """The repayment asked for as the decision table sees it."""

    payload_hash: str
    kind: Literal["REPAYMENT"] = "REPAYMENT"
    state: str
    flags: tuple[str, ...]
    applicant_entitled: bool
    insured_is_applicant: bool
    insured_capacity: str = "FULL"
    death_cover: bool = False
    pledged: bool = False
    loan_id: str
    """Empty: no such loan, or several and none named."""
    means: str
    account_own: bool
    """The account is on our books, and the policyholder's."""
    payer_party_id: str
    requested: Decimal
    owed: Decimal
    interest: Decimal
    collect: Decimal
    """What is asked of the bank: never more than is owed."""
    agent_id: str | None
    annual_premium: Decimal
    version: int


class RepaymentResult(Result):
    """The repayment, as far as the table needs it."""

    repayment: RepaymentFacts


class RepayRequest(Request):
    """Use what was collected: interest first, then principal."""

    policy_no: str
    loan_id: str
    collection: str
    """The collection that was settled."""


class Repaid(Result):
    """How an amount was used."""

    amount: Decimal
    interest: Decimal
    principal: Decimal
    excess: Decimal
    left: Decimal
    """Principal still owed."""
    settled: bool


class RepayResult(Result):
    """The use, and the written variation."""

    repaid: Repaid
    endorsement: Endorsement


class TermRequest(Request):
    """Ask what a loan waits for after a day, when it was last warned of so many percent."""

    policy_no: str
    loan_id: str
    after: date | None = None
    """None: from today on."""
    warned: int = Field(default=0, ge=0, le=100)


class TermFacts(Result):
    """A loan, and the next thing to come."""

    open: bool
    """Neither repaid nor ended with its contract."""
    step: Literal["REMIND", "WARN", "MATURE", "EXHAUST", "LOOK", "NONE"]
    on: date | None
    at: datetime | None
    percent: int
    balance: Decimal
    matures_on: date | None
    maturity_interest: Decimal
    maturity_due: Decimal
    debts: Decimal
    cash_value: Decimal
    on_exhaustion: Literal["LAPSE", "TERMINATE"]


class TermResult(Result):
    """The term."""

    term: TermFacts


class CapitaliseRequest(Request):
    """A term ended: unpaid interest becomes principal."""

    policy_no: str
    loan_id: str
    on: date


class Capitalised(Result):
    """The interest added, and the balance that earns from here on."""

    interest: Decimal
    balance: Decimal


class CapitaliseResult(Result):
    """The capitalisation."""

    capitalised: Capitalised


class ExhaustRequest(Request):
    """Debts have used the value up: the contract lapses or ends, as the product says."""

    policy_no: str
    loan_id: str
    on: date


class ExhaustResult(Result):
    """What became of the contract, and the written variation."""

    ended: Literal["LAPSE", "TERMINATE"]
    endorsement: Endorsement


def _local(
    kind: str, request: type[Request], result: type[Result], *faults: str
) -> ActivityContract:
    return ActivityContract(type=kind, runs="local", request=request, result=result, faults=faults)


CONTRACTS: Mapping[str, ActivityContract] = {
    contract.type: contract
    for contract in (
        _local("verification.loan", ChangeRequest, LoanResult),
        _local("verification.repayment", ChangeRequest, RepaymentResult),
        _local("verification.loan_term", TermRequest, TermResult),
        _local("execution.repay", RepayRequest, RepayResult),
        _local("execution.capitalise", CapitaliseRequest, CapitaliseResult),
        _local("execution.exhaust", ExhaustRequest, ExhaustResult, "NOT_WARNED"),
    )
}
