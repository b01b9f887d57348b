"""PostgreSQL with three roles: one migrates, one works, one looks; none does another's work."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from sqlalchemy import make_url
from typer.testing import CliRunner

from api.cli.__main__ import assembled
from infra.anchoring.folder import PUBLIC_KEY
from infra.anchoring.place import anchor_folder
from tests.cluster import Cluster
from tests.journeys import seen
from tests.journeys.conftest import Opening
from tests.journeys.house import CALL, House, Json
from tests.shelf import ROLES
from workers.anchoring import anchoring

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

LIVING = """
SELECT DISTINCT usename::text FROM pg_stat_activity
WHERE datname = ? AND application_name = 'baoquan'
"""


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_a_surrender_by_three_roles_is_proven_by_the_one_that_only_looks(
    opened: Opening, cluster: Cluster
) -> None:
    async with opened("2026-10-12T09:30:00+08:00") as (house, _):
        case = await _surrendered(house)
        await anchoring(house.settings, house.database).anchorer.round()
        name = str(make_url(house.settings.database_url).database)

        workers = house.rows(LIVING, name)
        untouched = await _verified(house, cluster.url(name, ROLES.auditor))
        house.hand.forge(
            f"UPDATE ledger_journals SET value_date = '2026-10-14' WHERE case_id = '{case}'"
        )
        forged = await _verified(house, cluster.url(name, ROLES.auditor))

        assert workers == [(ROLES.app,)]
        assert (untouched["intact"], untouched["anchored"]) == (True, untouched["streams"])
        assert untouched["records"] >= 20
        assert not forged["intact"]
        assert {found["stream"] for found in forged["findings"]} == {case}


async def _surrendered(house: House) -> str:
    case = await house.request("P-S3")
    await house.decide("clerk-1", case, "make")
    await house.decide("checker-2", case, CALL)
    await house.decide("checker-1", case, "approval/check")
    await house.decide("lead-1", case, "approval/approve")
    answer = await house.waits(case, "follow_up/survey_answered")
    await house.tell("survey.answered", answer["key"], csat=5)
    await house.when(case, status="CLOSED", outcome="completed")
    ledger = await house.ledger(case)
    assert seen.is_balanced(ledger)
    assert seen.owed(ledger) == [("56801.45", "SETTLED", ["SETTLED"])]
    return case


async def _verified(house: House, url: str) -> Json:
    """What ``baoquan audit verify`` says, with nothing but the anchors and the public key."""
    anchors: Path = anchor_folder(house.settings).path
    places = ("--database", url, "--anchors", str(anchors), "--key", str(anchors / PUBLIC_KEY))
    command = ["audit", "verify", *places, "--json"]
    result = await asyncio.to_thread(CliRunner().invoke, assembled(["audit"]), command)
    report: Json = json.loads(result.stdout)
    assert result.exit_code == (0 if report["intact"] else 1), result.output
    return report
