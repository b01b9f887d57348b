"""Too many requests: 429 for the caller who asks too much, 503 when the process is full."""

import asyncio
import dataclasses

import pytest

from api.admission import COSTLY, Gatekeeper, Lanes, Limits, lane_of
from api.app import _limits
from api.buckets import Buckets
from api.permissions import PERMISSIONS
from api.problems import Problem
from infra.settings import Settings
from tests.api.door import A_CASE, Door, is_problem

PLENTY = Limits(requests=10_000, costly=10_000, misses=10_000, strangers=10_000)


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def limited(door: Door, **changes: int) -> None:
    limits = dataclasses.replace(PLENTY, **changes)
    door.app.state.deployment = dataclasses.replace(door.deployment, gatekeeper=Gatekeeper(limits))


def test_a_bucket_gives_what_is_in_it_and_then_its_pace():
    clock = Clock()
    buckets = Buckets(60, clock)

    at_once = [buckets.take("a") for _ in range(61)]
    clock.seconds = 0.5
    still = buckets.take("a")
    clock.seconds = 1.0
    later = buckets.take("a")

    assert at_once == [0.0] * 60 + [1.0]
    assert (still, later) == (0.5, 0.0)


def test_a_bucket_never_holds_more_than_its_size():
    clock = Clock()
    buckets = Buckets(6, clock)
    buckets.take("a")
    clock.seconds = 10_000.0

    assert [bool(buckets.take("a")) for _ in range(7)] == [False] * 6 + [True]


def test_one_callers_bucket_is_no_others():
    buckets = Buckets(1, Clock())

    assert buckets.take("a") == 0
    assert buckets.take("a") == 60
    assert buckets.take("b") == 0


def test_names_with_a_full_bucket_are_forgotten():
    clock = Clock()
    buckets = Buckets(60, clock)
    for number in range(10_000):
        buckets.take(str(number))
    clock.seconds = 60.0

    buckets.take("last")

    assert len(buckets._levels) == 1


async def test_a_caller_beyond_his_limit_is_429_until_he_waits(door: Door):
    limited(door, requests=3)

    answers = [await door.get("/v1/cases") for _ in range(4)]
    another = await door.get("/v1/cases", role="supervisor")

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert is_problem(answers[3], 429, "too-many-requests")
    assert answers[3].headers["retry-after"] == "20"
    assert another.status_code == 200


async def test_what_is_refused_by_role_counts_too(door: Door):
    limited(door, requests=2)

    statuses = [(await door.get("/v1/incidents", "back_office")).status_code for _ in range(3)]

    assert statuses == [403, 403, 429]


async def test_costly_routes_have_a_limit_of_their_own(door: Door):
    limited(door, costly=1)
    case_id = await door.start()

    drawn = [await door.get(f"/v1/cases/{case_id}/diagram") for _ in range(2)]
    read = await door.get(f"/v1/cases/{case_id}")

    assert [answer.status_code for answer in drawn] == [200, 429]
    assert read.status_code == 200


async def test_a_refused_start_left_nothing_and_may_be_repeated(door: Door):
    limited(door, requests=1)
    await door.get("/v1/cases", role="back_office")
    before = door.rows()

    refused = await door.post("/v1/cases", A_CASE, key="start-again")
    after = door.rows()
    limited(door)
    taken = await door.post("/v1/cases", A_CASE, key="start-again")

    assert is_problem(refused, 429, "too-many-requests")
    assert before == after
    assert taken.status_code == 201


async def test_guessing_ids_ends_after_thirty_misses(door: Door):
    limited(door, misses=30)
    case_id = await door.start()

    missed = [await door.get(f"/v1/cases/BQ-{number}") for number in range(31)]
    existing = await door.get(f"/v1/cases/{case_id}")
    listed = await door.get("/v1/cases")

    assert [answer.status_code for answer in missed] == [404] * 30 + [429]
    assert existing.status_code == 429, "a hit is told from a miss by nobody who guesses"
    assert listed.status_code == 200


