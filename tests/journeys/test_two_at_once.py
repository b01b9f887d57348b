"""Two cases on one policy, side by side, with Temporal in memory."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.items.inside import Inside, inside
from tests.items.living import STAFF
from tests.journeys.house import CALL

pytestmark = pytest.mark.journey
Json = dict[str, Any]


@contextlib.asynccontextmanager
async def opened(furnished: Path, tmp_path: Path) -> AsyncIterator[Inside]:
    shutil.copytree(furnished, tmp_path / "house")
    async with inside(tmp_path / "house", "2026-10-12T09:30:00+08:00") as house:
        yield house


async def test_who_reports_the_policy_lost_while_it_is_surrendered_stops_the_money(
    furnished: Path, tmp_path: Path
) -> None:
    async with opened(furnished, tmp_path) as house:
        surrender = await house.request("P-S3")
        await house.decide("clerk-1", surrender, "make")
        await house.decide("checker-2", surrender, CALL)
        await house.decide("checker-1", surrender, "approval/check")

        loss = await house.request("P-S3", item="LOSS_REPORT", itemChange={})
        await house.settle()
        await house.decide("lead-1", surrender, "approval/approve")
        await house.settle()

        assert (await house.case(loss))["status"] in {"FOLLOW_UP", "CLOSED"}
        policy, page = await house.policy("P-S3"), await house.case(surrender)
        assert (policy.state, "LOST" in policy.flags) == ("IN_FORCE", True)
        assert [each["code"] for each in page["incidents"]] == ["job-refused"]
        assert "POLICY_REPORTED_LOST" in page["incidents"][0]["message"]
        assert house.bank.payments() == []


async def _erase(house: Inside, party: str) -> None:
    for by in ("admin-1", "auditor-1"):
        body = {"basis": "CONSENT_WITHDRAWN", "reason": "asked for in writing"}
        await house.post(by, f"/v1/subjects/{party}/erase", body)


async def _designates(house: Inside) -> str:
    """Somebody who has nothing to do with any policy yet is to benefit."""
    named = [{"partyId": "PT-S7-B", "relation": "OTHER", "order": 1}]
    case = await house.request(
        "P-S3", item="BENEFICIARY_CHANGE", beneficiaryChange={"beneficiaries": named}
    )
    await house.settle()
    return case


async def test_nobody_who_was_erased_is_designated(furnished: Path, tmp_path: Path) -> None:
    async with opened(furnished, tmp_path) as house:
        await _erase(house, "PT-S7-B")

        case = await _designates(house)

        assert (await house.case(case))["status"] == "AWAITING_SUPPLEMENT"
        assert house.rows("SELECT reason FROM anomalies WHERE case_id = ?", case) == [
            ("BENEFICIARY_NOT_IDENTIFIED",)
        ]


async def test_nobody_enters_a_contract_who_was_erased_meanwhile(
    furnished: Path, tmp_path: Path
) -> None:
    async with opened(furnished, tmp_path) as house:
        case = await _designates(house)
        await house.decide("clerk-1", case, "make")
        await _erase(house, "PT-S7-B")

        await _everybody_agrees(house, case)

        roles = {role.party_id for role in (await house.policy("P-S3")).roles}
        assert "PT-S7-B" not in roles
        assert "UNKNOWN_PARTY" in (await house.case(case))["incidents"][0]["message"]


async def _everybody_agrees(house: Inside, case: str) -> None:
    while tasks := (await house.case(case))["tasks"]:
        task = tasks[0]
        staff = [one for group in task["candidateGroups"] for one in STAFF[group]]
        done = [(await house.complete(one, task)).is_success for one in staff]
        assert any(done), task["element"]
        await house.settle()
