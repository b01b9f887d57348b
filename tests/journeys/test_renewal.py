"""S5 on P5: a premium that is not paid, and what follows: lent, paid up, lapsed, paid late."""

from __future__ import annotations

from datetime import date

import pytest

from tests.journeys import changing, renewing, seen
from tests.journeys.conftest import Opening, Replaying
from tests.journeys.house import House
from tests.journeys.renewing import falls_due, pays

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

SPRING = "2026-04-29T09:30:00+08:00"
DUE = "2026-06-01"
NO_MONEY = {"outcome": "RETURNED", "return_code": "INSUFFICIENT_FUNDS"}


async def unpaid(house: House, policy_no: str, account: str = "AC-S5-1") -> str:
    """A premium that comes up on an account without money."""
    await house.behave(account, **NO_MONEY)
    case = await falls_due(house, policy_no, DUE)
    await house.waits(case, "reminder_due")
    return case


async def test_s5_a_lent_on_the_cash_value_after_three_debits_and_sixty_days(
    opened: Opening, replays: Replaying
) -> None:
    async with opened(SPRING) as (house, clock):
        case = await unpaid(house, "P-S5")
        await clock.until("2026-06-08T10:00:00+08:00")
        await house.waits(case, "grace_over")
        page = await house.case(case)
        assert seen.anomalies(page) == [("MONEY", "INSUFFICIENT_FUNDS")] * 3
        letters = renewing.sent(house, case)
        assert [(name, at[:10]) for name, at in letters] == [
            ("premium_reminder", "2026-04-30"), ("premium_reminder", "2026-05-15"),
            ("premium_reminder", "2026-05-29"), ("premium_overdue", "2026-06-08"),
        ]  # fmt: skip
        assert "2026-07-31" in house.letters(case)[-1].words
        assert str((await house.policy("P-S5")).unpaid_premium) == "9600.00"

        await clock.until("2026-07-31T23:59:00+08:00")
        assert (await house.policy("P-S5")).loans == (), "grace ends at midnight"
        await clock.until("2026-08-01T09:00:00+08:00")
        await house.waits(case, "watch_term/loan_changed")

        ledger = await house.ledger(case)
        assert seen.journals(ledger) == [["DR 1222 9,600.00", "CR 6001 9,600.00"]]
        assert seen.value_dates(ledger) == ["2026-08-01"]
        policy = await house.policy("P-S5")
        (loan,) = policy.open_loans
        assert (loan.kind, str(loan.principal), str(loan.rate), loan.started_on) == (
            "APL", "9600.00", "0.055", date(2026, 8, 1),
        )  # fmt: skip
        assert (policy.state, policy.paid_to, policy.flags) == (
            "IN_FORCE", date(2027, 6, 1), ("APL",),
        )  # fmt: skip
        assert str(policy.unpaid_premium) == "0.00"
        await replays(house, case, "s5-premium-loan")


async def test_s5_b_and_c_lapsed_beside_other_items_told_in_time_and_paid_too_late(
    opened: Opening, replays: Replaying
) -> None:
    async with opened("2026-05-30T09:30:00+08:00") as (house, clock):
        await house.behave("AC-S5-1", **NO_MONEY)
        case = await falls_due(house, "P-S5-L", DUE)
        await house.waits(case, "due_day")
        await clock.until("2026-06-08T10:00:00+08:00")
        await house.waits(case, "grace_over")
        spouse = {"partyId": "PT-S6", "relation": "SPOUSE", "share": "100"}
        beside = await changing.beneficiaries(house, "P-S5-L", "PT-S5", spouse)
        await house.when(beside, status="FOLLOW_UP")

        await clock.until("2026-08-01T09:00:00+08:00")
        await house.waits(case, "late_premium")
        page = await house.case(case)
        policy = await house.policy("P-S5-L")
        assert (policy.state, policy.lapsed_on) == ("LAPSED", date(2026, 8, 1))
        assert seen.due(page)["K-LAP"] == "2026-08-14"
        assert seen.clock_states(page)["K-LAP"] == "MET"
        notice = house.letters(case)[-1]
        assert notice.template == "lapse_notice"
        for told in ("2026-08-01", "9,600.00", "How to reinstate", "2028-08-01"):
            assert told in notice.words

        await clock.until("2026-08-05T10:00:00+08:00")
        await pays(house, "P-S5-L", 9600, "BANK-0805")
        await pays(house, "P-S5-L", 9600, "BANK-0805")
        await changing.relayed(house, clock)
        ledger = await house.ledger(case)
        assert seen.journals(ledger) == [["DR 1001 9,600.00", "CR 2203 9,600.00"]]
        policy = await house.policy("P-S5-L")
        assert (policy.state, str(policy.suspense_premium)) == ("LAPSED", "9600.00")
        assert ("MONEY", "PAID_AFTER_LAPSE") in seen.anomalies(await house.case(case))
        assert house.letters(case)[-1].template == "reinstatement_invitation"
        await replays(house, case, "s5-lapse")


