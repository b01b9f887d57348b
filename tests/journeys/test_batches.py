"""Twelve cases at a time: replayed, migrated, paused, stopped; each looked at before, each once."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from tests.builders.process import ProcessBuilder, a_process, message
from tests.journeys import many
from tests.journeys.clock import WallClock
from tests.journeys.house import House, house
from tests.journeys.test_events import chores
from tests.journeys.working import working

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

CASES = 12
STUCK = "SELECT count(*) FROM incidents WHERE closed_at IS NULL AND source = 'case'"
OVER = "SELECT count(*) FROM cases WHERE outcome = 'completed'"
WAITING = "SELECT count(*) FROM waits WHERE kind = 'message'"


@pytest_asyncio.fixture
async def home(
    furnished: Path, tmp_path: Path, dev_server: WorkflowEnvironment
) -> AsyncIterator[House]:
    """The house on a real server."""
    folder = tmp_path / "house"
    shutil.copytree(furnished, folder)
    client = dev_server.client
    clock = WallClock("2026-10-12T09:30:00+08:00")
    async with (
        house(folder, client, clock) as opened,
        working(opened.settings, client),
        chores(opened, client),
    ):
        yield opened


async def test_stuck_cases_are_replayed_in_one_batch_each_once(home: House) -> None:
    await many.deploy(home, many.stuck())
    await many.begin(home, "manystuck", CASES)
    await many.until(home, STUCK, CASES)
    many.put_on_the_books(home)
    wanted = {"process": "manystuck", "element": "look"}
    looked = await many.batch(home, "replay", wanted, dryRun=True)
    untouched = many.count(home, "SELECT count(*) FROM batches")
    made = await many.batch(home, "replay", wanted, rate=6)
    batch_id = made["batch"]["batchId"]
    slow = {"reason": "a look", "dryRun": True}
    would = await home.post("ops-1", f"/v1/batches/{batch_id}/pause", slow)
    paused = await home.post("ops-1", f"/v1/batches/{batch_id}/pause", {"reason": "a look"})
    seen = await home.get("ops-1", f"/v1/batches/{batch_id}")
    await home.post("ops-1", f"/v1/batches/{batch_id}/resume", {"reason": "it is well"})
    done = await many.finished(home, batch_id)
    await many.until(home, OVER, CASES)
    results = await home.get("auditor-1", f"/v1/batches/{batch_id}/results", limit=5)
    again = await home.ask(
        "ops-1", "POST", f"/v1/batches/{batch_id}/cancel", json={"reason": "too late"}
    )

    assert (looked["total"], looked["batch"], untouched) == (CASES, None, 0)
    assert (would["dryRun"], would["state"], paused["state"]) == (True, "PAUSED", "PAUSED")
    assert paused["dryRun"] is False
    assert (seen["state"], seen["left"] + seen["done"]) == ("PAUSED", CASES)
    assert (done["state"], done["done"], done["failed"]) == ("COMPLETED", CASES, 0)
    many.nothing_twice(home, CASES)
    assert len(results["results"]) == 5
    assert results["next"] is not None
    assert again.status_code == 409
    acts = home.rows("SELECT action, actor FROM audit WHERE stream = ? ORDER BY seq", batch_id)
    assert acts == [
        ("batch.order", "ops-1"),
        ("batch.paused", "ops-1"),
        ("batch.running", "ops-1"),
        ("batch.completed", "system"),
    ]


@pytest.mark.long
async def test_waiting_cases_go_over_to_a_model_with_another_join_and_back(home: House) -> None:
    old, half = await _half_gathered(home)
    new = await many.deploy(home, many.changed())
    plan = await home.get("ops-1", f"/v1/definitions/manywait/{old}/migration", to=new)
    wanted = {"process": "manywait", "version": old}
    looked = await many.batch(home, "migrate", wanted, toVersion=new, dryRun=True)
    made = await many.batch(home, "migrate", wanted, toVersion=new, rate=50)
    done = await many.finished(home, made["batch"]["batchId"])
    assert (done["state"], done["done"]) == ("COMPLETED", CASES), many.refusals(home)
    case = str(home.rows("SELECT id FROM cases WHERE process_id = 'manywait'")[0][0])
    back = {"reason": "for a look", "undo": True}
    undone = await home.post("ops-1", f"/v1/cases/{case}/migration", back)
    there = await home.case(case)
    await _all_go_back_and_over_again(home, old, new)
    await home.post("ops-1", f"/v1/cases/{case}/migration", back)
    body = {"reason": "once more", "to": new}
    foreseen = await home.post("ops-1", f"/v1/cases/{case}/migration", {**body, "dryRun": True})
    await home.post("ops-1", f"/v1/cases/{case}/migration", body)
    await _everything_comes(home, half)
    page = await home.case(case)

    assert {"source": "join", "target": "gathered", "by": "neighbours"} in plan["matches"]
    assert all(item["forecast"]["faults"] == [] for item in looked["items"][:10])
    assert undone["instances"][0]["to"] == old
    assert "gather" not in {one["element"] for one in there["waits"]}
    after = foreseen["instances"][0]["forecast"]["after"]
    assert "late" in {one["element"] for one in after["waits"]}
    assert page["version"] == new
    assert many.count(home, "SELECT count(*) FROM cases WHERE outcome <> 'completed'") == 0


async def test_a_batch_in_which_too_many_fail_stops_and_says_so(home: House) -> None:
    await many.deploy(home, many.stuck())
    await many.begin(home, "manystuck", CASES)
    await many.until(home, STUCK, CASES)
    made = await many.batch(home, "resume", {"process": "manystuck"}, rate=10, failureShare=0.5)
    batch_id = made["batch"]["batchId"]
    told = await many.finished(home, batch_id)
    failed = await home.get("ops-1", f"/v1/batches/{batch_id}/results", state="FAILED")
    await home.post("ops-1", f"/v1/batches/{batch_id}/cancel", {"reason": "a wrong act"})
    over = await home.get("ops-1", f"/v1/batches/{batch_id}")

    assert (told["state"], told["failed"], told["left"]) == ("STOPPED", 10, 2)
    assert {one["problem"] for one in failed["results"]} == {"not-suspended"}
    assert over["state"] == "CANCELLED"


@pytest.mark.long
async def test_a_batch_of_replays_corrects_variables_of_each_when_two_people_order_it(
    home: House,
) -> None:
    drawn = a_process("manystuck").start("s", message("go"))
    at = '=date and time("2026-10-12T09:30:00+08:00")'
    inputs = {"policyNo": "=wanted", "noticeArrivedAt": at}
    drawn.service("look", "verification.policy", retries="1", inputs=inputs)
    await many.deploy(home, drawn.end("e"))
    await many.begin(home, "manystuck", 3)
    await many.until(home, STUCK, 3)
    order = {"process": "manystuck", "element": "look"}
    found = {"variables": {"wanted": "P-PARTIAL"}}
    body = {"do": "replay", "filter": order, "reason": "the policy was missing", **found}

    looked = await home.post("ops-1", "/v1/batches", {**body, "dryRun": True})
    alone = await home.ask("ops-1", "POST", "/v1/batches", json=body)
    made = await home.post("ops-2", "/v1/batches", body)
    done = await many.finished(home, made["batch"]["batchId"])
    await many.until(home, OVER, 3)
    wrong = await home.ask("ops-1", "POST", "/v1/batches", json={**body, "do": "suspend"})

    assert (looked["wantsTwo"], looked["total"]) == (True, 3)
    assert (alone.status_code, alone.json()["type"]) == (409, "/problems/second-person")
    assert (done["done"], done["proposedBy"], done["orderedBy"]) == (3, "ops-1", "ops-2")
    proposed = "SELECT DISTINCT actor, proposed_by FROM replays"
    assert home.rows(proposed) == [("ops-2", "ops-1")]
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/no-variables")


async def _half_gathered(home: House) -> tuple[int, list[str]]:
    """Cases at a join, half of them with one of two messages: the version, their keys."""
    old = await many.deploy(home, many.waiting())
    await many.begin(home, "manywait", CASES)
    await many.until(home, WAITING, 2 * CASES)
    half = [f"k{number}" for number in range(0, CASES, 2)]
    await many.tell(home, "second", half)
    await many.until(home, WAITING, 2 * CASES - len(half))
    return old, half


async def _all_go_back_and_over_again(home: House, old: int, new: int) -> None:
    """All but the one that has gone back by itself, which is refused in its row."""
    versions = "SELECT DISTINCT version FROM cases WHERE process_id = 'manywait'"
    back = await many.batch(home, "migrate", {"process": "manywait"}, undo=True, rate=50)
    told = await many.finished(home, back["batch"]["batchId"])
    gone = home.rows(versions)
    over = {"process": "manywait", "version": old}
    again = await many.batch(home, "migrate", over, toVersion=new, rate=50)
    await many.finished(home, again["batch"]["batchId"])

    assert (told["done"], told["failed"], gone) == (CASES - 1, 1, [(old,)])
    assert home.rows(versions) == [(new,)]


@pytest.mark.long
async def test_a_batch_takes_what_cases_called_of_a_process_to_its_new_version(home: House) -> None:
    inner = a_process("manyinner").start("s").receive("first", message("first", "=name"))
    outer = a_process("manywait").start("s", message("come")).call("c", "manyinner").end("e")
    old = await many.deploy(home, inner.end("e"))
    await many.deploy(home, outer)
    await many.begin(home, "manywait", 3)
    await many.until(home, WAITING, 3)
    inner = a_process("manyinner").start("s").receive("first", message("first", "=name"))
    new = await many.deploy(home, inner.script("told", "=1", "one").end("e"))
    wanted = {"process": "manyinner", "version": old}
    made = await many.batch(home, "migrate", wanted, toVersion=new)
    done = await many.finished(home, made["batch"]["batchId"])
    results = await home.get("ops-1", f"/v1/batches/{made['batch']['batchId']}/results")
    await many.tell(home, "first", ["k0", "k1", "k2"])
    await many.until(home, OVER, 3)

    assert (done["state"], done["done"], done["failed"]) == ("COMPLETED", 3, 0), results
    assert all(one["instanceId"] != one["caseId"] for one in results["results"])
    passed = "SELECT count(*) FROM journal WHERE element = 'told' AND kind = 'elementCompleted'"
    assert many.count(home, passed) == 3


@pytest.mark.long
async def test_a_case_goes_over_together_with_what_it_called(home: House) -> None:
    """The called process by a plan of its own; whoever can not go keeps both where they are."""

    def drawn(more: str) -> list[ProcessBuilder]:
        inner = a_process("manyinner").start("s").receive("first", message("first", "=name"))
        outer = a_process("manywait").start("s", message("come")).call("c", "manyinner")
        return [one.script(more, "=1", more).end("e") for one in (inner, outer)]

    old = [await many.deploy(home, one) for one in drawn("before")]
    await many.begin(home, "manywait", 1)
    await many.until(home, WAITING, 1)
    case = str(home.rows("SELECT id FROM cases")[0][0])
    new = [await many.deploy(home, one) for one in drawn("after")]
    none = await many.deploy(home, a_process("manyinner").start("s").user("look").end("e"))
    path, order = f"/v1/cases/{case}/migration", {"reason": "together", "to": new[1]}

    wrong = {**order, "calls": {"manyinner": none}}
    refused = await home.ask("ops-1", "POST", path, json=wrong)
    kept = await home.case(case)
    done = await home.post("ops-1", path, {**order, "calls": {"manyinner": new[0]}})
    await many.tell(home, "first", ["k0"])
    await many.until(home, OVER, 1)
    passed = {one["element"] for one in await home.trail(case)}

    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/cannot-migrate")
    assert kept["version"] == old[1]
    assert [one["to"] for one in done["instances"]] == [new[1], new[0]]
    assert "after" in passed
    assert "before" not in passed


async def _everything_comes(home: House, known: list[str]) -> None:
    rest = [f"k{number}" for number in range(CASES)]
    await many.tell(home, "first", rest)
    await many.tell(home, "second", [key for key in rest if key not in known])
    await many.until(home, OVER, CASES)
