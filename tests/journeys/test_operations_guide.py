"""Every command of the guide for people on call, as it stands there, against the whole house."""

from __future__ import annotations

import asyncio
import contextlib
import shlex
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from temporalio import activity
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker
from typer.testing import CliRunner

from api.cli.__main__ import assembled
from tests.builders.process import a_process, error, message
from tests.journeys.clock import WallClock
from tests.journeys.house import House, house
from tests.journeys.working import working

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

Json = dict[str, Any]
GUIDE = Path(__file__).parents[2] / "docs" / "operations.md"
QUOTING = "print-shop.quote"
STUCK_CASES = 4
VERSIONS = {"contract_termination": "desk", "3": "1", "4": "2"}
"""The guide's model and versions, and those of this house."""


ELSEWHERE = "baoquan release "
"""Builds are ramped by test_releases.py, rehearsed by test_corrected_replay.py; both are long."""


def commands() -> Iterator[str]:
    """The lines of code in the guide, without what is said beside them."""
    for line in GUIDE.read_text().splitlines():
        if line.startswith("    baoquan "):
            yield line.partition("   #")[0].strip()


@dataclass(kw_only=True)
class Desk:
    """What the guide's placeholders stand for."""

    house: House
    folder: Path
    resting: str
    """A case that waits for documents."""
    spare: str
    """A case that is not needed."""

    async def meant(self, command: str) -> list[str]:
        """The command with ids that are there."""
        words = shlex.split(command)[1:]
        stuck = await self._stuck()
        instead = {
            "BQ-1F0C…~7": stuck["incidentId"],
            "BQ-1F0C…": stuck["caseId"] if words[0] == "incident" else self._case(words),
            "journal.": f"{self.folder}/journal.",
            "plan.json": f"{self.folder}/plan.json",
        }
        if words[0] in {"migration", "batch"}:
            words = [VERSIONS.get(word, word) for word in words]
        if "BT-5A…" in command:
            instead["BT-5A…"] = await self._batch(words[1])
        if "42:" in command:
            instead["42:"] = f"{await self._token()}:"
        if "4f1c0a9be7d2" in command:
            instead["4f1c0a9be7d2"] = await self._cause()
        for said, meant in instead.items():
            words = [word.replace(said, meant) for word in words]
        return words

    def _case(self, words: list[str]) -> str:
        return self.spare if words[:2] == ["case", "cancel"] else self.resting

    async def _batch(self, act: str) -> str:
        """The batch that was ordered last; to steer one, a slow one."""
        if act == "pause":
            body = {
                "do": "suspend",
                "filter": {"process": "desk"},
                "rate": 0.1,
                "reason": "slowly",
            }
            await self.house.post("ops-1", "/v1/batches", body)
        page = await self.house.get("ops-1", "/v1/batches")
        return str(page["batches"][0]["batchId"])

    async def _stuck(self) -> Json:
        page = await self.house.get("ops-1", "/v1/incidents")
        found: Json = page["incidents"][0]
        return found

    async def _cause(self) -> str:
        page = await self.house.get("ops-1", "/v1/incidents", group="cause")
        return str(page["groups"][0]["cause"])

    async def _token(self) -> int:
        body = {"reason": "for a look", "instructions": [], "dryRun": True}
        path = f"/v1/cases/{self.resting}/modification"
        looked = await self.house.post("ops-1", path, body)
        tokens = looked["forecast"]["after"]["tokens"]
        return next(int(one["key"]) for one in tokens if one["element"] == "docs")


async def test_every_command_of_the_guide_does_what_it_says(
    furnished: Path,
    tmp_path: Path,
    dev_server: WorkflowEnvironment,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "house"
    shutil.copytree(furnished, folder)
    clock = WallClock("2026-10-12T09:30:00+08:00")
    app, failed = assembled(), []
    run = [one for one in commands() if not one.startswith(ELSEWHERE)]
    async with (
        house(folder, dev_server.client, clock) as inside,
        working(inside.settings, dev_server.client),
        _quoting(inside),
    ):
        resting, spare = await _prepared(inside)
        desk = Desk(house=inside, folder=tmp_path, resting=resting, spare=spare)
        monkeypatch.setenv("BAOQUAN_URL", inside.settings.public_url)
        monkeypatch.setenv("BAOQUAN_TOKEN", await inside._token("ops-1"))
        monkeypatch.setenv("COLUMNS", "200")
        for command in run:
            words = await desk.meant(command)
            result = await asyncio.to_thread(CliRunner().invoke, app, words)
            if result.exit_code:
                failed.append(f"{shlex.join(words)}: {result.output}")
        standing = await inside.get("ops-1", "/v1/standstills")
        xes, table = (tmp_path / f"journal.{form}" for form in ("xes", "csv"))
        cancelled = await inside.case(spare)
        exported = xes.stat().st_size, len(table.read_text().splitlines())

    assert failed == []
    assert len(run) > 30
    assert cancelled["outcome"] == "terminated"
    assert [one["target"] for one in standing["standstills"]] == ["execution.quote"]
    assert exported[0] > 1_000
    assert exported[1] > STUCK_CASES


async def _prepared(inside: House) -> tuple[str, str]:
    await _deployed(inside, "e")
    cases = [await inside.request("P-PARTIAL", process="desk") for _ in range(STUCK_CASES + 2)]
    for case in cases:
        await inside.eventually(partial(_incident, inside, case), case, "is stuck")
    stuck = await _incident(inside, cases[-1])
    assert stuck is not None
    skip = {"act": "skip", "reason": "by hand"}
    await inside.post("ops-1", f"/v1/incidents/{stuck['incidentId']}/resolve", skip)
    await inside.waits(cases[-1], "docs")
    await _deployed(inside, "new_end")
    return cases[-1], cases[-2]


async def _deployed(inside: House, end: str) -> None:
    """Another version of the model: its end has another id."""
    drawn = a_process("desk").start("s").service("quote", QUOTING, retries="1")
    drawn = drawn.receive("docs", message("docs", "=caseId")).end(end)
    drawn.boundary("quote", "none", error("NO_ACCOUNT")).end("no_account")
    await inside.post("ops-1", "/v1/definitions", {"files": {"desk.bpmn": drawn.xml().decode()}})


async def _incident(inside: House, case: str) -> Json | None:
    page = await inside.get("ops-1", "/v1/incidents", caseId=case)
    return next(iter(page["incidents"]), None)


@contextlib.asynccontextmanager
async def _quoting(inside: House) -> AsyncIterator[None]:
    @activity.defn(name=QUOTING)
    async def quote(_: Json) -> Json:
        raise RuntimeError("no paper")

    async with Worker(inside.client, task_queue=QUOTING, activities=[quote]):
        yield
