"""S5 on P5: a premium that is not paid, and what follows: lent, paid up, lapsed, paid late."""

from __future__ import annotations

from datetime import date

import pytest

from tests.journeys import changing, renewing, seen
from tests.journeys.clock import Clock
from tests.journeys.conftest import Opening, Replaying
from tests.journeys.house import House
from tests.journeys.renewing import falls_due, pays
from workflows.domain.interest import debt_on

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

SPRING = "2026-04-29T09:30:00+08:00"
DUE, POLICIES = "2026-06-01", ("P-S5", "P-S5-L", "P-S5-U", "P-S5-P")
NO_MONEY = {"outcome": "RETURNED", "return_code": "INSUFFICIENT_FUNDS"}


async def test_s5_one_house_four_premiums_that_nobody_pays(
    opened: Opening, replays: Replaying
) -> None:
    async with opened(SPRING) as (house, clock):
        await house.behave("AC-S5-1", **NO_MONEY)
        case = await falls_due(house, "P-S5", DUE)
        await house.waits(case, "reminder_due")
        await clock.until("2026-05-10T05:00:00+08:00")
        cases = await listed(house, clock)
        assert cases["P-S5"] == case, "begun before, so the list begins no other"

        await clock.until("2026-06-08T10:00:00+08:00")
        await debited_in_vain(house, case)
        await house.waits(cases["P-S5-L"], "grace_over")
        spouse = {"partyId": "PT-S6", "relation": "SPOUSE", "share": "100"}
        beside = await changing.beneficiaries(house, "P-S5-L", "PT-S5", spouse)
        await house.when(beside, status="FOLLOW_UP")

        await clock.until("2026-07-31T23:59:00+08:00")
        assert (await house.policy("P-S5")).loans == (), "grace ends at midnight"
        await clock.until("2026-08-01T09:00:00+08:00")
        await lent(house, case)
        await told_of_the_lapse(house, cases["P-S5-L"])
        await paid_up(house, cases["P-S5-U"])
        await lent_in_part(house, cases["P-S5-P"])

        await clock.until("2026-08-05T10:00:00+08:00")
        await paid_too_late(house, cases["P-S5-L"])
        await clock.until("2026-11-30T09:00:00+08:00")
        await house.waits(cases["P-S5-P"], "late_premium")
        policy = await house.policy("P-S5-P")
        assert (policy.state, policy.lapsed_on) == ("LAPSED", date(2026, 11, 30))

        await replays(house, case, "s5-premium-loan")
        await replays(house, cases["P-S5-L"], "s5-lapse")
        await replays(house, cases["P-S5-U"], "s5-paid-up")


async def listed(house: House, clock: Clock) -> dict[str, str]:
    """The daily list begins each premium once, however often it is made; the cases by policy."""
    ask = {
        "process": "renewal_due_list",
        "policyNo": "P-S5",
        "item": "TERMINATE",
        "applicant": {"partyId": "PT-S5"},
    }
    for _ in range(2):
        case = str((await house.post("back-office", "/v1/cases", ask))["caseId"])
        await house.when(case, status="CLOSED")
        await changing.relayed(house, clock)

    async def looks() -> dict[str, str] | None:
        wanted = {"process": "renewal_premium", "unfinished": True, "limit": 100}
        page = await house.get("auditor-1", "/v1/cases", **wanted)
        going = [(one["policyNo"], one["caseId"]) for one in page["cases"]]
        once = len(dict(going)) == len(going)
        return dict(going) if once and set(POLICIES) <= set(dict(going)) else None

    return await house.eventually(looks, case, "every premium begun once")


