"""S16, second half: an agent leaves; holders hear of it in time, somebody new serves them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.journeys import changing, seen
from tests.journeys.conftest import Opening, Replaying
from tests.journeys.house import House, Json

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

DEPARTURE = "/v1/agents/AG-S16/departure"
TASK = "choose_agent"


async def test_s16_the_policies_of_an_agent_who_left_are_orphans_until_another_serves_them(
    opened: Opening, replays: Replaying
) -> None:
    async with opened("2026-09-01T10:00:00+08:00") as (house, clock):
        told = await house.post("admin-1", DEPARTURE, {"leftOn": "2026-09-01"})
        assert told == {
            "agentId": "AG-S16",
            "leftOn": "2026-09-01",
            "noticeDueOn": "2026-10-01",
            "noticeTargetOn": "2026-09-30",
            "policies": 2,
            "told": 0,
            "assigned": 0,
            "dryRun": False,
        }
        await changing.relayed(house, clock)
        cases = await _cases(house)
        assert sorted(cases) == ["P-S16", "P-S16-2"]
        for policy_no, case in cases.items():
            await house.task("lead-1", case, TASK)
            await _the_holder_knows(house, policy_no, case)

        case = cases["P-S16"]
        await _nobody_unfit_is_taken(house, case)
        await house.decide("lead-1", case, TASK, "done", variables={"newAgentId": "AG-S16-F"})
        page = await house.when(case, status="CLOSED")
        assert seen.anomalies(page) == []
        await _served_again(house, case)
        progress = await house.get("auditor-1", DEPARTURE)
        assert (progress["policies"], progress["told"], progress["assigned"]) == (2, 2, 1)
        await replays(house, case, "s16-agent-leaves")


async def test_s16_what_is_told_after_the_holiday_is_a_breach_on_record(opened: Opening) -> None:
    async with opened("2026-10-08T10:00:00+08:00") as (house, clock):
        await house.post("admin-1", DEPARTURE, {"leftOn": "2026-09-01"})
        await changing.relayed(house, clock)
        case = (await _cases(house))["P-S16"]

        await house.task("lead-1", case, TASK)

        page = await house.case(case)
        assert seen.clock_states(page) == {"K-ORP": "BREACHED"}
        assert seen.anomalies(page) == [("SLA", "ORPHAN_NOTICE_LATE")]
        again = await house.ask("admin-1", "POST", DEPARTURE, json={"leftOn": "2026-09-01"})
        assert (again.status_code, again.json()["type"]) == (409, "/problems/agent-has-left")


async def test_s16_a_policy_that_ends_before_it_is_given_to_somebody_needs_nobody(
    opened: Opening,
) -> None:
    async with opened("2026-09-01T10:00:00+08:00") as (house, clock):
        await house.post("admin-1", DEPARTURE, {"leftOn": "2026-09-01"})
        await changing.relayed(house, clock)
        case = (await _cases(house))["P-S16"]
        await house.task("lead-1", case, TASK)
        before = await house.policy("P-S16")
        async with house.database.work() as books:
            await books.policies.commit(
                replace(before, state="TERMINATED"),
                cause="TERMINATE",
                case_id="BQ-OTHER",
                at=clock.now(),
                reservation_id=None,
            )

        await house.decide("lead-1", case, TASK, "done", variables={"newAgentId": "AG-S16-F"})

        await house.when(case, status="SUPERSEDED")
        assert (await house.policy("P-S16")).agent_id == "AG-S16"


async def _cases(house: House) -> dict[str, str]:
    page = await house.get("auditor-1", "/v1/cases", process="orphan_policy")
    return {one["policyNo"]: one["caseId"] for one in page["cases"]}


async def _the_holder_knows(house: House, policy_no: str, case: str) -> None:
    page = await house.case(case)
    assert page["status"] == "APPROVAL"
    assert (seen.due(page), seen.clock_states(page)) == (
        {"K-ORP": "2026-10-01"},
        {"K-ORP": "MET"},
    )
    assert (await house.policy(policy_no)).flags == ("ORPHAN",)
    assert changing.version(house, policy_no) == [(1, "ISSUE"), (2, "ORPHAN")]
    (letter,) = house.letters(case)
    assert letter.template == "orphan_notice"
    assert "2026-09-01" in letter.words


async def _nobody_unfit_is_taken(house: House, case: str) -> None:
    """Neither who has left, nor who never was; the task comes back and says so."""
    for unfit in ("AG-S16", "AG-NOBODY"):
        await house.decide("lead-1", case, TASK, "done", variables={"newAgentId": unfit})

        async def refused(unfit: str = unfit) -> Json | None:
            page = await house.get("lead-1", "/v1/tasks", caseId=case)
            tasks: list[Json] = page["tasks"]
            return next(
                (one for one in tasks if one["shown"]["shown"]["refusedAgent"] == unfit), None
            )

        await house.eventually(refused, case, f"{unfit} refused")


async def _served_again(house: House, case: str) -> None:
    policy = await house.policy("P-S16")
    assert (policy.agent_id, policy.flags) == ("AG-S16-F", ())
    assert changing.version(house, "P-S16") == [
        (1, "ISSUE"),
        (2, "ORPHAN"),
        (3, "ORPHAN_ASSIGN"),
    ]
    letters = house.letters(case)
    assert [mail.template for mail in letters] == ["orphan_notice", "agent_assigned"]
    assert "AG-S16-F" in letters[-1].words
    assert (await house.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"]
