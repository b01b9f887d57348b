"""Who has the answer sees the effect: in every list, without waiting."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Opening
from tests.journeys.house import CALL, House, Json

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]


async def test_what_was_answered_is_in_every_list_at_return(opened: Opening) -> None:
    async with opened("2026-10-12T09:30:00+08:00") as (house, _):
        case = await house.request("P-S3")
        assert case in [one["caseId"] for one in (await house.get("ops-1", "/v1/cases"))["cases"]]
        make = await house.task("clerk-1", case, "make")

        await house.post("clerk-1", f"/v1/tasks/{make['taskId']}/claim", {})
        assert (await _listed(house, "clerk-1", case, "make"))["assignee"] == "clerk-1"
        await house.post("clerk-1", f"/v1/tasks/{make['taskId']}/unclaim", {})
        assert (await _listed(house, "clerk-1", case, "make"))["assignee"] is None

        people = (("clerk-1", "make"), ("checker-2", CALL), ("checker-1", "approval/check"))
        for operator, element in people:
            task = await house.task(operator, case, element)
            assert (await house.complete(operator, task)).is_success
            assert await _is_settled(house, operator, case, element)

        order = {"reason": "the customer asked for it"}
        await house.post("ops-1", f"/v1/cases/{case}/cancel", order)
        page = await house.case(case)
        assert (page["outcome"], page["waits"], page["tasks"]) == ("terminated", [], [])
        alive = (await house.get("ops-1", "/v1/cases", unfinished=True))["cases"]
        assert case not in [one["caseId"] for one in alive]


async def _listed(house: House, operator: str, case: str, element: str) -> Json:
    page = await house.get(operator, "/v1/tasks", caseId=case)
    return next(one for one in page["tasks"] if one["element"] == element)


async def _is_settled(house: House, operator: str, case: str, element: str) -> bool:
    """Look once: the decision is in the trail, the task in no list any more."""
    trail = await house.trail(case)
    made = [one["element"] for one in trail if one["kind"] == "decisionMade"]
    page = await house.case(case)
    tasks = (await house.get(operator, "/v1/tasks", caseId=case))["tasks"]
    open_ = [one["element"] for one in (*tasks, *page["tasks"])]
    return element in made and element not in open_
