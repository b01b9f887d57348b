"""A case replayed with corrected variables, and only rehearsed: on a real server."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment
from typer.testing import CliRunner, Result

from api.cli.__main__ import assembled
from infra.releases import current_build
from tests.builders.process import a_process, message
from tests.journeys.clock import WallClock
from tests.journeys.house import House, house
from tests.journeys.test_operations_guide import commands
from tests.journeys.test_replay import a_relay
from tests.journeys.working import working
from workers.__main__ import REFUSED
from workers.gate import ReleaseRefused, pass_gate
from workers.rehearsal.replaying import rehearse
from workflows.host import dispatch

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

Json = dict[str, Any]
FIRST = "=if is defined(tweak) then tweak else 5"
CORRECTED: Json = {"to": "again", "variables": {"limit": 7}}


@pytest_asyncio.fixture
async def home(
    furnished: Path, tmp_path: Path, dev_server: WorkflowEnvironment
) -> AsyncIterator[House]:
    """The house on a real server: the time-skipping one knows no reset."""
    folder = tmp_path / "house"
    shutil.copytree(furnished, folder)
    clock = WallClock("2026-10-12T09:30:00+08:00")
    client = dev_server.client
    async with house(folder, client, clock) as opened, working(opened.settings, client):
        yield opened


async def a_case(house: House) -> str:
    """It hears a message, then decides by a variable; it waits for another message after that."""
    drawn = a_process("limits").start("s").script("first", FIRST, "limit")
    drawn = drawn.receive("asked", message("asked", "=caseId"))
    drawn = drawn.script("again", "=limit * 2", "twice")
    drawn = drawn.receive("more", message("more", "=caseId")).end("e")
    await house.post("ops-1", "/v1/definitions", {"files": {"limits.bpmn": drawn.xml().decode()}})
    case = await house.request("P-PARTIAL", process="limits")
    await house.waits(case, "asked")
    await house.tell("asked", case)
    await house.waits(case, "more")
    return case


async def test_a_replay_writes_corrected_variables_before_anything_is_done_again(
    home: House,
) -> None:
    case = await a_case(home)
    await home.tell("more", case)
    await home.when(case, outcome="completed")
    path, order = f"/v1/cases/{case}/replay", {"reason": "the limit was wrong", **CORRECTED}

    would = await home.post("ops-1", path, {**order, "dryRun": True})
    alone = await home.ask("ops-1", "POST", path, json=order)
    told = await home.post("ops-2", path, order)
    relaying = asyncio.create_task(a_relay(home).run())  # what the case had heard comes again
    await home.when(case, outcome="completed")

    assert would["corrects"] == told["corrects"] == ["limit"]
    assert (alone.status_code, alone.json()["type"]) == (409, "/problems/second-person")
    assert written(home, case)[:2] == [("limit", "5"), ("twice", "10")]
    assert written(home, case)[-2:] == [("limit", "7"), ("twice", "14")]
    acted = [one["data"] for one in await home.trail(case) if one["kind"] == "operatorActed"]
    assert [(one["act"], one["actor"], one["proposedBy"]) for one in acted] == [
        ("case.replay", "ops-2", "ops-1")
    ]

    to_the_beginning = {"reason": "begun wrongly", "to": "first", "variables": {"tweak": 11}}
    await home.ask("ops-2", "POST", path, json=to_the_beginning)
    await home.post("ops-1", path, to_the_beginning)
    await home.when(case, outcome="completed")
    relaying.cancel()
    assert written(home, case)[-2:] == [("limit", "11"), ("twice", "22")]
    assert (await home.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"]


def written(house: House, case: str) -> list[tuple[str, str]]:
    """What the case wrote, in order, as the wire has it."""
    query = "SELECT data FROM journal WHERE case_id = ? AND kind = 'variablesChanged' ORDER BY no"
    told = [json.loads(row[0])["variables"] for row in house.rows(query, case)]
    return [
        (name, str(value["v"]))
        for one in told
        for name, value in one.items()
        if name in {"limit", "twice"}
    ]


async def test_a_build_that_does_something_else_is_stopped_by_the_gate(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await home.request("P-PARTIAL", item="PARTIAL", request={"newSumAssured": 350000})
    await home.task("checker-1", case, "make")
    history = await home.client.get_workflow_handle(case).fetch_history()

    replayed = await pass_gate(home.client, home.settings, "sound")
    told = await rehearse(history, home.client.data_converter)
    with monkeypatch.context() as patch:
        patch.setattr(dispatch, "contract_of", lambda _: None)
        with pytest.raises(ReleaseRefused) as refused:
            await pass_gate(home.client, home.settings, "unsound")

    assert (replayed, told.verdict, next(told.lines())[-9:]) == (1, "same", "the same.")
    assert await current_build(home.client) is None
    said = str(refused.value)
    assert "Build unsound does not replay 1 histories, so it serves nobody" in said
    assert f"{case}, contract_termination v1" in said
    assert "different at element intake/register_request" in said
    assert "recorded: local activity verification.intake at intake/register_request" in said


NEXT = ("workflows", "workers", "activities", "infra", "api")
SHORT = "    contract = contract_of(command.type)\n    if contract is None:\n        work ="


@pytest.mark.long
@pytest.mark.timeout(400)
async def test_another_version_is_rehearsed_from_its_checkout_and_its_worker_serves_nobody(
    home: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await home.request("P-PARTIAL", item="PARTIAL", request={"newSumAssured": 350000})
    await home.task("checker-1", case, "make")
    for name, value in {
        "TEMPORAL_ADDRESS": home.client.service_client.config.target_host,
        "DATA_FOLDER": str(home.settings.data_folder.resolve()),
        "DATABASE_URL": home.settings.database_url,
    }.items():
        monkeypatch.setenv(f"BAOQUAN_{name}", value)
    changed = a_checkout(tmp_path / "next")

    here = await baoquan("replay", case, "--local")
    there = await baoquan("replay", case, "--with", str(changed), "--json")
    said = [one for one in commands() if one.startswith("baoquan release check")]
    ours, others = [shlex.split(one.replace("../baoquan-next", str(changed)))[1:] for one in said]
    fits, checked = await baoquan(*ours), await baoquan(*others)
    worker = await a_worker(changed)

    assert (here.exit_code, "the same." in here.output) == (0, True)
    (outcome,) = json.loads(there.stdout)["outcomes"]
    assert (there.exit_code, outcome["element"]) == (1, "intake/register_request")
    assert fits.exit_code == 0, fits.output
    assert (checked.exit_code, "1 differ" in checked.output) == (1, True)
    assert worker.returncode == REFUSED
    told = worker.stdout + worker.stderr
    assert f"{case}, contract_termination v1" in told
    assert "different at element intake/register_request" in told
    assert await current_build(home.client) is None


def a_checkout(folder: Path) -> Path:
    """The product's code, but that what is done at once becomes work for others."""
    for room in NEXT:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(Path(room), folder / room, ignore=ignored)
    changed = folder / "workflows" / "host" / "dispatch.py"
    code = changed.read_text()
    assert SHORT in code
    other = SHORT.replace("contract_of(command.type)", "None")
    changed.write_text(code.replace(SHORT, other))
    return folder


async def a_worker(folder: Path) -> subprocess.CompletedProcess[str]:
    """Start a worker of that version, which ends by itself."""
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-P", "-m", "workers"],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


async def baoquan(*arguments: str) -> Result:
    """Run a command of this version."""
    return await asyncio.to_thread(CliRunner().invoke, assembled([arguments[0]]), list(arguments))
