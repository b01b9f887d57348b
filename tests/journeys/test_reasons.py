"""At every step of a case somebody who asks why it is where it is gets an answer."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import pytest

from tests.journeys.conftest import Opening
from tests.journeys.house import CALL, House

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

Json = dict[str, Any]
OFTEN = 0.01


async def test_a_surrender_has_a_named_reason_at_every_step(opened: Opening) -> None:
    async with opened("2026-10-12T09:30:00+08:00") as (house, _):
        case = await house.request("P-S3", request={"lossAcknowledged": False})
        asking = asyncio.create_task(_asked_all_the_time(house, case))
        statement = await _disclosed(house, case)
        await house.tell("loss-statement.acknowledged", case, statementHash=statement)
        await house.decide("clerk-1", case, "make")
        await house.decide("checker-2", case, CALL)
        await house.decide("checker-1", case, "approval/check")
        await house.decide("lead-1", case, "approval/approve")
        answer = await house.waits(case, "follow_up/survey_answered")
        await house.tell("survey.answered", answer["key"], csat=5)
        await house.when(case, status="CLOSED", outcome="completed")
        looks = await asking

    assert len(looks) > 10
    assert [look for look in looks if not look] == []
    assert {"task", "message", "step"} <= {kind for look in looks for kind in look}


async def _asked_all_the_time(house: House, case: str) -> list[list[str]]:
    """Ask until the case has ended; every answer is the kinds of its reasons."""
    looks: list[list[str]] = []
    while True:
        page = await house.case(case)
        if page["finishedAt"] is not None:
            return looks
        looks.append([reason["kind"] for reason in page["reasons"]])
        await asyncio.sleep(OFTEN)


async def _disclosed(house: House, case: str) -> str:
    await house.waits(case, "loss_acknowledged")
    return hashlib.sha256(house.letters(case)[0].pdf).hexdigest()
