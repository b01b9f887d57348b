"""A replay that has effects undone first: the newest first, each once, then they are made anew."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from infra import standing
from tests.builders.events import handled
from tests.builders.process import a_process, message
from tests.journeys import changing, many, seen
from tests.journeys.clock import WallClock
from tests.journeys.crashing import Death, Mortals, file_server, forking
from tests.journeys.house import House, house
from tests.journeys.test_replay import a_relay
from tests.journeys.working import working
from workflows.domain import findings

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

T = TypeVar("T")
Json = dict[str, Any]
HUSBAND = {"partyId": "PT-S7", "relation": "SPOUSE", "share": "60"}
ACCOUNT = {"payeeAccountId": "AC-PARTIAL-1", "lossAcknowledged": True}
SON = {"partyId": "PT-S7-B", "relation": "CHILD", "share": "40"}


@pytest_asyncio.fixture
async def home(
    furnished: Path,
    tmp_path: Path,
    dev_server: WorkflowEnvironment,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[House]:
    """The house on a real server: the time-skipping one knows no reset."""
    monkeypatch.setattr(standing, "KEPT_SECONDS", 0.0)
    folder = tmp_path / "house"
    shutil.copytree(furnished, folder)
    clock = WallClock("2026-10-12T09:30:00+08:00")
    client = dev_server.client
    async with house(folder, client, clock) as opened, working(opened.settings, client):
        yield opened


async def committed(home: House, to: int = 350000) -> str:
    """A partial surrender that is committed, and whose payment operations hold back."""
    await standstill(home, "suspend")
    case = await home.request("P-PARTIAL", item="PARTIAL", request={"newSumAssured": to})
    await decided(home, case, "make", "approval/check")

    async def held() -> bool | None:
        reasons = (await home.case(case))["reasons"]
        return any(one["kind"] == "held" for one in reasons) or None

    await home.eventually(held, case, "held")
    await standstill(home, "resume")  # nobody tells the case: it waits on
    return case


async def standstill(home: House, act: str) -> None:
    order = {"kind": "activity", "target": "execution.pay", "reason": "for a look"}
    await home.post("ops-1", f"/v1/standstills/{act}", order)


async def decided(home: House, case: str, *elements: str) -> None:
    people = {"make": "checker-1", "approval/check": "checker-2"}
    for element in elements:
        await home.decide(people[element], case, element)


async def replay(home: House, case: str, order: Json) -> Json:
    """Two people order the very same."""
    path, body = f"/v1/cases/{case}/replay", {"reason": "quoted wrongly", **order}
    alone = await home.ask("ops-1", "POST", path, json=body)
    assert alone.json()["type"] == "/problems/second-person", alone.text
    return await home.post("ops-2", path, body)


async def answered(home: House, case: str) -> Json:
    answer = await home.waits(case, "follow_up/survey_answered")
    await home.tell("survey.answered", answer["key"], csat=5)
    return await home.when(case, status="CLOSED", outcome="completed")


def made(home: House, case: str, kind: str) -> list[str]:
    """The keys of a case's effects of a kind, in the order of their commits, by their ends."""
    query = (
        "SELECT effects.key FROM effects JOIN audit ON audit.object_id = effects.key "
        "WHERE effects.case_id = ? AND effects.kind = ? AND action = 'effect' ORDER BY seq"
    )
    return [str(row[0]).rpartition("/")[2] for row in home.rows(query, case, kind)]


def undone(home: House, case: str) -> list[str]:
    """What was undone by the replay, in order: types and elements."""
    query = (
        "SELECT kind, element FROM effects JOIN audit ON audit.object_id = effects.key "
        "WHERE effects.case_id = ? AND effects.key LIKE '%:undo' AND action = 'effect' ORDER BY seq"
    )
    return [f"{kind} at {element}" for kind, element in home.rows(query, case)]


def versions(home: House, policy_no: str) -> list[str]:
    query = "SELECT cause FROM policy_versions WHERE policy_no = ? ORDER BY no"
    return [row[0] for row in home.rows(query, policy_no)]


async def test_a_stuck_case_undoes_what_it_committed_and_pays_by_the_corrected_request(
    home: House,
) -> None:
    case = await committed(home)
    first = (await home.case(case))["quote"]["net"]
    order = {"to": "quote", "variables": {"request": {**ACCOUNT, "newSumAssured": 400000}}}
    path = f"/v1/cases/{case}/replay"

    unsaid = await home.ask("ops-1", "POST", path, json={"reason": "quoted wrongly", **order})
    would = await home.post(
        "ops-1", path, {"reason": "look", "dryRun": True, "undo": True, **order}
    )
    await replay(home, case, {**order, "undo": True})
    await decided(home, case, "make", "approval/check")
    page = await answered(home, case)

    assert (unsaid.status_code, unsaid.json()["type"]) == (409, "/problems/undo-or-keep")
    assert [(one["kind"], one["by"]) for one in would["effectsUndone"]] == [
        ("execution.commit", "execution.reverse"),
        ("execution.reserve", "execution.release"),
    ]
    assert (would["effectsKept"], would["effectsFixed"]) == ([], [])
    assert undone(home, case) == ["execution.reverse at commit", "execution.release at reserve"]
    assert [key.endswith("~2") for key in made(home, case, "execution.commit")] == [False, True]
    assert versions(home, "P-PARTIAL")[-3:] == ["PARTIAL", "REVERSAL", "PARTIAL"]
    assert (first, page["quote"]["net"]) == ("25920.00", "17280.00")
    assert [sent.amount_minor for sent in home.bank.payments()] == [1_728_000]
    ledger = await home.ledger(case)
    assert seen.is_balanced(ledger)
    assert sorted(one["state"] for one in ledger["obligations"]) == ["CANCELLED", "SETTLED"]
    query = "SELECT voided_at IS NULL FROM endorsements WHERE case_id = ? ORDER BY policy_version"
    assert home.rows(query, case) == [(0,), (1,)]
    await acts_are_told(home, case)


