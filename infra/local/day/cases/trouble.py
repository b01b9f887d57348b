"""P7 again, with what goes wrong in a day: lists, forgers, splitters, conflicts, clocks."""

from dataclasses import replace

from infra.local.day.cases.surrenders import CHECKER, CLERK, LEAD, surrendered
from infra.local.day.scenario import Expected, Scenario

_OWN_LATER = {"own_account_provided": ("payee.account.provided", {"payeeAccountId": "AC-W23-1"})}

TROUBLE: tuple[Scenario, ...] = (
    Scenario(
        name="On a list of AML Law art. 40",
        story="frozen without a hint; the AML desk upholds the stop",
        policy_no="P-W22",
        decisions={"review_hold": ("reject",)},
        expected=Expected(
            status="REJECTED",
            basis="SURRENDER",
            net="30000.00",
            deciders=("aml-1",),
            anomalies=("LEGAL_HOLD SCREENING_HIT",),
        ),
    ),
    Scenario(
        name="Account in a son's name",
        story="blocked: money goes to the entitled in their own name; then to her own",
        policy_no="P-W23",
        request={"payeeAccountId": "AC-W23-2"},
        messages=_OWN_LATER,
        expected=surrendered("26000.00", anomalies=("MONEY PAYEE_NAME_MISMATCH",)),
    ),
    Scenario(
        name="Impersonated at night",
        story="new phone, new account, new device, 2 a.m., aged 76: CRITICAL, rejected",
        policy_no="P-W24",
        channel="APP",
        notice="2026-10-12T02:13:00+08:00",
        request={"payeeAccountId": "AC-W24-2", "deviceAgeDays": 0, "geoMismatch": True},
        decisions={"risk_desk": ("reject",)},
        expected=Expected(
            status="REJECTED",
            basis="SURRENDER",
            net="60000.00",
            deciders=("risk-1",),
            anomalies=("RISK RISK_CRITICAL",),
        ),
    ),
    Scenario(
        name="One holder, first of two",
        story="30,000 is within the checker's limit",
        policy_no="P-W25",
        expected=surrendered("30000.00"),
    ),
    Scenario(
        name="One holder, second of two",
        story="28,000 more within 30 days: splitting does not help, a lead must check",
        policy_no="P-W26",
        subject="W25",
        after=("One holder, first of two", "CLOSED"),
        tries={"check": CHECKER},
        desk={"check": LEAD},
        expected=surrendered("28000.00", CLERK, LEAD, refused=("authority",)),
    ),
    Scenario(
        name="S11 handled too late",
        story="the notice lay for six weeks: breaches that count for ever, and 12 days of interest",
        policy_no="P-W28",
        notice="2026-08-31T10:00:00+08:00",
        expected=replace(
            surrendered(
                "24000.00",
                CLERK,
                CHECKER,
                "finance-1",
                clocks={"K-SUR": "2026-09-30"},
                anomalies=(
                    "SLA K-ACC_BREACH",
                    "SLA K-ONE_BREACH",
                    "SLA K-SUR_WARN",
                    "SLA K-SUR_BREACH",
                ),
                attempts=("SETTLED", "SETTLED"),
            ),
            paid="24039.45",
        ),
    ),
    Scenario(
        name="Clerk called away",
        story="hands it to a colleague; the customer's mailbox refuses: letters at the counter",
        policy_no="P-W30",
        hands_over={"make": CLERK},
        desk={"make": "clerk-2"},
        expected=surrendered("22000.00", "clerk-2", CHECKER, anomalies=("DATA UNDELIVERABLE",)),
    ),
    Scenario(
        name="S8 surrender meets a change",
        story="parked behind the policyholder change; goes on by itself when that is withdrawn",
        policy_no="P-W05",
        after=("S8 change in the way", "consent_answered"),
        holds={"decide_conflict": None},
        expected=surrendered("30000.00", anomalies=("CONFLICT CASE_IN_FLIGHT",)),
    ),
    Scenario(
        name="S13 surrender after a death",
        story="the death of two days before the notice wins: superseded by the claim",
        policy_no="P-W31",
        holds={"make": None},
        expected=Expected(status="SUPERSEDED", basis="SURRENDER", net="40000.00"),
    ),
)