async def begun(house: House) -> dict[str, str]:
    """The cases of premiums, by policy."""
    page = await house.get("auditor-1", "/v1/cases", process="renewal_premium", limit=100)
    return {one["policyNo"]: one["caseId"] for one in page["cases"]}


async def test_the_daily_list_begins_every_premium_once_and_each_takes_its_way(
    opened: Opening, replays: Replaying
) -> None:
    async with opened("2026-05-10T05:00:00+08:00") as (house, clock):
        await house.behave("AC-S5-1", **NO_MONEY)
        ask = {
            "process": "renewal_due_list",
            "policyNo": "P-S5",
            "item": "TERMINATE",
            "applicant": {"partyId": "PT-S5"},
        }
        for _ in range(2):
            listed = str((await house.post("back-office", "/v1/cases", ask))["caseId"])
            await house.when(listed, status="CLOSED")
            await changing.relayed(house, clock)
        cases = await begun(house)
        assert {"P-S5", "P-S5-L", "P-S5-U", "P-S5-P"} <= set(cases)
        assert len(cases) == len(await all_begun(house)), "each once, however often it is listed"

        await clock.until("2026-06-20T10:00:00+08:00")
        await house.waits(cases["P-S5"], "grace_over")
        await pays(house, "P-S5", 4000, "BANK-1")
        await pays(house, "P-S5", 5600, "BANK-2")
        await house.when(cases["P-S5"], status="CLOSED")
        assert seen.journals(await house.ledger(cases["P-S5"]))[-1] == [
            "DR 2203 9,600.00", "CR 6001 9,600.00",
        ]  # fmt: skip

        await clock.until("2026-08-01T09:00:00+08:00")
        page = await house.when(cases["P-S5-U"], status="CLOSED")
        assert page["incidents"] == []
        policy = await house.policy("P-S5-U")
        assert (policy.state, str(policy.sum_assured), policy.open_loans) == (
            "REDUCED_PAID_UP", "36771.00", (),
        )  # fmt: skip
        assert seen.journals(await house.ledger(cases["P-S5-U"])) == [
            ["DR 6401 2,084.38", "CR 1221 2,000.00", "CR 6011 84.38"]
        ]
        await house.waits(cases["P-S5-P"], "grace_over")
        policy = await house.policy("P-S5-P")
        assert [str(loan.principal) for loan in policy.open_loans] == ["4800.00"]
        assert (policy.state, str(policy.unpaid_premium)) == ("IN_FORCE", "4800.00")
        await clock.until("2026-11-30T09:00:00+08:00")
        await house.waits(cases["P-S5-P"], "late_premium")
        policy = await house.policy("P-S5-P")
        assert (policy.state, policy.lapsed_on) == ("LAPSED", date(2026, 11, 30))
        await replays(house, cases["P-S5-U"], "s5-paid-up")


async def all_begun(house: House) -> list[str]:
    page = await house.get("auditor-1", "/v1/cases", process="renewal_premium", limit=100)
    return [one["caseId"] for one in page["cases"]]