async def test_guessing_tokens_ends_too(door: Door):
    limited(door, strangers=2)
    headers = {"Authorization": "Bearer guess"}

    statuses = [(await door.client.get("/v1/cases", headers=headers)).status_code for _ in range(3)]
    known = await door.get("/v1/cases")

    assert statuses == [401, 401, 429]
    assert known.status_code == 200


def test_every_costly_route_exists():
    assert set(PERMISSIONS) >= COSTLY


@pytest.mark.parametrize(
    ("method", "path", "lane"),
    [
        ("POST", "/v1/tasks/BQ-1~1/complete", "act"),
        ("POST", "/v1/incidents/BQ-1~1/resolve", "act"),
        ("POST", "/v1/cases/BQ-1/cancel", "act"),
        ("POST", "/v1/messages", "act"),
        ("GET", "/v1/cases", "read"),
        ("POST", "/v1/cases", "start"),
        ("POST", "/v1/documents", "start"),
    ],
)
def test_lane(method, path, lane):
    assert lane_of((method, path)) == lane


class Full:
    """An application inside which requests stay until they may leave."""

    def __init__(self, capacity: int) -> None:
        self.leave = asyncio.Event()
        self.lanes = Lanes(self.serve, capacity)
        self.staying: list[asyncio.Task[int]] = []

    async def serve(self, scope, receive, send) -> None:
        del scope, receive
        await self.leave.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def ask(self, method: str, path: str) -> int:
        sent = []

        async def send(message):
            sent.append(message)

        async def receive():
            return {"type": "http.disconnect"}

        scope = {"type": "http", "method": method, "path": path, "headers": []}
        await self.lanes(scope, receive, send)
        return int(sent[0]["status"])

    async def fill(self, number: int, method: str, path: str) -> None:
        self.staying += [asyncio.create_task(self.ask(method, path)) for _ in range(number)]
        await asyncio.sleep(0)


async def test_new_work_is_refused_first_then_reading_then_decisions():
    full = Full(10)
    start, read, act = ("POST", "/v1/cases"), ("GET", "/v1/cases"), ("POST", "/v1/messages")

    await full.fill(6, *start)
    assert await full.ask(*start) == 503
    await full.fill(2, *read)
    assert await full.ask(*read) == 503
    await full.fill(2, *act)
    assert await full.ask(*act) == 503
    full.leave.set()

    assert await asyncio.gather(*full.staying) == [200] * 10
    assert await full.ask(*start) == 200


async def test_health_is_answered_however_full_it_is():
    full = Full(1)
    await full.fill(1, "POST", "/v1/messages")
    asked = asyncio.create_task(full.ask("GET", "/healthz"))
    await asyncio.sleep(0)

    full.leave.set()

    assert await asked == 200


async def test_a_full_process_says_when_to_come_again(door: Door):
    lanes = Lanes(door.app, 10)
    lanes._inside = 10
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/v1/cases", "headers": []}
    await lanes(scope, None, send)  # type: ignore[arg-type]

    assert sent[0]["status"] == 503
    assert (b"retry-after", b"1") in sent[0]["headers"]


def test_production_is_stricter_than_development(tmp_path):
    strict = _limits(Settings().model_copy(update={"profile": "production"}))
    generous = _limits(Settings(data_folder=tmp_path))

    assert strict.misses == 30
    for field in dataclasses.fields(Limits):
        assert getattr(strict, field.name) < getattr(generous, field.name)


def test_a_refusal_tells_how_long_to_wait():
    gatekeeper = Gatekeeper(dataclasses.replace(PLENTY, requests=1))
    gatekeeper.admit("a", ("GET", "/v1/cases"))

    with pytest.raises(Problem) as caught:
        gatekeeper.admit("a", ("GET", "/v1/cases"))

    assert (caught.value.status, caught.value.retry_after) == (429, 60)
