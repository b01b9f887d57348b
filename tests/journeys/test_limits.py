"""S11: a time limit is warned of at four fifths, breached at its end, and told to the customer."""

from __future__ import annotations

import pytest

from tests.journeys import seen
from tests.journeys.conftest import Opening, Replaying
from tests.journeys.house import House
from tests.journeys.mailbox import Letter

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]


async def test_s11_a_breach_is_warned_of_recorded_told_and_never_erased(
    opened: Opening, replays: Replaying
) -> None:
    async with opened("2026-09-24T09:30:00+08:00") as (house, clock):
        case = await house.request("P-PARTIAL", item="PARTIAL", request={"newSumAssured": 350000})
        await house.decide("clerk-1", case, "make")
        await house.task("checker-1", case, "approval/check")
        assert seen.due(await house.case(case))["K-DO"] == "2026-10-09"

        await clock.until("2026-10-08T17:59:00+08:00")
        assert seen.anomalies(await house.case(case)) == []
        await clock.until("2026-10-08T18:01:00+08:00")
        warned = await house.case(case)
        assert seen.anomalies(warned) == [("SLA", "K-DO_WARN")]
        assert house.letters(case) == []

        await clock.until("2026-10-10T09:00:00+08:00")
        notice = await house.eventually(lambda: _told(house, case), case, "a delay notice")
        breached = await house.case(case)
        assert seen.anomalies(breached) == [("SLA", "K-DO_WARN"), ("SLA", "K-DO_BREACH")]
        assert "2026-10-09" in notice.words
        assert [task["element"] for task in breached["tasks"]] == ["approval/check"]

        await house.decide("checker-1", case, "approval/check")
        answer = await house.waits(case, "follow_up/survey_answered")
        await house.tell("survey.answered", answer["key"], csat=2, comment="太慢")
        page = await house.when(case, status="CLOSED", outcome="completed")

        assert seen.anomalies(page) == [("SLA", "K-DO_WARN"), ("SLA", "K-DO_BREACH")]
        assert seen.clock_states(page)["K-DO"] == "BREACHED"
        assert [mail.template for mail in house.letters(case)] == [
            "delay_notice", "approved_outcome", "",
        ]  # fmt: skip
        assert house.rows("SELECT count(*) FROM recoveries WHERE case_id = ?", case) == [(1,)]
        await replays(house, case, "s11-breach")


async def _told(house: House, case: str) -> Letter | None:
    return next((mail for mail in house.letters(case) if mail.template == "delay_notice"), None)