@pytest.mark.long
@pytest.mark.parametrize("ended_by", ["cancel", "terminate"])
async def test_an_ended_case_undoes_before_it_goes_on(home: House, ended_by: str) -> None:
    case = await committed(home)
    if ended_by == "cancel":
        await home.post("ops-1", f"/v1/cases/{case}/cancel", {"reason": "by mistake"})
        await home.when(case, outcome="terminated")
    else:
        await home.client.get_workflow_handle(case).terminate("by mistake")

    await replay(home, case, {"to": "commit", "undo": True})
    await decided(home, case, "approval/check")  # made in the same workflow task as the commit
    page = await answered(home, case)

    assert undone(home, case) == ["execution.reverse at commit", "execution.release at reserve"]
    assert page["quote"]["net"] == "25920.00"
    assert [sent.amount_minor for sent in home.bank.payments()] == [2_592_000]
    assert seen.is_balanced(await home.ledger(case))
    await acts_are_told(home, case)


@pytest.mark.long
async def test_a_completed_case_is_undone_and_done_anew(home: House) -> None:
    case = await changing.beneficiaries(home, "P-S7", "PT-S7", HUSBAND, SON)
    await changing.answers(home, case, "PT-S7-W", "GIVEN")
    await decided(home, case, "make", "approval/check")
    await answered(home, case)

    await replay(home, case, {"to": "commit", "undo": True})
    await decided(home, case, "approval/check")
    await decided(home, case, "approval/check")  # the policy has moved on: on what it says now
    await answered(home, case)

    assert undone(home, case) == ["execution.reverse_change at commit"]
    assert versions(home, "P-S7") == [
        "ISSUE", "BENEFICIARY_CHANGE", "REVERSAL", "BENEFICIARY_CHANGE",
    ]  # fmt: skip


@pytest.mark.long
async def test_money_that_moved_is_undone_by_no_replay(home: House) -> None:
    case = await home.request("P-PARTIAL", item="PARTIAL", request={"newSumAssured": 350000})
    await decided(home, case, "make", "approval/check")
    await answered(home, case)
    path, body = f"/v1/cases/{case}/replay", {"reason": "look", "to": "commit", "undo": True}

    would = await home.post("ops-1", path, {**body, "dryRun": True})
    refused = await home.ask("ops-1", "POST", path, json=body)

    assert [one["kind"] for one in would["effectsFixed"]] == ["execution.pay", "execution.settle"]
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/cannot-be-undone")
    assert undone(home, case) == []


CLOSE = (
    '<bpmn:serviceTask id="close" isForCompensation="true"><bpmn:extensionElements>'
    '<zeebe:taskDefinition type="anomaly.close" /><zeebe:ioMapping>'
    '<zeebe:input source="=found" target="anomalyId" />'
    '<zeebe:input source="=&#34;REPAIRED&#34;" target="outcome" /></zeebe:ioMapping>'
    "</bpmn:extensionElements></bpmn:serviceTask>"
)


async def handled_case(home: House) -> str:
    """It records something that its drawn handler closes, and has come to its end."""
    drawn = a_process("drawn").start("s").receive("begin", message("begin", "=caseId"))
    inputs = {"class": '="SYSTEM"', "reason": '="BUG"'}
    drawn = drawn.service(
        "record", "anomaly.record", inputs=inputs, outputs={"found": "=anomaly.id"}
    )
    handled(drawn, "record", "close", CLOSE)
    drawn = drawn.receive("more", message("more", "=caseId")).end("e")
    await home.post("ops-1", "/v1/definitions", {"files": {"drawn.bpmn": drawn.xml().decode()}})
    case = await home.request("P-PARTIAL", process="drawn")
    for name in ("begin", "more"):
        await home.waits(case, name)
        await home.tell(name, case)
    await home.when(case, outcome="completed")
    return case


