"""Of the cases accepted from 2027 on, one in twenty is called back after completion, by lot."""

from __future__ import annotations

from decimal import Decimal
from itertools import count

import pytest

from api.idempotency import request_id
from api.intake import case_id_of
from tests.journeys import seen
from tests.journeys.clock import SkippingClock
from tests.journeys.conftest import Opening, Replaying
from tests.journeys.house import CALL, HEARD, House
from workflows.domain.call_back import is_drawn

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

SHARE = Decimal("0.05")
QUALITY = "follow_up/quality_call/call_back"
OTHERWISE = "follow_up/quality_call/confirm_otherwise"
MAKER, CALLED_BEFORE, CHECKER, CALLER = "checker-1", "lead-1", "checker-2", "lead-2"


async def test_a_drawn_case_is_called_by_somebody_new_and_one_that_is_not_is_left_alone(
    opened: Opening, replays: Replaying
) -> None:
    async with opened("2027-01-12T09:30:00+08:00") as (house, clock):
        drawn = await _surrendered(house, "P-S2-2", is_wanted=True)
        other = await _surrendered(house, "P-S2-4", is_wanted=False)

        await _nobody_who_knows_the_case_may_call(house, drawn)
        await house.decide(CALLER, drawn, QUALITY, "not-reached")
        await clock.until("2027-01-12T13:35:00+08:00")
        task = await house.task(CALLER, drawn, QUALITY)
        assert [one["by"] for one in task["shown"]["shown"]["attempts"]] == [CALLER]
        await _an_answer_is_missing(house, task["taskId"], task["contentHash"])
        await house.decide(CALLER, drawn, QUALITY)

        for case in (drawn, other):
            await _closed(house, case)
        assert _recorded(house, drawn) == [
            "approval/customer_call/record_call_back",
            "follow_up/quality_call/record_call_back",
        ]
        assert _recorded(house, other) == ["approval/customer_call/record_call_back"]
        assert QUALITY not in seen.people(await house.trail(other))
        await replays(house, drawn, "quality-call-of-a-drawn-case")


async def test_who_is_drawn_and_not_reached_in_two_days_is_asked_by_letter_and_may_complain(
    opened: Opening,
) -> None:
    async with opened("2027-01-12T09:30:00+08:00") as (house, clock):
        case = await _surrendered(house, "P-S2-2", is_wanted=True)
        await _called_in_vain(house, clock, case)
        await house.task(CALLER, case, OTHERWISE)
        assert [mail.template for mail in house.letters(case)][-1] == "quality_call_unreached"

        denied = {"askedFor": False}
        await house.decide(CALLER, case, OTHERWISE, "reject", variables={"answers": denied})
        await _closed(house, case)

        assert house.rows(
            "SELECT cause, channel, registered_by FROM complaints WHERE case_id = ?", case
        ) == [("CONDUCT", "CALL_BACK", CALLER)]


async def _surrendered(house: House, policy_no: str, *, is_wanted: bool) -> str:
    """Ask under a key whose case is drawn, or is not; paid after a call-back: medium risk."""
    case = await house.request(policy_no, key=_key(is_wanted=is_wanted))
    await house.decide(MAKER, case, "make")
    await house.decide(CALLED_BEFORE, case, CALL)
    await house.decide(CHECKER, case, "approval/check")
    await house.waits(case, "follow_up/survey_answered")
    return case


def _key(*, is_wanted: bool) -> str:
    """The number of a case comes from the key of its request, and its lot from the number."""
    keys = (f"the-lot-of-a-case-{no}" for no in count())
    lots = ((key, case_id_of(request_id("back-office", key))) for key in keys)
    return next(key for key, case in lots if is_drawn(case, SHARE) is is_wanted)


async def _nobody_who_knows_the_case_may_call(house: House, case: str) -> None:
    task = await house.task(CALLER, case, QUALITY)
    agent = (await house.policy("P-S2-2")).agent_id
    assert set(task["shown"]["excluded"]) == {
        "back-office", MAKER, CALLED_BEFORE, CHECKER, agent,
    }  # fmt: skip
    for somebody in (MAKER, CALLED_BEFORE, CHECKER):
        refused = await house.complete(somebody, task)
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/four-eyes")


async def _an_answer_is_missing(house: House, task_id: str, content_hash: str) -> None:
    answers = {name: HEARD[name] for name in HEARD if name != "wasPromised"}
    body = {
        "outcome": "approve", "contentHash": content_hash, "variables": {"answers": answers},
    }  # fmt: skip
    refused = await house.ask(CALLER, "POST", f"/v1/tasks/{task_id}/complete", json=body)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/call-back-answers")
    assert "wasPromised" in refused.json()["detail"]


async def _called_in_vain(house: House, clock: SkippingClock, case: str) -> None:
    """Three attempts on two days."""
    for moment in ("2027-01-12T13:35:00+08:00", "2027-01-13T09:40:00+08:00"):
        await house.decide(CALLER, case, QUALITY, "not-reached")
        await clock.until(moment)
    await house.decide(CALLER, case, QUALITY, "not-reached")


async def _closed(house: House, case: str) -> None:
    answer = await house.waits(case, "follow_up/survey_answered")
    await house.tell("survey.answered", answer["key"], csat=5)
    await house.when(case, status="CLOSED", outcome="completed")


def _recorded(house: House, case: str) -> list[str]:
    query = "SELECT element FROM effects WHERE case_id = ? AND kind = 'feedback.call_back'"
    return sorted(row[0] for row in house.rows(query, case))
