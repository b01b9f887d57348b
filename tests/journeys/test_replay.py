"""A case that came to a wrong end is replayed: it ends right, and nothing is done twice."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import shutil
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment
from typer.testing import CliRunner

from activities.execution import quoting
from api.case_client import StartOrder
from api.cli.__main__ import assembled
from api.intake import start_order
from api.routers import cases
from infra.db.journal.replays import Replay
from tests.builders.process import a_process, message
from tests.journeys import seen
from tests.journeys.clock import WallClock
from tests.journeys.house import House, house
from tests.journeys.working import working
from workers.relay import Relay
from workflows.contracts.case import Limits

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

Json = dict[str, Any]


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


async def replay(house: House, case: str, **order: object) -> Json:
    body = {"reason": "the cause was mended", **order}
    return await house.post("ops-1", f"/v1/cases/{case}/replay", body)


def effects(house: House, case: str) -> list[str]:
    query = "SELECT element FROM effects WHERE case_id = ? ORDER BY element"
    return [row[0] for row in house.rows(query, case)]


async def asked(house: House) -> str:
    return await house.request("P-PARTIAL", item="PARTIAL", request={"newSumAssured": 350000})


async def decided(house: House, case: str, *elements: str) -> None:
    people = {"make": "checker-1", "approval/check": "checker-2"}
    for element in elements:
        await house.decide(people[element], case, element)


async def answered(house: House, case: str) -> Json:
    answer = await house.waits(case, "follow_up/survey_answered")
    await house.tell("survey.answered", answer["key"], csat=5)
    return await house.when(case, status="CLOSED", outcome="completed")


async def test_a_cancelled_case_goes_on_from_before_it_was_cancelled(home: House) -> None:
    case = await asked(home)
    await home.task("checker-1", case, "make")
    await home.post("ops-1", f"/v1/cases/{case}/cancel", {"reason": "by mistake"})
    await home.when(case, outcome="terminated")
    before = effects(home, case)

    would = await replay(home, case, dryRun=True)
    at = would["point"]["eventId"]
    named = await replay(home, case, to=at, dryRun=True)
    done = await replay(home, case, to=at, runId=would["point"]["runId"])

    assert named["point"]["eventId"] == at
    assert would["point"]["why"] == "before the case was cancelled"
    assert [one["element"] for one in would["reopened"] if one["waitsFor"] == "task"] == ["make"]
    assert done["newRunId"] != would["point"]["runId"]
    await home.when(case, outcome=None, finishedAt=None)
    await decided(home, case, "make", "approval/check")
    page = await answered(home, case)
    assert page["quote"]["net"] == "25920.00"
    assert [one for one in effects(home, case) if one in before] == before
    assert len(effects(home, case)) == len(set(effects(home, case)))
    await acts_are_told(home, case, ["case.cancel", "case.replay"])


async def test_a_completed_case_is_decided_anew_and_the_ledger_stays(home: House) -> None:
    case = await asked(home)
    await decided(home, case, "make", "approval/check")
    await answered(home, case)
    ledger, made = await home.ledger(case), effects(home, case)
    paid = [sent.amount_minor for sent in home.bank.payments()]

    would = await replay(home, case, dryRun=True)
    await replay(home, case)

    assert [one["element"] for one in would["decisionsAgain"]] == ["approval/check"]
    assert would["effectsKept"]
    await decided(home, case, "approval/check")
    await home.when(case, status="CLOSED", outcome="completed")
    assert await home.ledger(case) == ledger
    assert effects(home, case) == made
    assert [sent.amount_minor for sent in home.bank.payments()] == paid
    assert seen.is_balanced(ledger)
    await acts_are_told(home, case, ["case.replay"])


async def test_a_case_stuck_by_a_bug_comes_to_its_end_once_it_is_mended(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(quoting, "value", broken)
        case = await asked(home)
        stuck = await incident(home, case)
    before = effects(home, case)

    would = await replay(home, case, dryRun=True)
    await replay(home, case)

    assert would["point"]["element"] == stuck["element"]
    await decided(home, case, "make", "approval/check")
    page = await answered(home, case)
    assert page["incidents"] == []
    assert set(before) <= set(effects(home, case))
    assert len(effects(home, case)) == len(set(effects(home, case)))


async def test_of_two_replays_at_once_one_takes_the_case_over(home: House) -> None:
    for _ in range(3):
        case = await asked(home)
        await decided(home, case, "make")
        await home.task("checker-2", case, "approval/check")
        order = {"reason": "looked at by two", "to": "make"}

        answers = await asyncio.gather(
            *(
                home.ask(who, "POST", f"/v1/cases/{case}/replay", json=order)
                for who in ("ops-1", "ops-2")
            )
        )

        lost = next(answer for answer in answers if not answer.is_success)
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        assert lost.json()["type"] in ("/problems/replay-under-way", "/problems/not-latest-run")
        assert home.rows("SELECT count(*) FROM replays WHERE case_id = ?", case) == [(1,)]
        await home.task("checker-1", case, "make")
        await home.post("ops-1", f"/v1/cases/{case}/cancel", {"reason": "enough"})


async def test_an_order_that_a_crash_left_is_completed_by_the_relay(home: House) -> None:
    case = await asked(home)
    await home.task("checker-1", case, "make")
    await home.post("ops-1", f"/v1/cases/{case}/cancel", {"reason": "by mistake"})
    point = (await replay(home, case, dryRun=True))["point"]
    order = Replay(
        id="RP-left",
        case_id=case,
        base_run_id=point["runId"],
        event_id=point["eventId"],
        element=None,
        point_at=datetime.fromisoformat(point["at"]),
        actor="ops-1",
        role="ops",
        reason="the order was given, then the power went",
        at=datetime.fromisoformat(point["at"]),
    )
    async with home.database.work() as books:
        await books.replays.order(order)
    relay = a_relay(home)
    another = await home.ask(
        "ops-1", "POST", f"/v1/cases/{case}/replay", json={"reason": "once more"}
    )

    reasons = {one["kind"] for one in (await home.case(case))["reasons"]}
    await relay.round()
    await relay.round()

    assert (another.status_code, another.json()["type"]) == (409, "/problems/replay-under-way")
    assert reasons == {"replay"}
    await home.when(case, outcome=None, finishedAt=None)
    assert await home.task("checker-1", case, "make")
    await acts_are_told(home, case, ["case.cancel", "case.replay"])


async def test_a_case_is_replayed_with_the_processes_it_called(home: House) -> None:
    """A called process of its own that began after the point begins again, under the same id."""
    inner = a_process("inner").start("s").receive("asked", message("asked", "=caseId")).end("e")
    outer = a_process("outer").start("s").receive("begin", message("begin", "=caseId"))
    outer = outer.call("call", "inner").receive("more", message("more", "=caseId")).end("e")
    files = {"inner.bpmn": inner.xml().decode(), "outer.bpmn": outer.xml().decode()}
    await home.post("ops-1", "/v1/definitions", {"files": files})
    case = await home.request("P-PARTIAL", process="outer")
    for name in ("begin", "asked", "more"):
        await home.waits(case, name)
        await home.tell(name, case)
    await home.when(case, outcome="completed")

    await replay(home, case, to="call")
    relaying = asyncio.create_task(a_relay(home).run())

    await home.when(case, outcome="completed")
    relaying.cancel()
    kinds = [one["kind"] for one in await home.trail(case) if one["element"] == "asked"]
    assert kinds.count("messageConsumed") == 1
    assert (await home.case(case))["reasons"] == []


def a_relay(home: House) -> Relay:
    """A relay to which everything is old enough."""
    return Relay(
        client=home.client,
        database=home.database,
        task_queue=home.settings.task_queue,
        zone=home.settings.zone,
        clock_offset=timedelta(seconds=home.settings.clock_offset + 10),
    )


async def incident(house: House, case: str) -> Json:
    async def looks() -> Json | None:
        return next(iter((await house.case(case))["incidents"]), None)

    return await house.eventually(looks, case, "stuck")


async def acts_are_told(house: House, case: str, acts: list[str]) -> None:
    """In the trail with a reason, and in the audit chain with actor and role and without it."""
    told = [one["data"] for one in await house.trail(case) if one["kind"] == "operatorActed"]
    query = (
        "SELECT action, actor, detail FROM audit WHERE stream = ? "
        "AND action IN ('case.cancel', 'case.replay') ORDER BY seq"
    )
    rows = house.rows(query, case)
    assert [row[0] for row in rows] == acts
    assert {row[1] for row in rows} == {"ops-1"}
    assert all('"role":"ops"' in row[2] and '"reason":' not in row[2] for row in rows)
    assert told[-1]["act"] == acts[-1]
    assert told[-1]["reason"]
    assert (await house.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"]


@pytest.mark.long
async def test_a_case_of_many_runs_is_taken_up_in_an_earlier_one(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "start_order", _in_many_runs(start_order))
    case = await asked(home)
    await decided(home, case, "make", "approval/check")
    await answered(home, case)
    ledger, made, paid = await home.ledger(case), effects(home, case), len(home.bank.payments())
    newest = (await home.client.get_workflow_handle(case).describe()).run_id

    would = await replay(home, case, dryRun=True)
    told = await replay(home, case)
    await decided(home, case, "approval/check")
    await home.when(case, status="CLOSED", outcome="completed")
    too_far = await home.ask(
        "ops-1", "POST", f"/v1/cases/{case}/replay", json={"reason": "once more", "to": 1}
    )

    assert would["point"]["runId"] not in {newest, told["newRunId"]}
    assert [one["element"] for one in would["decisionsAgain"]] == ["approval/check"]
    assert await home.ledger(case) == ledger
    assert effects(home, case) == made
    assert len(home.bank.payments()) == paid
    assert "newest run" in too_far.json()["detail"]
    await acts_are_told(home, case, ["case.replay"])


def _in_many_runs(order: Callable[..., StartOrder]) -> Callable[..., StartOrder]:
    """The case goes on in another run at every rest."""

    def short(*given: Any) -> StartOrder:
        made = order(*given)
        limited = made.input.model_copy(update={"limits": Limits(events=1)})
        return dataclasses.replace(made, input=limited)

    return short


async def test_a_failed_case_is_replayed_from_the_command_line_and_nothing_is_done_twice(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await asked(home)
    await decided(home, case, "make")
    await home.task("checker-2", case, "approval/check")
    await home.client.get_workflow_handle(case).terminate("by mistake")
    before = effects(home, case)
    monkeypatch.setenv("BAOQUAN_URL", home.settings.public_url)

    would = await baoquan("replay", case, "--reason", "ended by mistake", "--dry-run")
    told = await baoquan("replay", case, "--reason", "ended by mistake", "--json")

    assert f"{case} would go on from event" in would
    assert "the last workflow task that was completed" in would
    assert json.loads(told)["newRunId"]
    assert "to be decided again: make (checker-1: approve)" in would
    await decided(home, case, "make", "approval/check")
    page = await answered(home, case)
    assert page["quote"]["net"] == "25920.00"
    assert set(before) <= set(effects(home, case))
    assert len(effects(home, case)) == len(set(effects(home, case)))
    assert [sent.amount_minor for sent in home.bank.payments()] == [2_592_000]
    assert seen.is_balanced(await home.ledger(case))
    shown = await baoquan("case", "show", case)
    assert ": completed" in shown


async def baoquan(*arguments: str) -> str:
    """Run a command as ops-1, against the house's own address."""

    def run() -> str:
        result = CliRunner().invoke(assembled([arguments[0]]), [*arguments, "--as", "ops-1"])
        assert result.exit_code == 0, result.output
        return result.stdout

    return await asyncio.to_thread(run)
