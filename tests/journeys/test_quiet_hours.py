"""A case that closes at night: letters of law go out, the survey waits for the morning."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.journeys.conftest import Opening, Replaying
from tests.journeys.house import House

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

NIGHT, BEFORE, MORNING = (
    "2026-09-30T22:40:00+08:00", "2026-10-01T07:58:00+08:00", "2026-10-01T08:00:05+08:00",
)  # fmt: skip


async def test_the_letter_goes_out_at_night_and_the_survey_at_eight_in_the_same_zone(
    opened: Opening, replays: Replaying
) -> None:
    async with opened(NIGHT) as (house, clock):
        case = await house.request("P-S2-1")
        wait = await house.waits(case, "follow_up/survey_time")

        assert (await house.case(case))["status"] == "FOLLOW_UP"
        assert _mails(house, case) == ["approved_outcome"], "a letter of law, at night"
        assert datetime.fromisoformat(wait["due"]) == datetime.fromisoformat(
            "2026-10-01T08:00:00+08:00"
        ), "the morning of Shanghai, not of Greenwich"

        await clock.until(BEFORE)
        await house.waits(case, "follow_up/survey_time")
        assert _mails(house, case) == ["approved_outcome"]
        assert _surveys(house, case) == []

        await clock.until(MORNING)
        answer = await house.waits(case, "follow_up/survey_answered")
        assert _mails(house, case) == ["approved_outcome", ""]
        assert _surveys(house, case) == [answer["key"]]
        await house.tell("survey.answered", answer["key"], csat=5)
        await house.when(case, status="CLOSED", outcome="completed")
        await replays(house, case, "survey-after-the-quiet-hours")


async def test_a_case_that_closes_by_day_is_asked_at_once(opened: Opening) -> None:
    async with opened("2026-09-30T20:58:00+08:00") as (house, _):
        case = await house.request("P-S2-1")

        await house.waits(case, "follow_up/survey_answered")
        assert _mails(house, case) == ["approved_outcome", ""]


def _mails(house: House, case: str) -> list[str]:
    return [mail.template for mail in house.letters(case)]


def _surveys(house: House, case: str) -> list[str]:
    return [row[0] for row in house.rows("SELECT id FROM surveys WHERE case_id = ?", case)]
