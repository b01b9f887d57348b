"""P9 and P10, benefits while the insured lives and what follows an insured event."""

from typing import Any

from infra.local.day.cases.surrenders import CHECKER, CLERK, LEAD
from infra.local.day.scenario import Expected, Scenario


def _benefit(policy_no: str, kind: str, account: str, **more: Any) -> Scenario:  # noqa: ANN401 - fields of the row
    return Scenario(
        policy_no=policy_no,
        item="BENEFIT_PAYMENT",
        change={"benefitPayment": {"kind": kind, "payeeAccountId": account}},
        **more,
    )


def _claim(policy_no: str, event: str, on: str, *proofs: str, **more: Any) -> Scenario:  # noqa: ANN401 - fields of the row
    return Scenario(
        policy_no=policy_no,
        item="CLAIM_HANDOFF",
        change={"claim": {"event": event, "eventOn": on, "proofs": proofs}},
        **more,
    )


BENEFITS: tuple[Scenario, ...] = (
    _benefit(
        "P-S14",
        "SURVIVAL",
        "AC-S14-C-1",
        name="S14 a child's benefit",
        story="asked by the guardian, paid to the child's own account",
        role="GUARDIAN",
        documents=("APPLICATION_FORM", "APPLICANT_ID", "SURVIVAL_PROOF"),
        expected=Expected(status="CLOSED", net="5000.00", paid="5000.00", attempts=("SETTLED",)),
    ),
    _benefit(
        "P-D1",
        "DIVIDEND",
        "AC-D1-1",
        name="Three years of dividends",
        story="400, 420 and 437 with 3 % compound: straight through",
        expected=Expected(status="CLOSED", net="1293.96", paid="1293.96", attempts=("SETTLED",)),
    ),
    _benefit(
        "P-M1",
        "MATURITY",
        "AC-M1-1",
        name="Contract matures",
        story="100,000 and dividends less the loan: decided by a team lead",
        expected=Expected(
            status="CLOSED",
            net="91095.09",
            paid="91095.09",
            deciders=(CLERK, CHECKER, LEAD),
            attempts=("SETTLED",),
        ),
    ),
)
_AGREED = {
    "proofs_supplied": ("claim.proofs", {}),
    "claim_decided": ("claim.decided", {"decision": "AGREED", "reason": None}),
    "claim_paid": ("claim.paid", {}),
}
CLAIMS: tuple[Scenario, ...] = (
    _claim(
        "P-W31",
        "DEATH",
        "2026-10-10",
        "CLAIMANT_ID",
        name="S13 death claim",
        story="stops the surrender in flight, handed over, agreed and paid by claims",
        after=("S13 surrender after a death", "make"),
        messages=_AGREED,
        expected=Expected(status="CLOSED", deciders=("claims-1",)),
    ),
    _claim(
        "P-W37",
        "CRITICAL_ILLNESS",
        "2026-10-01",
        "CLAIMANT_ID",
        "DIAGNOSIS",
        name="Illness not covered",
        story="claims refuses: told within three days with reasons, the contract goes on",
        messages={
            "claim_decided": ("claim.decided", {"decision": "REFUSED", "reason": "NOT_COVERED"})
        },
        expected=Expected(status="REJECTED", deciders=("claims-1",)),
    ),
    _claim(
        "P-W38",
        "HOSPITAL",
        "2026-10-09",
        "CLAIMANT_ID",
        name="Hospital stay",
        story="handed over; one list of proofs told; other requests go on meanwhile",
        left_at="proofs_supplied",
        expected=Expected(status="AWAITING_SUPPLEMENT", deciders=("claims-1",)),
    ),
)
