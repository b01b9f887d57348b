"""Two API processes on one database: a key is used once, whoever was asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from api.app import create_app
from infra.settings import Settings
from tests.api.door import A_CASE, NOW, Door, StandInCases, is_problem, now
from workers.retention import Retention

KEY = "one-key-for-both"
PAIR = tuple[Door, Door]


@dataclass
class Running(StandInCases):
    """Remembers what reached the cases, as often as it did."""

    reached: set[tuple[str, int]] = field(default_factory=set)

    def _take(self, instance_id: str, order: Any) -> None:
        super()._take(instance_id, order)
        self.reached.add((order.request_id, getattr(order, "task_key", 0)))


@asynccontextmanager
async def opened(app: FastAPI, door: Door) -> AsyncIterator[Door]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://twin") as client,
    ):
        yield Door(app, client, door.hand)


@pytest_asyncio.fixture
async def pair(door: Door, settings: Settings) -> AsyncIterator[PAIR]:
    """Two processes with databases and turns of their own; the cases are the same."""
    running: Any = Running()
    async with opened(create_app(settings, now=now), door) as twin:
        for each in (door, twin):
            each.app.state.deployment = replace(each.deployment, cases=running)
        yield door, twin


def reached(pair: PAIR) -> set[tuple[str, int]]:
    found: Any = pair[0].cases
    return set(found.reached)


async def claim(door: Door, case_id: str, task: int) -> httpx.Response:
    return await door.post(f"/v1/tasks/{case_id}~{task}/claim", {}, "supervisor", key=KEY)


async def with_tasks(door: Door) -> str:
    case_id = await door.start()
    for key in (5, 6):
        await door.open_task(case_id, key, "L3")
    return case_id


async def test_fifty_at_once_in_two_processes_have_one_effect(pair: PAIR):
    case_id = await with_tasks(pair[0])

    answers = await asyncio.gather(*(claim(pair[each % 2], case_id, 5) for each in range(50)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert len(pair[0].cases.acts) == 1


async def test_one_key_for_two_acts_in_two_processes_does_one(pair: PAIR):
    case_id = await with_tasks(pair[0])

    answers = await asyncio.gather(
        *(claim(pair[each % 2], case_id, 5 + each % 2) for each in range(50))
    )

    refused = [answer for answer in answers if not answer.is_success]
    assert len(refused) == 25
    assert all(is_problem(answer, 422, "idempotency-mismatch") for answer in refused)
    assert len(reached(pair)) == 1


async def test_fifty_starts_in_two_processes_are_one_case(pair: PAIR):
    answers = await asyncio.gather(
        *(pair[each % 2].post("/v1/cases", A_CASE, key=KEY) for each in range(50))
    )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["caseId"] for answer in answers}) == 1
    assert pair[0].rows()["cases"] == 1


async def test_what_was_refused_leaves_its_key_free_in_both(pair: PAIR):
    case_id = await with_tasks(pair[0])

    refused = await claim(pair[0], case_id, 99)
    taken = await claim(pair[1], case_id, 5)

    assert is_problem(refused, 404, "unknown-task")
    assert taken.status_code == 200


async def test_while_nobody_knows_the_outcome_a_key_stays_with_its_body(pair: PAIR):
    case_id = await with_tasks(pair[0])
    pair[0].cases.is_away = True
    away = await claim(pair[0], case_id, 5)
    pair[0].cases.is_away = False

    other = await claim(pair[1], case_id, 6)
    again = await claim(pair[1], case_id, 5)

    assert is_problem(away, 503, "temporal-away")
    assert is_problem(other, 422, "idempotency-mismatch")
    assert again.status_code == 200


async def swept(door: Door, days: float) -> None:
    """Sweep as if so many days had passed since the sample's now."""
    database = door.deployment.database
    real = NOW.now(NOW.tzinfo)
    later = NOW + timedelta(days=days) - real
    await Retention(database=database, keep=timedelta(days=30), clock_offset=later).round()


@pytest.mark.parametrize(("days", "kept"), [(29.9, 1), (30.1, 0)])
async def test_answers_are_forgotten_after_their_time(door: Door, days: float, kept: int):
    await door.start()

    await swept(door, days)

    assert door.rows()["idempotency_keys"] == kept


async def test_the_same_start_after_its_answer_was_forgotten_is_the_same_case(door: Door):
    first = await door.post("/v1/cases", A_CASE, key=KEY)
    await swept(door, 31)

    again = await door.post("/v1/cases", A_CASE, key=KEY)
    other = await door.post("/v1/cases", {**A_CASE, "policyNo": "P-S10"}, key=KEY)

    assert again.json() == first.json()
    assert is_problem(other, 422, "idempotency-mismatch")


async def test_ids_of_messages_are_forgotten_when_nobody_running_had_them(door: Door):
    body = {"name": "customer.withdrawn", "key": "K", "ttl": "PT1H"}
    await door.post("/v1/messages", body)
    before = door.rows()["messages"]

    await swept(door, 29)
    soon = door.rows()["messages"]
    await swept(door, 31)

    assert (before, soon, door.rows()["messages"]) == (1, 1, 0)


async def test_what_the_relay_tries_no_more_is_forgotten(door: Door):
    async with door.deployment.database.work() as books:
        await books.relay_failures.note("message", "M-1/BQ-1", "RPCError: UNAVAILABLE", NOW)

    await swept(door, 29)
    soon = door.rows()["relay_failures"]
    await swept(door, 31)

    assert (soon, door.rows()["relay_failures"]) == (1, 0)
