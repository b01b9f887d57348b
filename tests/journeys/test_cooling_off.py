"""S2: the last second of the cooling-off period, four rows, to the second and to the cent."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.journeys import seen
from tests.journeys.conftest import Opening, Replaying
from tests.journeys.house import CALL, House

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of the scenario."""

    no: int
    notice: str
    now: str
    last_day: str
    ends: str
    basis: str
    paid: str
    journals: tuple[list[str], ...]


REFUNDED = (
    ["DR 6001 12,000.00", "CR 2202 11,990.00", "CR 6051 10.00"],
    ["DR 2202 11,990.00", "CR 1001 11,990.00"],
)
SURRENDERED = (
    ["DR 6401 3,240.00", "CR 2202 3,240.00"],
    ["DR 2202 3,240.00", "CR 1001 3,240.00"],
)
OVERRIDDEN = {"basis": "COOLING_OFF", "quote": {"basis": "COOLING_OFF", "net": "11990.00"}}
"""What a clerk might send along with a decision: it is no output of any task."""
COOLING_OFF = (
    Row(
        no=1,
        notice="2026-09-30T23:59:59+08:00",
        now="2026-10-08T09:00:00+08:00",
        last_day="2026-09-30",
        ends="2026-09-30T23:59:59+08:00",
        basis="COOLING_OFF",
        paid="11990.00",
        journals=REFUNDED,
    ),
    Row(
        no=3,
        notice="2026-10-08T17:00:00+08:00",
        now="2026-10-08T17:00:00+08:00",
        last_day="2026-10-08",
        ends="2026-10-08T23:59:59+08:00",
        basis="COOLING_OFF",
        paid="11990.00",
        journals=REFUNDED,
    ),
)
TOO_LATE = (
    Row(
        no=2,
        notice="2026-10-01T00:00:01+08:00",
        now="2026-10-08T09:00:00+08:00",
        last_day="2026-09-30",
        ends="2026-09-30T23:59:59+08:00",
        basis="SURRENDER",
        paid="3240.00",
        journals=SURRENDERED,
    ),
    Row(
        no=4,
        notice="2026-10-08T17:00:00+08:00",
        now="2026-10-08T17:00:00+08:00",
        last_day="2026-10-01",
        ends="2026-10-01T23:59:59+08:00",
        basis="SURRENDER",
        paid="3240.00",
        journals=SURRENDERED,
    ),
)


@pytest.mark.parametrize(
    ("row", "kind"),
    [*((row, "sqlite") for row in COOLING_OFF), (COOLING_OFF[0], "postgresql")],
    ids=lambda value: value if isinstance(value, str) else f"row {value.no}",
    indirect=["kind"],
)
async def test_s2_in_time_the_premium_is_refunded_and_no_person_is_asked(
    opened: Opening, replays: Replaying, row: Row
) -> None:
    async with opened(row.now) as (house, _):
        case = await _asked(house, row)
        await _closed(house, case, row)

        trail, page = await house.trail(case), await house.case(case)
        _, committed = house.effect(case, "execution.commit")
        assert seen.people(trail) == []
        assert seen.deciders(trail) == []
        assert [mail.template for mail in house.letters(case)] == ["approved_outcome", ""]
        assert committed["commissionClawBack"] == f"AG-S2-{row.no}"
        assert [(told["agentId"], told["premiums"]) for told in page["clawBacks"]] == [
            (f"AG-S2-{row.no}", "12000.00")
        ]
        await replays(house, case, f"s2-row-{row.no}-cooling-off")


@pytest.mark.parametrize("row", TOO_LATE, ids=lambda row: f"row {row.no}")
async def test_s2_a_second_too_late_it_is_a_surrender_that_people_decide(
    opened: Opening, replays: Replaying, row: Row
) -> None:
    async with opened(row.now) as (house, _):
        case = await _asked(house, row)
        await house.decide("clerk-1", case, "make", variables=OVERRIDDEN)
        await house.decide("checker-2", case, CALL, variables=OVERRIDDEN)
        await house.decide("checker-1", case, "approval/check")
        await _closed(house, case, row)

        trail = await house.trail(case)
        assert seen.people(trail) == ["make", CALL, "approval/check"]
        assert (await house.case(case))["clawBacks"] == []
        await replays(house, case, f"s2-row-{row.no}-surrender")


async def _asked(house: House, row: Row) -> str:
    """The caller's wish for another basis changes nothing."""
    wish = {"basis": "SURRENDER" if row.basis == "COOLING_OFF" else "COOLING_OFF"}
    return await house.request(f"P-S2-{row.no}", noticeArrivedAt=row.notice, request=wish)


async def _closed(house: House, case: str, row: Row) -> None:
    answer = await house.waits(case, "follow_up/survey_answered")
    await house.tell("survey.answered", answer["key"], csat=4)
    page = await house.when(case, status="CLOSED", outcome="completed")

    ledger, policy = await house.ledger(case), await house.policy(f"P-S2-{row.no}")
    read, _ = house.effect(case, "verification.policy")
    assert read["policy"]["coolingOffLastDay"] == row.last_day
    assert read["policy"]["coolingOffEndsAt"] == row.ends
    assert (page["quote"]["basis"], page["quote"]["net"]) == (row.basis, row.paid)
    assert seen.journals(ledger) == list(row.journals)
    assert seen.owed(ledger) == [(row.paid, "SETTLED", ["SETTLED"])]
    assert (policy.state, policy.termination_reason) == ("TERMINATED", row.basis)
    assert (await house.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"]
