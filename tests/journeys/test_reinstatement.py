"""S6 on P6: a lapsed contract brought back, deemed agreed on day 30, and what it is refused for."""

from __future__ import annotations

from datetime import date

import pytest

from tests.journeys import changing, renewing, seen
from tests.journeys.conftest import Opening, Replaying
from tests.journeys.house import House
from tests.journeys.renewing import asks_back, falls_due

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

ASKED, DECIDED, PAID = (
    "2026-09-15T10:00:00+08:00", "2026-09-18T10:00:00+08:00", "2026-09-21T10:00:00+08:00",
)  # fmt: skip


async def test_s6_from_the_lapse_to_cover_again(opened: Opening, replays: Replaying) -> None:
    async with opened("2026-01-09T09:30:00+08:00") as (house, clock):
        await house.behave("AC-S6-1", outcome="RETURNED", return_code="INSUFFICIENT_FUNDS")
        premium = await falls_due(house, "P-S6", "2026-01-10", "PT-S6")
        await house.waits(premium, "due_day")
        await clock.until("2026-03-12T09:00:00+08:00")
        await house.waits(premium, "late_premium")
        renewal = renewing.facts(house, premium, "verification.renewal", "renewal")
        assert renewal["graceEndsOn"] == "2026-03-11"
        assert (await house.policy("P-S6")).lapsed_on == date(2026, 3, 12)
        assert seen.due(await house.case(premium))["K-LAP"] == "2026-03-26"

        await clock.until(ASKED)
        await house.behave("AC-S6-1", outcome="SETTLED")
        case = await asks_back(house, "P-S6")
        await house.task("underwriter-1", case, "underwrite")
        page = await house.case(case)
        assert (seen.due(page)["K-ACC"], seen.due(page)["K-REI"]) == ("2026-09-17", "2026-10-15")
        assert seen.clock_states(page)["K-ACC"] == "MET"
        await clock.until(DECIDED)
        await house.decide("underwriter-1", case, "underwrite")
        await house.decide("checker-1", case, "approval/check")
        await house.waits(case, "offer_accepted")
        assert seen.clock_states(await house.case(case))["K-REI"] == "MET"
        _offered(house, case, "206.30", "6,206.30")

        await clock.until(PAID)
        await house.tell("reinstatement.accepted", case)
        await _in_force_again(house, case)
        await changing.relayed(house, clock)
        await house.when(premium, status="CLOSED", outcome="completed")
        await replays(house, case, "s6-reinstatement")


def _offered(house: House, case: str, interest: str, due: str) -> None:
    """What is to be paid on the day of the letter, and what each day more adds."""
    letter = house.letters(case)[-1]
    assert letter.template == "reinstatement_offer"
    for told in ("6,000.00", interest, due, "0.82"):
        assert told in letter.text


async def _in_force_again(house: House, case: str) -> None:
    """Paid on 21 September, to the cent; complete within five working days of that."""
    page = await house.when(case, status="FOLLOW_UP")
    ledger = await house.ledger(case)
    assert seen.journals(ledger) == [
        ["DR 1001 6,208.77", "CR 2203 6,208.77"],
        ["DR 2203 6,208.77", "CR 6001 6,000.00", "CR 6011 208.77"],
    ]
    assert seen.value_dates(ledger) == ["2026-09-21"] * 2
    assert (seen.due(page)["K-DO"], seen.clock_states(page)["K-DO"]) == ("2026-09-29", "MET")
    policy = await house.policy("P-S6")
    assert (policy.state, policy.suicide_clause_from, policy.paid_to) == (
        "IN_FORCE", date(2026, 9, 21), date(2027, 1, 10),
    )  # fmt: skip
    assert (policy.lapsed_on, str(policy.unpaid_premium)) == (None, "0.00")


async def test_s6_silence_is_consent_at_the_end_of_day_thirty(
    opened: Opening, replays: Replaying
) -> None:
    async with opened(ASKED) as (house, clock):
        case = await asks_back(house, "P-S6-L")
        await house.task("underwriter-1", case, "underwrite")
        await clock.until("2026-10-15T23:59:00+08:00")
        assert [reason for _, reason in seen.anomalies(await house.case(case))] == [
            "K-REI_DAY_20", "K-REI_DAY_25", "K-REI_DAY_28",
        ]  # fmt: skip
        assert silences(house, case) == [
            ("K-REI_DAY_20", "2026-10-05"),
            ("K-REI_DAY_25", "2026-10-10"),
            ("K-REI_DAY_28", "2026-10-13"),
        ]
        await clock.until("2026-10-16T00:05:00+08:00")
        await house.waits(case, "offer_accepted")
        page = await house.case(case)
        assert seen.anomalies(page)[-1] == ("SLA", "K-REI_BREACH")
        assert seen.clock_states(page)["K-REI"] == "BREACHED"
        assert house.rows(
            "SELECT detail FROM anomalies WHERE case_id = ? AND reason = 'K-REI_BREACH'", case
        ) == [("DEEMED_AGREED",)]
        assert page["tasks"] == [], "nobody can refuse any more"
        assert house.letters(case)[-1].template == "reinstatement_offer"

        await house.behave("AC-S6-1", outcome="RETURNED", return_code="INSUFFICIENT_FUNDS")
        await house.tell("reinstatement.accepted", case)
        await changing.recorded(house, case, "INSUFFICIENT_FUNDS")
        await house.waits(case, "offer_accepted")
        assert (await house.policy("P-S6-L")).state == "LAPSED", "an open offer is no cover"
        assert house.letters(case)[-1].template == "reinstatement_open"
        await house.behave("AC-S6-1", outcome="SETTLED")
        await house.tell("reinstatement.accepted", case)
        await house.when(case, status="FOLLOW_UP")
        assert (await house.policy("P-S6-L")).state == "IN_FORCE"
        await replays(house, case, "s6-deemed-agreed")


async def test_s6_refused_expressly_and_after_two_years(opened: Opening) -> None:
    async with opened(ASKED) as (house, clock):
        declined = await asks_back(house, "P-S6-L")
        await house.decide("underwriter-1", declined, "underwrite", "reject")
        await refused(house, declined, "NOT_INSURABLE")

        await clock.until("2028-03-13T09:30:00+08:00")
        late = await asks_back(house, "P-S6-L")
        await refused(house, late, "WINDOW_OVER")
        assert "ending the contract for its cash value" in house.letters(late)[-1].text


def silences(house: House, case: str) -> list[tuple[str, str]]:
    """On which day somebody was told that silence is about to become consent."""
    query = "SELECT reason, opened_at FROM anomalies WHERE case_id = ? ORDER BY opened_at"
    return [(reason, str(at)[:10]) for reason, at in house.rows(query, case)]


async def refused(house: House, case: str, reason: str) -> None:
    page = await house.when(case, status="REJECTED")
    assert reason in {found for _, found in seen.anomalies(page)}
    assert seen.clock_states(page)["K-REI"] == "MET", "an express answer"
    assert house.letters(case)[-1].template == "rejected"
    assert (await house.policy("P-S6-L")).state == "LAPSED"
    assert await house.ledger(case) == {"lines": [], "obligations": []}