@pytest.mark.long
async def test_what_its_drawn_handler_cannot_undo_holds_the_case_until_it_can(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await handled_case(home)

    async def standing() -> Json | None:
        reasons = (await home.case(case))["reasons"]
        return next((one for one in reasons if "not undone" in str(one)), None)

    with monkeypatch.context() as patch:
        patch.setattr(findings, "may_close", lambda *_: False)
        await replay(home, case, {"to": "record", "undo": True})
        reason = await home.eventually(standing, case, "standing still")
    held = [made(home, case, kind) for kind in ("anomaly.record", "anomaly.close")]
    await home.post("ops-1", f"/v1/cases/{case}/resume", {"reason": "it can be closed now"})
    relaying = asyncio.create_task(a_relay(home).run())  # what the case had heard comes again
    await home.when(case, outcome="completed")
    relaying.cancel()

    assert reason["kind"] == "suspended"
    assert [len(one) for one in held] == [1, 0]
    assert undone(home, case) == ["anomaly.close at record"]
    assert [key.endswith("~2") for key in made(home, case, "anomaly.record")] == [False, True]
    states = home.rows("SELECT closed_at IS NULL FROM anomalies WHERE case_id = ?", case)
    assert sorted(states) == [(0,), (1,)]
    assert (await home.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"]


@pytest.mark.long
async def test_a_batch_of_replays_undoes_first_and_leaves_out_who_cannot(home: House) -> None:
    paid = await home.request("P-PARTIAL", item="PARTIAL", request={"newSumAssured": 350000})
    await decided(home, paid, "make", "approval/check")
    await answered(home, paid)
    case = await committed(home, 300000)
    order = {
        "do": "replay",
        "filter": {"caseIds": [case, paid]},
        "to": "commit",
        "undo": True,
        "failureShare": 1,
        "reason": "quoted wrongly",
    }

    alone = await home.ask("ops-1", "POST", "/v1/batches", json=order)
    batch = (await home.post("ops-2", "/v1/batches", order))["batch"]["batchId"]
    ended = {**order, "filter": {"caseIds": [paid], "outcome": "completed"}}
    await home.ask("ops-1", "POST", "/v1/batches", json=ended)
    other = (await home.post("ops-2", "/v1/batches", ended))["batch"]["batchId"]
    await many.finished(home, batch)
    await many.finished(home, other)
    await decided(home, case, "approval/check")
    await answered(home, case)

    assert alone.json()["type"] == "/problems/second-person"
    assert undone(home, case) == ["execution.reverse at commit", "execution.release at reserve"]
    rows = home.rows("SELECT case_id, state FROM batch_items ORDER BY batch_id = ?", batch)
    assert sorted(rows) == sorted([(case, "DONE"), (paid, "FAILED")])


KILLED = [
    Death(failpoint="effect.after_commit"),  # the commit is reversed, and the case has not heard
    Death(failpoint="effect.before_commit"),  # the reservation is not let go of
    Death(failpoint="effect.after_commit"),  # now it is
    Death(failpoint="effect.before_commit"),
]


@pytest.mark.long
@pytest.mark.timeout(400)
async def test_workers_killed_in_the_middle_of_undoing_undo_everything_once(
    furnished: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "house"
    shutil.copytree(furnished, folder)
    clock = WallClock("2026-10-12T09:30:00+08:00")
    async with (
        file_server(tmp_path) as (client, address),
        forking() as spawning,
        house(folder, client, clock, task_queue="undone") as inside,
    ):
        inside.patience, inside.repeats = 150.0, True
        mortals = Mortals(house=inside, address=address, spawning=spawning, deaths=())
        case = await during(mortals, committed(inside))
        mortals.deaths = KILLED
        page = await during(mortals, replayed_to_the_end(inside, case))

        assert mortals.died == KILLED
        assert undone(inside, case) == [
            "execution.reverse at commit",
            "execution.release at reserve",
        ]
        assert page["quote"]["net"] == "25920.00"
        assert [sent.amount_minor for sent in inside.bank.payments()] == [2_592_000]
        assert versions(inside, "P-PARTIAL").count("REVERSAL") == 1
        assert seen.is_balanced(await inside.ledger(case))
        await acts_are_told(inside, case)


async def replayed_to_the_end(home: House, case: str) -> Json:
    await replay(home, case, {"to": "commit", "undo": True})
    await decided(home, case, "approval/check")
    return await answered(home, case)


async def during(mortals: Mortals, doing: Coroutine[Any, Any, T]) -> T:
    """Do something while workers live and die."""
    working, playing = asyncio.create_task(mortals.work()), asyncio.create_task(doing)
    try:
        await asyncio.wait({working, playing}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
        return await playing
    finally:
        for task in (working, playing):
            task.cancel()
        await asyncio.gather(working, playing, return_exceptions=True)


async def acts_are_told(home: House, case: str) -> None:
    told = [one["data"] for one in await home.trail(case) if one["kind"] == "operatorActed"]
    by = {one["act"]: one for one in told}
    assert by["case.replay"]["proposedBy"] == "ops-1"
    assert by["case.replay"]["undo"] == by["replay.undo"]["undone"]
    query = "SELECT detail FROM audit WHERE stream = ? AND action = 'case.replay.ordered'"
    ((detail,),) = home.rows(query, case)
    assert len(json.loads(detail)["undoes"]) == len(by["replay.undo"]["undone"])
    assert (await home.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"]
