"""S16: a certificate ends between claim and completion; the task goes back, nothing is lost."""

from __future__ import annotations

import pytest

from tests.journeys import seen
from tests.journeys.conftest import Opening, Replaying
from tests.journeys.house import CALL, House, Json

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

HOLDER = "lead-expiring"
DRAFT = "客户已回访 the customer was called back"


async def test_s16_who_is_no_longer_qualified_gives_the_task_back_with_what_was_entered(
    opened: Opening, replays: Replaying
) -> None:
    async with opened("2026-10-12T09:30:00+08:00") as (house, clock):
        case = await house.request("P-S3")
        await house.decide("clerk-1", case, "make")
        await house.decide("checker-2", case, CALL)
        await house.decide("checker-1", case, "approval/check")
        await clock.until("2026-10-12T10:00:00+08:00")
        task = await house.task(HOLDER, case, "approval/approve")
        path = f"/v1/tasks/{task['taskId']}"
        claimed = await house.post(HOLDER, f"{path}/claim", {})
        assert claimed["assignee"] == HOLDER

        await clock.until("2026-10-12T12:01:00+08:00")
        refused = await house.complete(HOLDER, task, comment=DRAFT, variables={"checked": True})

        assert (refused.status_code, refused.json()["type"]) == (
            403,
            "/problems/qualification-expired",
        )
        await _it_is_in_the_queue_again_with_the_draft(house, path)
        await _those_above_are_told_and_nobody_else(house, case, task)
        await _it_is_on_record(house, case)
        again = await house.complete(HOLDER, task)
        assert again.status_code == 403
        assert len(house.rows("SELECT id FROM staff_notices")) == 1, "told once"

        await house.decide("lead-1", case, "approval/approve")
        answer = await house.waits(case, "follow_up/survey_answered")
        await house.tell("survey.answered", answer["key"], csat=5)
        await house.when(case, status="CLOSED", outcome="completed")
        assert seen.deciders(await house.trail(case))[-1] == (
            "approval/approve",
            "lead-1",
            "approve",
        )
        await replays(house, case, "s16-certificate-expires")


async def _it_is_in_the_queue_again_with_the_draft(house: House, path: str) -> None:
    task = await house.get("lead-1", path)
    assert (task["status"], task["assignee"]) == ("OPEN", None)
    draft = task["draft"]
    assert (draft["by"], draft["outcome"], draft["comment"]) == (HOLDER, "approve", DRAFT)
    assert draft["variables"] == {"checked": True}
    assert draft["at"].startswith("2026-10-12T04:01:")


async def _those_above_are_told_and_nobody_else(house: House, case: str, task: Json) -> None:
    for superior in ("branch-1", "hq-1"):
        (notice,) = (await house.get(superior, "/v1/notices"))["notices"]
        assert (notice["code"], notice["caseId"], notice["taskId"], notice["about"]) == (
            "QUALIFICATION_EXPIRED",
            case,
            task["taskId"],
            HOLDER,
        )
    for other in ("lead-1", HOLDER, "checker-1"):
        assert (await house.get(other, "/v1/notices"))["notices"] == []


async def _it_is_on_record(house: House, case: str) -> None:
    trail = await house.trail(case)
    assert [
        (one["data"]["by"], one["data"]["code"])
        for one in trail
        if one["kind"] == "decisionRefused"
    ] == [(HOLDER, "QUALIFICATION_EXPIRED")]
    actions = house.rows(
        "SELECT action, actor FROM audit WHERE stream = ? AND object_type = 'human task' "
        "ORDER BY seq DESC LIMIT 2",
        case,
    )
    assert actions == [("staff.told", "system"), ("task.unclaim", HOLDER)]
    assert (await house.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"]
    assert (await house.policy("P-S3")).state == "IN_FORCE"
