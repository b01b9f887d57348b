"""A bank that fails call after call stands still by itself; one call finds out when it is back."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from infra import standing
from infra.systems.bank import HttpBank
from tests.journeys.clock import WallClock
from tests.journeys.house import House, house
from tests.journeys.working import working
from workers.warden import Warden
from workflows.domain.systems import SystemUnavailable

pytestmark = [pytest.mark.journey, pytest.mark.long, pytest.mark.timeout(180)]

Json = dict[str, Any]
RULES = {"circuit_failures": 2, "circuit_pause_seconds": 8}


@pytest_asyncio.fixture
async def home(
    furnished: Path,
    tmp_path: Path,
    dev_server: WorkflowEnvironment,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[House]:
    """A house whose circuits open at the second failure."""
    monkeypatch.setattr(standing, "KEPT_SECONDS", 0.0)
    folder, client = tmp_path / "house", dev_server.client
    shutil.copytree(furnished, folder)
    clock = WallClock("2026-10-12T09:30:00+08:00")
    async with house(folder, client, clock) as opened:
        settings = opened.settings.model_copy(update=RULES)
        async with working(settings, client):
            yield opened


async def test_a_bank_that_is_away_is_let_alone_until_one_call_is_answered(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def away(*_: Any) -> None:
        asked.append("pay")
        raise SystemUnavailable("The bank could not be reached.")

    with monkeypatch.context() as patch:
        patch.setattr(HttpBank, "disburse", away)
        case = await decided(home)
        reason = await held(home, case)
        (listed,) = (await home.get("ops-1", "/v1/standstills"))["standstills"]
        top = await home.get("ops-1", "/v1/insight")
    await paid(home)

    assert len(asked) == 2
    assert "circuit" in str(reason)
    assert (listed["by"], listed["reason"]) == ("circuit", "2 of 3 calls failed within 60 s")
    assert listed["clocks"] >= 1, "clocks of law run on, and the list says so"
    assert top["standstills"] == ["system:bank"]
    assert [sent.amount_minor for sent in home.bank.payments()] == [2_592_000]
    assert (await home.get("ops-1", "/v1/standstills"))["standstills"] == []
    await home.waits(case, "follow_up/survey_answered")
    assert (await home.case(case))["incidents"] == []


async def decided(home: House) -> str:
    case = await home.request("P-PARTIAL", item="PARTIAL", request={"newSumAssured": 350000})
    await home.decide("checker-1", case, "make")
    await home.decide("checker-2", case, "approval/check")
    return case


async def held(home: House, case: str) -> Json:
    async def looks() -> Json | None:
        reasons = (await home.case(case))["reasons"]
        return next((one for one in reasons if one["kind"] == "held"), None)

    return await home.eventually(looks, case, "held")


async def paid(home: House) -> None:
    """A warden lets one case go on when the pause is over, and all when that was answered."""
    offset = timedelta(seconds=home.settings.clock_offset)
    warden = Warden(client=home.client, database=home.database, clock_offset=offset)

    async def looks() -> bool | None:
        await warden.round()
        return bool(home.bank.payments()) or None

    await home.eventually(looks, "the case", "paid")
