"""Thresholds stand in tables: in production what is new is deployed by two people."""

from dataclasses import replace

import httpx

from tests.api.door import Door, is_problem
from tests.builders.process import a_process


def by_two(door: Door) -> Door:
    """Deploy as production does."""
    door.app.state.deployment = replace(door.deployment, deploys_by_two=True)
    return door


def a_model(name: str) -> dict[str, str]:
    drawn = a_process("thresholds").start("s").task(name).flow().end("e")
    return {"new.bpmn": drawn.xml().decode()}


async def deploy(door: Door, files: dict[str, str], by: str, role: str = "ops") -> httpx.Response:
    body = {"files": files, "reason": "a lower threshold"}
    return await door.post("/v1/definitions", body, role, subject=by)


async def test_in_production_what_is_new_is_deployed_by_two_people(door: Door):
    by_two(door)
    first = await deploy(door, a_model("a"), "ops-1")
    same_person = await deploy(door, a_model("a"), "ops-1")
    other_files = await deploy(door, a_model("b"), "ops-2")
    none_yet = (await door.get("/v1/definitions?process=thresholds")).json()["definitions"]
    agreed = await deploy(door, a_model("a"), "admin-1", "admin")

    for refused in (first, same_person, other_files):
        assert is_problem(refused, 409, "second-person")
    assert none_yet == []
    assert agreed.status_code == 201, agreed.text
    assert agreed.json()["definitions"][0]["deployedBy"] == "admin-1"
    async with door.deployment.database.work() as books:
        records = [each.change for each in await books.audit.records("definitions")]
    assert [(one.action, one.actor) for one in records[-3:]] == [
        ("repair.propose", "ops-1"), ("repair.propose", "ops-2"), ("definition.deploy", "admin-1"),
    ]  # fmt: skip
    assert records[-1].detail["proposedBy"] == "ops-1"


async def test_what_is_deployed_already_takes_nobody_else(door: Door):
    by_two(door)
    await deploy(door, a_model("a"), "ops-1")
    await deploy(door, a_model("a"), "ops-2")

    again = await deploy(door, a_model("a"), "ops-1")
    changed = await deploy(door, a_model("c"), "ops-1")

    assert (again.status_code, again.json()["definitions"][0]["version"]) == (201, 1)
    assert is_problem(changed, 409, "second-person")


async def test_what_could_not_be_deployed_is_not_proposed_either(door: Door):
    by_two(door)
    broken = a_process("thresholds").start("s").node("complexGateway", "g").end("e")

    refused = await deploy(door, {"new.bpmn": broken.xml().decode()}, "ops-1")

    assert is_problem(refused, 422, "model-invalid")
    assert door.scalar("SELECT count(*) FROM repair_proposals") == 0
