"""Ways to be stuck that are heavier to make: each found, explained, and mended to a right end."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import shutil
import signal
import sqlite3
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from api import case_client
from infra.db.journal.journal import JournalTable
from tests.builders.process import a_process, message, timer
from tests.journeys.clock import WallClock
from tests.journeys.crashing import ByForking, Mortals, file_server, forking
from tests.journeys.hanging import HANGING
from tests.journeys.house import house
from tests.journeys.watching import Watched, at_rest, deployed, watching
from tests.nursery import Forked, nursery
from workers.__main__ import PATIENCE
from workers.watchdog import LATE, REPEATED
from workflows.contracts.case import CaseResult
from workflows.contracts.journal import JournalBatch, MessageDelivery
from workflows.host import loop
from workflows.host.case import Case

pytestmark = [pytest.mark.journey, pytest.mark.long, pytest.mark.timeout(600)]

NOON = "2026-10-12T12:00:00+08:00"
SOON = 25.0
"""Seconds until a timer that gets lost; it must not fire before the server is stopped."""


class Workers(Mortals):
    """Worker processes that work until they are let go."""

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[Forked]:
        """One of them."""
        async with self._worker("") as worker:
            yield cast("Forked", worker)


async def test_a_release_that_says_too_much_and_books_that_refuse_are_found(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = watched.house
    await deployed(inside)
    monkeypatch.setattr(case_client, "RPC_TIMEOUT", timedelta(seconds=2))
    async with watched.at_work():
        huge, refused = [await at_rest(watched, "desk", "docs") for _ in range(2)]

    with monkeypatch.context() as patch:
        _break(patch, huge, refused)
        async with watched.at_work(), asyncio.TaskGroup() as ways:
            ways.create_task(_is_too_large(watched, huge))
            ways.create_task(_is_refused(watched, refused))

    watched.dog.clock_offset += REPEATED  # what was refused is not refused again
    async with watched.at_work():
        await inside.waits(refused, "more")
        await inside.tell("more", refused)
        for case, code in ((huge, "workflow-task-failing"), (refused, "journal-refused")):
            await inside.when(case, outcome="completed")
            await watched.incident(case, code, is_open=False)
            assert (await inside.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"]


async def test_a_release_that_hangs_is_found_holds_up_nobody_else_and_can_be_replaced(
    furnished: Path, tmp_path: Path
) -> None:
    """Its worker ends when told to, with the turn that never ends in it."""
    folder = tmp_path / "house"
    shutil.copytree(furnished, folder)
    async with (
        file_server(tmp_path) as (client, address),
        forking() as sound,
        nursery("tests.journeys.hanging") as hanging,
        house(folder, client, WallClock(NOON), task_queue="hangs") as inside,
        watching(inside) as watched,
    ):
        await deployed(inside)
        good = Workers(house=inside, address=address, spawning=sound, deaths=())
        bad = Workers(house=inside, address=address, spawning=ByForking(hanging), deaths=())
        async with good.at_work():
            stuck, other = [await at_rest(watched, "desk", "docs") for _ in range(2)]
        begun = time.monotonic()
        bad.more = {HANGING: stuck}
        async with bad.at_work() as release:
            await inside.tell("docs", stuck)
            found = await watched.incident(stuck, "workflow-task-failing")
            await inside.tell("docs", other)
            await inside.waits(other, "more")
            told = time.monotonic()
            release.send_signal(signal.SIGTERM)
            code = await release.wait()
            took = time.monotonic() - told
        async with good.at_work():
            await watched.incident(stuck, "workflow-task-failing", is_open=False)
            for case in (stuck, other):
                await inside.waits(case, "more")
                await inside.tell("more", case)
                await inside.when(case, outcome="completed")
                assert (await inside.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"]

    assert told - begun < 60
    assert found["actions"][0]["act"] == "deploy"
    assert (code, took < PATIENCE + 10) == (0, True)


async def test_a_timer_that_the_server_has_lost_is_found_and_fires_when_the_case_is_woken(
    furnished: Path, tmp_path: Path
) -> None:
    """As after a store was put back: Temporal knows that the timer is set, and not when to ring."""
    folder, clock = tmp_path / "house", WallClock(NOON)
    shutil.copytree(furnished, folder)
    async with file_server(tmp_path) as (client, _), house(folder, client, clock) as inside:
        drawn = a_process("tardy").start("s").receive("docs", message("never", "=caseId")).end("e")
        drawn.boundary("docs", "late", timer(duration=f"PT{SOON:.0f}S")).end("too_late")
        body = {"files": {"tardy.bpmn": drawn.xml().decode()}}
        await inside.post("ops-1", "/v1/definitions", body)
        async with watching(inside) as watched, watched.at_work():
            case = await at_rest(watched, "tardy", "late")
    lost = _lose_timers(tmp_path)
    await asyncio.sleep(SOON)

    async with (
        file_server(tmp_path) as (client, _),
        house(folder, client, clock) as inside,
        watching(inside) as watched,
        watched.at_work(),
    ):
        watched.dog.clock_offset += LATE
        found = await watched.incident(case, "timer-overdue")
        for act in ("suspend", "resume"):
            await inside.post("ops-1", f"/v1/cases/{case}/{act}", {"reason": "its timer is lost"})
        await inside.when(case, outcome="completed")
        await watched.incident(case, "timer-overdue", is_open=False)
        trail = {one["element"] for one in await inside.trail(case)}

    assert lost > 0
    assert found["element"] == "late"
    assert "too_late" in trail


def _lose_timers(folder: Path) -> int:
    """Let the server forget when timers ring; answers how many there were."""
    file = next(iter((folder).rglob("temporal*.db")))
    with contextlib.closing(sqlite3.connect(file)) as store, store:
        return store.execute("DELETE FROM timer_tasks").rowcount


def _break(patch: pytest.MonkeyPatch, huge: str, refused: str) -> None:
    """A release that says too much, and books that refuse what a case did."""

    def tells_all(case: Case) -> CaseResult:
        result = tell(case)
        if case.instance_id != huge:
            return result
        noise = secrets.token_hex(2_400_000)  # 2.4 MB when it is made as small as it can be
        return result.model_copy(update={"variables": {"x": {"t": "string", "v": noise}}})

    async def refuses(table: JournalTable, batch: JournalBatch) -> tuple[MessageDelivery, ...]:
        if batch.instance_id == refused:
            raise ValueError("of Zhang San, born 1980")
        return await append(table, batch)

    tell, append = loop._result, JournalTable.append
    patch.setattr(loop, "_result", tells_all)
    patch.setattr(JournalTable, "append", refuses)


async def _is_too_large(watched: Watched, case: str) -> None:
    """The case has told that it ended; its workflow cannot."""
    await watched.house.tell("docs", case)
    await watched.house.waits(case, "more")
    await watched.house.tell("more", case)
    found = await watched.incident(case, "workflow-task-failing")

    assert found["source"] == "watch"


async def _is_refused(watched: Watched, case: str) -> None:
    await watched.house.tell("docs", case)
    found = await watched.incident(case, "journal-refused")

    assert found["message"].endswith("ValueError.")
    assert "Zhang" not in str(found)
