"""P5 and P6, premiums that fall due and contracts brought back."""

from typing import Any

from infra.local.day.cases.surrenders import CHECKER
from infra.local.day.scenario import Expected, Scenario

_BROKE = {"outcome": "RETURNED", "returnCode": "INSUFFICIENT_FUNDS"}
_NOT_PAID = "MONEY INSUFFICIENT_FUNDS"
_HEALTHY = ("APPLICATION_FORM", "APPLICANT_ID", "HEALTH_DECLARATION")


def _premium(policy_no: str, due: str, expected: Expected, **more: Any) -> Scenario:  # noqa: ANN401 - fields of the row
    return Scenario(
        policy_no=policy_no,
        item="RENEWAL_PREMIUM",
        change={"renewalPremium": {"dueOn": due}},
        documents=(),
        expected=expected,
        **more,
    )


def _back(policy_no: str, expected: Expected, *consenting: str, **more: Any) -> Scenario:  # noqa: ANN401 - fields of the row
    subject = more.get("subject") or policy_no[2:]
    return Scenario(
        policy_no=policy_no,
        item="REINSTATEMENT",
        documents=_HEALTHY,
        change={
            "reinstatement": {
                "healthDeclared": True,
                "adverse": True,
                "accountId": f"AC-{subject}-1",
                "consents": [
                    {"partyId": party, "evidenceId": "EV-1", "form": "WET"} for party in consenting
                ],
            }
        },
        expected=expected,
        **more,
    )


PREMIUMS: tuple[Scenario, ...] = (
    _premium(
        "P-W11",
        "2026-10-12",
        Expected(status="CLOSED", collected="6000.00", attempts=("SETTLED",)),
        name="Premium due today",
        story="debited in the morning, paid for the year",
    ),
    _premium(
        "P-W12",
        "2026-10-12",
        Expected(status="AWAITING_PREMIUM", attempts=("RETURNED",), anomalies=(_NOT_PAID,)),
        name="Account is empty",
        story="the debit came back; tried again on the second day, cover goes on",
        bank={"AC-W12-1": _BROKE},
        left_at="debit_due",
    ),
    _premium(
        "P-W13",
        "2026-08-05",
        Expected(
            status="FOLLOW_UP",
            attempts=("RETURNED", "RETURNED", "RETURNED"),
            anomalies=(_NOT_PAID, _NOT_PAID, _NOT_PAID),
        ),
        name="S5 premium lent",
        story="unpaid after 60 days of grace: lent on the cash value, as he chose",
        bank={"AC-W13-1": _BROKE},
        left_at="loan_changed",
    ),
    _premium(
        "P-W14",
        "2026-08-05",
        Expected(
            status="FOLLOW_UP",
            attempts=("RETURNED", "RETURNED", "RETURNED"),
            anomalies=(_NOT_PAID, _NOT_PAID, _NOT_PAID),
        ),
        name="S5 contract lapses",
        story="unpaid after grace, nothing chosen: suspended, told how to come back",
        bank={"AC-W14-1": _BROKE},
        left_at="late_premium",
    ),
    _premium(
        "P-W15",
        "2026-09-10",
        Expected(
            status="CLOSED",
            attempts=("RETURNED", "RETURNED", "RETURNED"),
            anomalies=(_NOT_PAID, _NOT_PAID, _NOT_PAID),
        ),
        name="Paid within grace",
        story="three debits came back; the transfer of today is used to the cent",
        bank={"AC-W15-1": _BROKE},
        messages={
            "money_arrived": (
                "premium.received",
                {"amount": 6000, "reference": "BANK-1012", "means": "TRANSFER"},
            )
        },
        holds={"money_arrived": ("Paid within grace", "grace_over")},
    ),
)
REINSTATEMENTS: tuple[Scenario, ...] = (
    _back(
        "P-S6-L",
        Expected(
            status="CLOSED",
            collected="6226.03",
            deciders=("underwriter-1", CHECKER),
            attempts=("SETTLED",),
        ),
        "PT-S6-I",
        name="S6 in force again",
        story="underwritten, offered; arrears with 275 days of interest collected",
        subject="S6",
        messages={"offer_accepted": ("reinstatement.accepted", {})},
    ),
    _back(
        "P-W18",
        Expected(status="REJECTED", deciders=("underwriter-1",), anomalies=("RISK NOT_INSURABLE",)),
        name="Declined by underwriting",
        story="expressly and with reasons, before thirty days of silence agree",
        decisions={"underwrite": ("reject",)},
    ),
    _back(
        "P-W19",
        Expected(status="REJECTED", anomalies=("ELIGIBILITY WINDOW_OVER",)),
        name="After two years",
        story="the window is over: refused, the cash value is offered",
    ),
)
