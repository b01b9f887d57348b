"""S4 and S17 on P8: a loan above the limit, its variants, its term; repayment; exhaustion."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.journeys import changing, lending, seen
from tests.journeys.conftest import Opening, Replaying
from tests.journeys.house import House
from tests.journeys.lending import HOLDER, borrows, repays
from workflows.domain.quote import debts_on

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

FRIDAY, MONDAY = "2026-10-09T09:30:00+08:00", "2026-10-12T09:30:00+08:00"


async def offered(house: House, policy_no: str, amount: str) -> str:
    """Ask for too much, and hear the offer."""
    case = await borrows(house, policy_no, amount, HOLDER)
    await house.waits(case, "offer_answered")
    return case


def rounded(found: dict[str, Any], *names: str) -> list[str]:
    return [f"{float(found[name]):.2f}" for name in names]


async def test_s4_more_than_the_limit_is_offered_less_lent_and_capitalised(
    opened: Opening, replays: Replaying
) -> None:
    async with opened(FRIDAY) as (house, clock):
        case = await offered(house, "P-S4", "35000.00")
        found = lending.facts(house, case)
        assert rounded(found, "debts", "limit", "offer") == ["10150.68", "29849.32", "29800.00"]
        assert seen.anomalies(await house.case(case)) == [("ELIGIBILITY", "LOAN_LIMIT_EXCEEDED")]
        assert "29,800.00" in house.letters(case)[-1].words

        await house.tell("loan.offer.answered", case, amount=29000)
        await lending.consents(house, case)
        await lending.signs(house, case)
        await house.decide("clerk-1", case, "make")
        await house.task("checker-1", case, "approval/check")
        await clock.until(MONDAY)
        await house.decide("checker-1", case, "approval/check")
        page = await house.when(case, status="FOLLOW_UP")

        ledger = await house.ledger(case)
        assert seen.journals(ledger) == [
            ["DR 1221 29,000.00", "CR 2241 29,000.00"],
            ["DR 2241 29,000.00", "CR 1001 29,000.00"],
        ]
        assert seen.value_dates(ledger) == ["2026-10-12"] * 2
        assert seen.owed(ledger) == [("29000.00", "SETTLED", ["SETTLED"])]
        assert seen.due(page)["K-DO"] == "2026-10-15"
        _the_loan_stands(await house.policy("P-S4"))
        assert changing.version(house, "P-S4") == [(1, "ISSUE"), (2, "POLICY_LOAN")]
        assert [(who, what) for _, who, what in seen.deciders(await house.trail(case))] == [
            ("clerk-1", "approve"), ("checker-1", "approve"),
        ]  # fmt: skip

        await house.waits(case, "follow_up/survey_over")
        await clock.until("2027-04-12T09:00:05+08:00")
        await _the_term_ends(house, case)
        await replays(house, case, "s4-loan")


def _the_loan_stands(policy: Any) -> None:
    old, new = policy.open_loans
    assert (str(new.principal), new.started_on, str(new.rate)) == (
        "29000.00", date(2026, 10, 12), "0.055",
    )  # fmt: skip
    assert (old.id, policy.flags) == ("LN-S4", ("LOAN",))
    assert str(debts_on(policy, date(2026, 10, 12))) == "39155.21", "of 40,000.00 at most"


async def _the_term_ends(house: House, case: str) -> None:
    """The debts are warned of at 80 %, the term reminded of twice, its interest capitalised."""

    async def looks() -> bool | None:
        return len(seen.journals(await house.ledger(case))) == 3 or None

    await house.eventually(looks, case, "capitalised")
    ledger = await house.ledger(case)
    assert seen.journals(ledger)[-1] == ["DR 1221 795.32", "CR 6011 795.32"]
    assert seen.value_dates(ledger)[-1] == "2027-04-12"
    policy = await house.policy("P-S4")
    assert [str(loan.balance) for loan in policy.open_loans] == ["10000.00", "29795.32"]

    async def told() -> list[str] | None:
        sent = [mail.template for mail in house.letters(case) if mail.template]
        return sent if "loan_capitalised" in sent else None

    sent = await house.eventually(told, case, "told")
    assert [one for one in sent if one.startswith("loan_")] == [
        "loan_offer", "loan_agreement", "loan_warning", "loan_reminder", "loan_reminder",
        "loan_capitalised",
    ]  # fmt: skip


async def test_s4_another_formula_allows_more(opened: Opening) -> None:
    async with opened(FRIDAY) as (house, _):
        case = await offered(house, "P-S4-N", "35000.00")

        found = lending.facts(house, case)
        assert rounded(found, "limit", "offer") == ["31879.46", "31800.00"]
        await house.tell("customer.withdrawn", case)
        await house.when(case, status="WITHDRAWN")


async def test_s4_without_the_insured_s_consent_nothing_is_paid(opened: Opening) -> None:
    async with opened(FRIDAY) as (house, _):
        case = await borrows(house, "P-S4", "20000.00", HOLDER)
        await lending.consents(house, case, answer="REFUSED")
        page = await house.when(case, status="REJECTED")

        assert await house.ledger(case) == {"lines": [], "obligations": []}
        assert seen.anomalies(page) == [
            ("CONSENT", "CONSENT_MISSING"), ("CONSENT", "CONSENT_REFUSED"),
        ]  # fmt: skip
        assert house.bank.payments() == []
        assert changing.version(house, "P-S4") == [(1, "ISSUE")]


async def test_s4_a_credit_card_repays_no_loan_and_a_debit_does(
    opened: Opening, replays: Replaying
) -> None:
    async with opened(MONDAY) as (house, _):
        card = await repays(house, "P-S4", "5000.00", HOLDER, means="CREDIT_CARD")
        page = await house.when(card, status="REJECTED")
        assert seen.anomalies(page) == [("MONEY", "CREDIT_CARD")]

        case = await repays(house, "P-S4", "5000.00", HOLDER)
        page = await house.when(case, status="FOLLOW_UP")

        ledger = await house.ledger(case)
        assert seen.journals(ledger) == [
            ["DR 1001 5,000.00", "CR 2203 5,000.00"],
            ["DR 2203 5,000.00", "CR 6011 155.21", "CR 1221 4,844.79"],
        ]
        assert seen.clock_states(page) == {"K-ACC": "MET", "K-ONE": "STOPPED", "K-DO": "MET"}
        (loan,) = (await house.policy("P-S4")).open_loans
        assert (str(loan.balance), loan.balance_since) == ("5155.21", date(2026, 10, 12))
        assert house.bank.balance() == -500_000
        await replays(house, case, "p8-repayment")


async def test_an_account_without_money_is_tried_three_times_and_nothing_is_booked(
    opened: Opening,
) -> None:
    async with opened(MONDAY) as (house, clock):
        await house.behave("AC-S4-1", outcome="RETURNED", return_code="INSUFFICIENT_FUNDS")
        case = await repays(house, "P-S4", "5000.00", HOLDER)
        await house.waits(case, "collect_repayment/next_day")
        await clock.until("2026-10-15T10:00:00+08:00")
        page = await house.when(case, status="REJECTED")

        assert seen.anomalies(page) == [("MONEY", "INSUFFICIENT_FUNDS")] * 3
        ledger = await house.ledger(case)
        assert ledger["lines"] == []
        assert seen.owed(ledger) == [("5000.00", "CANCELLED", ["RETURNED"] * 3)]
        assert changing.version(house, "P-S4") == [(1, "ISSUE")]


async def test_a_loan_repaid_ends_its_watch(opened: Opening) -> None:
    async with opened(MONDAY) as (house, clock):
        case = await borrows(house, "P-S17", "8000.00", "PT-S17", agreementSigned=True)
        answer = await house.waits(case, "follow_up/survey_answered")
        assert seen.deciders(await house.trail(case)) == [], "10,000 at low risk: straight through"
        await house.tell("survey.answered", answer["key"], csat=5, comment="")
        await house.waits(case, "watch_term/loan_changed")

        paying = await repays(house, "P-S17", "9999.00", "PT-S17")
        await house.when(paying, status="FOLLOW_UP")
        await changing.relayed(house, clock)
        page = await house.when(case, status="CLOSED", outcome="completed")

        assert page["incidents"] == []
        policy = await house.policy("P-S17")
        assert (policy.open_loans, policy.flags) == ((), ())
        assert house.bank.balance() == 0, "what was lent came back, not a cent more was collected"


@pytest.mark.parametrize(
    ("policy_no", "state", "ending"),
    [
        ("P-S17", "LAPSED", "CR 6011"),
        pytest.param(
            "P-S17-T", "TERMINATED", "DR 2202, DR 6701, CR 1221, CR 6011", marks=pytest.mark.long
        ),
    ],
)
async def test_s17_a_loan_nobody_repays_uses_the_value_up_after_three_warnings(
    opened: Opening, policy_no: str, state: str, ending: str
) -> None:
    async with opened(MONDAY) as (house, clock):
        case = await borrows(house, policy_no, "39155.21", "PT-S17", agreementSigned=True)
        await house.decide("clerk-1", case, "make")
        await house.decide("checker-1", case, "approval/check")
        await house.waits(case, "follow_up/survey_over")

        await clock.until("2031-10-01T09:00:00+08:00")
        page = await house.when(case, status="CLOSED", outcome="completed")

        policy = await house.policy(policy_no)
        assert policy.state == state
        sent = [mail for mail in house.letters(case) if mail.template == "loan_warning"]
        shares = ["80 %", "90 %", "95 %"]
        assert len(sent) == len(shares)
        for mail, share in zip(sent, shares, strict=True):
            assert share in mail.words
        ledger = await house.ledger(case)
        capitalised = [each for each in seen.journals(ledger) if each[-1].startswith("CR 6011")]
        assert capitalised[:2] == [
            ["DR 1221 1,073.82", "CR 6011 1,073.82"],
            ["DR 1221 1,109.33", "CR 6011 1,109.33"],
        ]
        accounts = [line.rpartition(" ")[0] for line in seen.journals(ledger)[-1]]
        assert ", ".join(accounts).endswith(ending)
        assert seen.is_balanced(ledger)
        assert page["incidents"] == []
