"""Builds of the workers: listed, given a share, pinned, drained; every order in the audit trail."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from fastapi import FastAPI

from api.case_client import CaseClient
from tests.api.builds import CURRENT, NEXT, OLD, PINNED
from tests.api.door import Door, is_problem
from tests.api.insides import Insides

WHY = {"reason": "a quiet day"}


@pytest.fixture
def server(bare_door: Door) -> Insides:
    return Insides(bare_door.deployment.database)


@pytest.fixture
def door(bare_door: Door, app: FastAPI, server: Insides) -> Door:
    client: Any = server
    cases = CaseClient(client, task_queue="cases")
    app.state.deployment = dataclasses.replace(bare_door.deployment, cases=cases)
    return bare_door


def records(door: Door, stream: str) -> list[tuple[str, str]]:
    query = "SELECT action, actor FROM audit WHERE stream = ? ORDER BY seq"
    return [(row[0], row[1]) for row in door.hand.rows(query, stream)]


async def test_builds_are_told_with_their_share_the_newest_first(door: Door) -> None:
    told = (await door.get("/v1/releases", "ops")).json()["builds"]

    assert [(one["buildId"], one["state"], one["share"], one["pinned"]) for one in told] == [
        (OLD, "draining", 0, 1), (NEXT, "inactive", 0, 0), (CURRENT, "current", 100, 0),
    ]  # fmt: skip


async def test_a_share_is_ordered_with_who_and_why(door: Door, server: Insides) -> None:
    path = f"/v1/releases/{NEXT}/ramp"

    would = await door.post(path, {"percent": 10, "dryRun": True, **WHY}, "ops")
    before = list(server.orders)
    done = await door.post(path, {"percent": 10, **WHY}, "ops", key="once-and-again")
    again = await door.post(path, {"percent": 10, **WHY}, "ops", key="once-and-again")

    assert (would.json()["dryRun"], done.json()["dryRun"], before) == (True, False, [])
    assert done.json() == again.json()
    (order,) = server.orders
    assert (order.build_id, order.percentage) == (NEXT, 10)
    assert [action for action, _ in records(door, "releases")] == ["release.ramp"]


async def test_everything_makes_a_build_the_current_one(door: Door, server: Insides) -> None:
    await door.post(f"/v1/releases/{NEXT}/ramp", {"percent": 100, **WHY}, "ops")

    assert server.current == NEXT


async def test_the_current_build_is_not_ramped_down(door: Door, server: Insides) -> None:
    answer = await door.post(f"/v1/releases/{CURRENT}/ramp", {"percent": 10, **WHY}, "ops")

    assert is_problem(answer, 409, "build-is-current")
    assert server.orders == []


async def test_a_drained_build_lets_its_cases_go(door: Door, server: Insides) -> None:
    path = f"/v1/releases/{OLD}/drain"

    would = (await door.post(path, {"dryRun": True, **WHY}, "ops")).json()
    done = (await door.post(path, WHY, "ops")).json()
    serving = await door.post(f"/v1/releases/{CURRENT}/drain", WHY, "ops")

    assert (would["freed"], done["freed"]) == (1, 1)
    (order,) = server.orders
    assert order.workflow_execution.workflow_id == PINNED
    assert order.workflow_execution_options.versioning_override.auto_upgrade
    assert is_problem(serving, 409, "build-serves")


async def test_a_case_is_pinned_and_let_go(door: Door, server: Insides) -> None:
    case_id = await door.start()
    path = f"/v1/cases/{case_id}/pin"

    await door.post(path, {"buildId": OLD, **WHY}, "ops")
    await door.post(path, {"buildId": None, **WHY}, "ops")
    unknown = await door.post(path, {"buildId": "9.9.9-x", **WHY}, "ops")

    pinned, freed = (one.workflow_execution_options.versioning_override for one in server.orders)
    assert pinned.pinned.version.build_id == OLD
    assert freed.auto_upgrade
    assert is_problem(unknown, 404, "unknown-build")
    assert [action for action, _ in records(door, case_id)][-2:] == ["case.pin", "case.pin"]
