"""One decision by four roads: HTTP, command line, Temporal update and signal meet one judge."""

from __future__ import annotations

import pytest

from tests.journeys import seen
from tests.journeys.conftest import Opening, Replaying
from tests.journeys.house import House
from tests.journeys.roads import ROADS

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]


@pytest.mark.parametrize("road", ROADS)
async def test_a_decision_meets_the_same_judge_by_every_road(
    opened: Opening, replays: Replaying, road: str
) -> None:
    decide = ROADS[road]
    async with opened("2026-10-12T09:30:00+08:00") as (house, _):
        case = await house.request("P-PARTIAL", item="PARTIAL", request={"newSumAssured": 350000})
        assert await decide(house, "checker-1", await house.task("checker-1", case, "make")) is None
        check = await house.task("checker-2", case, "approval/check")

        by_its_maker = await decide(house, "checker-1", check)
        await _told_in_the_trail(house, case, "FOUR_EYES")
        assert (by_its_maker is None) == (road == "signal"), "nobody waits for a signal's answer"
        if road != "command":
            stale = await decide(house, "checker-2", {**check, "contentHash": "0" * 64})
            assert (stale is None) == (road == "signal")
        assert [one["element"] for one in (await house.case(case))["tasks"]] == ["approval/check"]

        assert await decide(house, "checker-2", check) is None
        answer = await house.waits(case, "follow_up/survey_answered")
        await house.tell("survey.answered", answer["key"], csat=5)
        page = await house.when(case, status="CLOSED", outcome="completed")

        assert page["quote"]["net"] == "25920.00"
        assert seen.deciders(await house.trail(case)) == [
            ("make", "checker-1", "approve"),
            ("approval/check", "checker-2", "approve"),
        ]
        assert (await house.policy("P-PARTIAL")).sum_assured.minor == 35_000_000
        await replays(house, case, f"decision-by-{road}")


async def _told_in_the_trail(house: House, case: str, code: str) -> None:
    async def looks() -> bool | None:
        refused = [one for one in await house.trail(case) if one["kind"] == "decisionRefused"]
        return any(one["data"]["code"] == code for one in refused) or None

    await house.eventually(looks, case, f"{code} in the trail")
