"""``baoquan migration plan|run|undo``."""

import json

import httpx
import pytest

from tests.api.cli.conftest import read
from tests.api.door import Door

WHY = ("--reason", "for a test", "--as", "ops-1")


@pytest.fixture
def versioned(server, case_id):
    """A case that goes by the deployed version."""
    door = Door(server.app, httpx.AsyncClient(), server.hand)
    newest = server.do(_newest(door))
    data = {"processId": newest.process_id, "version": 1, "programHash": newest.bundle_hash}
    server.do(door.journal(case_id, {"kind": "caseStarted", "data": data}))
    return case_id


async def _newest(door):
    async with door.deployment.database.reading() as room:
        return await room.definitions.latest("contract_termination")


def test_a_plan_is_shown_and_written_into_a_file_to_edit(baoquan, tmp_path):
    out = tmp_path / "plan.json"

    shown = baoquan(
        "migration", "plan", "contract_termination", "1", "--out", str(out), "--as", "ops-1"
    ).output

    assert "contract_termination 1 to 1:" in shown
    plan = json.loads(out.read_text())
    assert plan["elements"]
    assert all(one == other for one, other in plan["elements"].items())


def test_a_migration_is_looked_at_then_ordered_with_the_edited_plan(
    baoquan, cases, versioned, tmp_path
):
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"elements": {}}))
    options = ("--to", "1", "--plan", str(plan), *WHY)

    looked = baoquan("migration", "run", versioned, "--dry-run", *options).output
    untouched = list(cases.acts)
    told = read(baoquan("migration", "run", versioned, *options, "--json"))

    assert "would go on by contract_termination 1" in looked
    assert untouched == []
    ((instance, order),) = cases.acts
    assert (instance, order.act.act, order.act.elements) == (versioned, "migrate", {})
    assert told["instances"][0]["to"] == 1


def test_what_the_case_called_goes_over_with_it(baoquan, cases, server, versioned):
    door, called = Door(server.app, httpx.AsyncClient(), server.hand), f"{versioned}/call/7"
    goal = server.do(_newest(door))
    data = {"processId": goal.process_id, "version": 7, "programHash": goal.bundle_hash}
    server.do(door.journal(versioned, {"kind": "caseStarted", "data": data}, instance=called))
    run = ("migration", "run", versioned, "--to", "1", "--call", "contract_termination=1", *WHY)

    looked = read(baoquan(*run, "--dry-run", "--json"))["instances"]
    read(baoquan(*run, "--json"))

    assert [one["instanceId"] for one in looked] == [versioned, called]
    assert [instance for instance, _ in cases.acts] == [versioned, called]
    first, second = (order for _, order in cases.acts)
    assert first.request_id != second.request_id
    assert baoquan(*run[:-4], "--call", "nonsense", *WHY).exit_code == 2


def test_what_was_never_migrated_is_not_taken_back(baoquan, versioned):
    result = baoquan("migration", "undo", versioned, *WHY)

    assert result.exit_code == 1
    assert "never migrated" in result.output


def test_the_newest_migration_is_taken_back_by_the_plan_it_left(baoquan, cases, server, versioned):
    door = Door(server.app, httpx.AsyncClient(), server.hand)
    back = {
        "version": 1,
        "programHash": "a" * 64,
        "elements": {"new": "old"},
        "flows": {},
        "dues": {"late": "2026-10-19T23:59:59+08:00"},
    }
    data: dict[str, object] = {
        "act": "case.migrate",
        "actor": "ops-1",
        "role": "ops",
        "reason": "r",
    }
    data |= {"requestId": "m-1", "version": 2, "programHash": "b" * 64, "back": back}
    server.do(door.journal(versioned, {"kind": "operatorActed", "data": data}))

    read(baoquan("migration", "undo", versioned, *WHY, "--json"))

    act = cases.acts[0][1].act
    assert (act.version, act.elements, act.undoes) == (1, {"new": "old"}, "m-1")
    assert act.dues["late"].isoformat() == "2026-10-19T23:59:59+08:00"
