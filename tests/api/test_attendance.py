"""With every worker down the API itself says so: on every open case, and on its health."""

from datetime import timedelta
from typing import Any

import pytest

from api.attendance import SILENCE, PollerWatch, attendance
from tests.api.door import NOW, Door
from workflows.contracts.routing import CASE_QUEUE

Json = dict[str, Any]


async def seen(door: Door, ago: timedelta) -> None:
    """A worker showed that it lived so long ago."""
    async with door.deployment.database.work() as books:
        await books.attendance.show(CASE_QUEUE, door.deployment.now() - ago)


async def reasons(door: Door, case_id: str) -> list[Json]:
    found: list[Json] = (await door.get(f"/v1/cases/{case_id}")).json()["reasons"]
    return found


async def ready(door: Door) -> tuple[int, Json]:
    answer = await door.client.get("/readyz")
    return answer.status_code, answer.json()


async def test_a_silent_worker_is_a_reason_and_a_state_of_health(door: Door):
    case_id = await door.start()
    gone = SILENCE + timedelta(seconds=1)
    await seen(door, gone)

    first, *_ = await reasons(door, case_id)
    status, health = await ready(door)

    assert first["kind"] == "no-worker"
    assert first["text"].startswith("Nobody works")
    assert (status, health["status"], health["workers"]) == (200, "degraded", "no-worker")


async def test_a_worker_that_shows_itself_is_no_reason(door: Door):
    case_id = await door.start()
    await seen(door, timedelta(minutes=5))
    await seen(door, timedelta(seconds=5))

    assert [one["kind"] for one in await reasons(door, case_id)] == ["accepted-not-started"]
    assert (await ready(door))[1]["workers"] == "up"


async def test_workers_that_live_and_do_not_poll_are_nobody(door: Door):
    case_id = await door.start()
    door.cases.polled = False
    await seen(door, timedelta())

    assert (await reasons(door, case_id))[0]["kind"] == "no-worker"


async def test_a_case_that_has_ended_needs_nobody(door: Door):
    case_id = await door.start()
    await door.journal(
        case_id,
        {"kind": "caseStarted"},
        {"kind": "caseFinished", "data": {"outcome": "completed"}},
    )
    await seen(door, timedelta(minutes=5))

    assert await reasons(door, case_id) == []


@pytest.mark.parametrize(
    ("ago", "polled", "state"),
    [
        (None, True, "up"),
        (None, False, "no-worker"),
        (None, None, "unknown"),
        (timedelta(), None, "up"),
        (timedelta(), True, "up"),
        (timedelta(), False, "no-worker"),
        (SILENCE, True, "up"),
        (SILENCE + timedelta(seconds=1), True, "no-worker"),
        (SILENCE + timedelta(seconds=1), None, "no-worker"),
    ],
)
def test_who_is_at_work(ago: timedelta | None, polled: bool | None, state: str):
    assert attendance(None if ago is None else NOW - ago, polled, NOW).state == state


async def test_temporal_is_asked_once_however_many_look():
    watch, asked = PollerWatch(), 0

    class Counting:
        async def is_polled(self) -> bool:
            nonlocal asked
            asked += 1
            return True

    cases = Counting()
    answers = [await watch.is_polled(cases) for _ in range(3)]  # type: ignore[arg-type]

    assert (answers, asked) == ([True] * 3, 1)