async def debited_in_vain(house: House, case: str) -> None:
    """Three reminders, three debits, and the demand."""
    await house.waits(case, "grace_over")
    assert seen.anomalies(await house.case(case)) == [("MONEY", "INSUFFICIENT_FUNDS")] * 3
    assert [(name, at[:10]) for name, at in renewing.sent(house, case)] == [
        ("premium_reminder", "2026-04-30"), ("premium_reminder", "2026-05-15"),
        ("premium_reminder", "2026-05-29"), ("premium_overdue", "2026-06-08"),
    ]  # fmt: skip
    assert "2026-07-31" in house.letters(case)[-1].words
    tried = house.rows(
        "SELECT at FROM effects WHERE case_id = ? AND kind = 'execution.collect' ORDER BY at", case
    )
    assert [str(at)[:16] for (at,) in tried] == [
        "2026-06-01 01:00", "2026-06-03 01:00", "2026-06-08 01:00",
    ], "at nine there"  # fmt: skip
    assert str((await house.policy("P-S5")).unpaid_premium) == "9600.00"


async def lent(house: House, case: str) -> None:
    """S5 (a): on the cash value, at the rate of the product, from the day after grace."""
    await house.waits(case, "watch_term/loan_changed")
    found = renewing.facts(house, case, "verification.renewal", "renewal")
    assert (found["netValue"], found["option"]) == (21300, "APL")
    ledger = await house.ledger(case)
    assert seen.journals(ledger) == [["DR 1222 9,600.00", "CR 6001 9,600.00"]]
    assert seen.value_dates(ledger) == ["2026-08-01"]
    policy = await house.policy("P-S5")
    (loan,) = policy.open_loans
    assert (loan.kind, str(loan.principal), str(loan.rate), loan.started_on) == (
        "APL", "9600.00", "0.055", date(2026, 8, 1),
    )  # fmt: skip
    assert str(debt_on(loan, date(2027, 1, 28)).interest) == "260.38"
    assert (policy.state, policy.paid_to, policy.flags) == ("IN_FORCE", date(2027, 6, 1), ("APL",))
    assert str(policy.unpaid_premium) == "0.00"


async def told_of_the_lapse(house: House, case: str) -> None:
    """S5 (b): suspended from the day after grace, told within ten working days."""
    await house.waits(case, "late_premium")
    page, policy = await house.case(case), await house.policy("P-S5-L")
    assert (policy.state, policy.lapsed_on) == ("LAPSED", date(2026, 8, 1))
    assert seen.due(page)["K-LAP"] == "2026-08-14"
    assert seen.clock_states(page)["K-LAP"] == "MET"
    notice = house.letters(case)[-1]
    assert notice.template == "lapse_notice"
    for told in ("2026-08-01", "9,600.00", "How to reinstate", "2028-08-01"):
        assert told in notice.words


async def paid_too_late(house: House, case: str) -> None:
    """S5 (c): to suspense, once per reference, and an invitation; never silently applied."""
    for _ in range(2):
        await pays(house, "P-S5-L", 9600, "BANK-0805")

    async def looks() -> bool | None:
        return house.letters(case)[-1].template == "reinstatement_invitation" or None

    await house.eventually(looks, case, "invited")
    ledger = await house.ledger(case)
    assert seen.journals(ledger) == [["DR 1001 9,600.00", "CR 2203 9,600.00"]]
    policy = await house.policy("P-S5-L")
    assert (policy.state, str(policy.suspense_premium)) == ("LAPSED", "9600.00")
    assert ("MONEY", "PAID_AFTER_LAPSE") in seen.anomalies(await house.case(case))


async def paid_up(house: House, case: str) -> None:
    """23,500.00 less a loan of 2,000.00 with 84.38 of interest buys 36,771 at the age of fifty."""
    page = await house.when(case, status="CLOSED")
    assert page["incidents"] == []
    policy = await house.policy("P-S5-U")
    assert (policy.state, str(policy.sum_assured), policy.open_loans) == (
        "REDUCED_PAID_UP", "36771.00", (),
    )  # fmt: skip
    assert seen.journals(await house.ledger(case)) == [
        ["DR 6401 2,084.38", "CR 1221 2,000.00", "CR 6011 84.38"]
    ]


async def lent_in_part(house: House, case: str) -> None:
    """A value of half the premium carries half a year; what is missing stays owed."""
    await house.waits(case, "grace_over")
    policy = await house.policy("P-S5-P")
    assert [str(loan.principal) for loan in policy.open_loans] == ["4800.00"]
    assert (policy.state, str(policy.unpaid_premium)) == ("IN_FORCE", "4800.00")
