"""P7, contracts that end: on which basis, for how much, decided by whom."""

from typing import Any

from infra.local.day.scenario import IDENTITY, Expected, Scenario

CLERK, CHECKER, LEAD = "clerk-1", "checker-1", "lead-1"
_LATE = ("SLA K-ACC_BREACH",)
"""The notice lay longer than two working days before it was taken in."""


def surrendered(
    net: str,
    *deciders: str,
    attempts: tuple[str, ...] = ("SETTLED",),
    **more: Any,  # noqa: ANN401 - fields of what is expected
) -> Expected:
    """What comes out of a surrender that is paid; decided by maker and checker otherwise."""
    return Expected(
        status="CLOSED",
        basis=more.pop("basis", "SURRENDER"),
        net=net,
        paid=net,
        deciders=deciders or (CLERK, CHECKER),
        attempts=attempts,
        **more,
    )


def _generated(no: int, **more: Any) -> Scenario:  # noqa: ANN401 - fields of the row
    """A policy of the generated part of the book, which names its people by number."""
    account = {"payeeAccountId": f"AC-{no:06d}-1"}
    return Scenario(
        policy_no=f"P{2_600_000 + no}",
        subject=f"{no:06d}-1",
        request={**account, **more.pop("request", {})},
        **more,
    )


SURRENDERS: tuple[Scenario, ...] = (
    Scenario(
        name="S3 surrender with a loan",
        story="value and dividends less the loan; called back, beyond the checker's limit",
        policy_no="P-S3",
        expected=surrendered(
            "56801.45",
            CLERK,
            CHECKER,
            "checker-2",
            LEAD,
            clocks={"K-ACC": "2026-10-14", "K-SUR": "2026-11-11"},
        ),
    ),
    Scenario(
        name="S10 payout bounces",
        story="account closed; a new one checked by a second person; paid once",
        policy_no="P-S10",
        messages={"account_provided": ("payee.account.provided", {"payeeAccountId": "AC-S10-2"})},
        bank={"AC-S10-1": {"outcome": "RETURNED", "returnCode": "ACCOUNT_CLOSED"}},
        desk={"check_payee": "lead-2"},
        expected=surrendered(
            "128000.00",
            CLERK,
            CHECKER,
            "checker-2",
            LEAD,
            "lead-2",
            attempts=("RETURNED", "SETTLED"),
            anomalies=("MONEY ACCOUNT_CLOSED",),
        ),
    ),
    Scenario(
        name="S2 in cooling-off",
        story="the last second of the 15th day: every premium back, straight through",
        policy_no="P-S2-1",
        notice="2026-09-30T23:59:59+08:00",
        request={"lossAcknowledged": True},
        expected=Expected(
            status="CLOSED",
            basis="COOLING_OFF",
            net="11990.00",
            paid="11990.00",
            attempts=("SETTLED",),
            anomalies=_LATE,
        ),
    ),
    Scenario(
        name="S2 two seconds later",
        story="a surrender; an early one at a loss is called back, and another checks",
        policy_no="P-S2-2",
        notice="2026-10-01T00:00:01+08:00",
        request={"lossAcknowledged": True},
        expected=surrendered("3240.00", CLERK, CHECKER, "checker-2", anomalies=_LATE),
    ),
    Scenario(
        name="Partial surrender",
        story="sum assured 500,000 to 350,000: its share of the value",
        policy_no="P-PARTIAL",
        item="PARTIAL",
        request={"newSumAssured": 350000},
        expected=surrendered("25920.00", basis="PARTIAL"),
    ),
    _generated(
        15,
        name="Documents missing",
        story="told in one notice, the clock stands; supplemented, then as usual",
        documents=("APPLICATION_FORM",),
        supplement=("APPLICANT_ID",),
        expected=surrendered("14040.00", anomalies=("DOC DOCUMENTS_MISSING",)),
    ),
    _generated(
        24,
        name="Returned to the maker",
        story="the checker returns it once, then passes it",
        decisions={"check": ("return", "approve")},
        expected=surrendered("38048.00", CLERK, CHECKER, CLERK, CHECKER),
    ),
    _generated(
        32,
        name="Bank answers too late",
        story="outcome unknown: asked by its key, never sent again, paid once",
        bank={"AC-000032-1": {"lostAnswer": True}},
        expected=surrendered("12312.00"),
    ),
    _generated(
        31,
        name="Face does not match",
        story="0.61 at the camera: the desk identifies in person, then as usual",
        request={"identity": {**IDENTITY, "faceScore": 0.61}},
        expected=surrendered(
            "47642.00", "risk-1", CLERK, CHECKER, anomalies=("IDENTITY FACE_SCORE_LOW",)
        ),
    ),
    _generated(
        27,
        name="Rejected by the team lead",
        story="nothing reserved, nothing paid; the customer is told why",
        decisions={"approve": ("reject",)},
        expected=Expected(
            status="REJECTED",
            basis="SURRENDER",
            net="85608.00",
            deciders=(CLERK, CHECKER, "checker-2", LEAD),
        ),
    ),
    _generated(
        10,
        name="The applicant dies",
        story="before anything took effect: it goes no further, and is for the heirs",
        dies_at="withdrawn_prepare",
        expected=Expected(status="WITHDRAWN", anomalies=("CUSTOMER APPLICANT_DIED",)),
    ),
    _generated(
        17,
        name="Waiting for a team lead",
        story="left open: baoquan task list --as lead-1",
        left_at="approve",
        expected=Expected(
            status="APPROVAL",
            basis="SURRENDER",
            net="77080.00",
            deciders=(CLERK, CHECKER, "checker-2"),
        ),
    ),
    _generated(
        25,
        name="Contract already ended",
        story="refused with its reason and legal basis",
        expected=Expected(status="REJECTED"),
    ),
)
