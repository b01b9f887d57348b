"""Two cases on one policy, side by side, with Temporal in memory."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.items.inside import Inside, inside

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
