"""P8, lent and repaid: within the limit of the law, against consent, into an own account."""

from decimal import Decimal

from infra.local.day.cases.surrenders import CHECKER, CLERK
from infra.local.day.scenario import Expected, Scenario
from workflows.contracts.asked import LoanAsked
from workflows.contracts.payload import payload_hash
from workflows.contracts.verification import CustomerRequest

_LENT = payload_hash(
    "P-S4",
    "POLICY_LOAN",
    CustomerRequest(loan=LoanAsked(amount=Decimal(29_000)), payee_account_id="AC-S4-1"),
)
"""What the insured consents to: this loan, and no other."""


def _loan(amount: str, account: str, **more: object) -> dict[str, object]:
    return {"policyLoan": {"amount": amount, "payeeAccountId": account, **more}}


LOANS: tuple[Scenario, ...] = (
    Scenario(
        name="S4 policy loan",
        story="35,000 asked, 29,800 offered, 29,000 lent; the insured consents in writing",
        policy_no="P-S4",
        item="POLICY_LOAN",
        change=_loan("35000.00", "AC-S4-1"),
        messages={
            "offer_answered": ("loan.offer.answered", {"amount": 29000}),
            "consent_answered": (
                "consent.answered",
                {"answer": "GIVEN", "payloadHash": _LENT, "form": "WET", "evidenceId": "EV-S4-1"},
            ),
            "agreement_signed": ("loan.agreement.signed", {}),
        },
        left_at="survey_answered",
        expected=Expected(
            status="FOLLOW_UP",
            basis="LOAN",
            net="29000.00",
            paid="29000.00",
            deciders=(CLERK, CHECKER),
            attempts=("SETTLED",),
            anomalies=("ELIGIBILITY LOAN_LIMIT_EXCEEDED", "CONSENT CONSENT_MISSING"),
        ),
    ),
    Scenario(
        name="Small loan",
        story="8,000 at low risk: straight through to the account",
        policy_no="P-S17",
        item="POLICY_LOAN",
        change=_loan("8000.00", "AC-S17-1", agreementSigned=True),
        left_at="survey_answered",
        expected=Expected(
            status="FOLLOW_UP", basis="LOAN", net="8000.00", paid="8000.00", attempts=("SETTLED",)
        ),
    ),
    Scenario(
        name="Loan on a pledged policy",
        story="refused: the lender has not consented",
        policy_no="P-W34",
        item="POLICY_LOAN",
        change=_loan("8000.00", "AC-W34-1", agreementSigned=True),
        expected=Expected(status="REJECTED", anomalies=("LEGAL_HOLD PLEDGED_WITHOUT_CONSENT",)),
    ),
    Scenario(
        name="Loan repayment",
        story="5,000 collected from the account: interest first, then principal",
        policy_no="P-S4-N",
        subject="S4",
        item="LOAN_REPAYMENT",
        change={"loanRepayment": {"amount": "5000.00", "accountId": "AC-S4-1"}},
        expected=Expected(status="CLOSED", collected="5000.00", attempts=("SETTLED",)),
    ),
    Scenario(
        name="Credit card refused",
        story="no policy loan is repaid by credit card",
        policy_no="P-S17-T",
        subject="S17",
        item="LOAN_REPAYMENT",
        change={"loanRepayment": {"amount": "5000.00", "means": "CREDIT_CARD"}},
        expected=Expected(status="REJECTED", anomalies=("MONEY CREDIT_CARD",)),
    ),
)
