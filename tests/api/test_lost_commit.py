"""PostgreSQL confirms, the answer is lost: 503, and the same request again finds what was done."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from api.app import create_app
from infra.settings import Settings
from tests.api.door import A_CASE, Door, is_problem, now
from tests.api.test_idempotency import call  # noqa: F401 - a fixture
from tests.api.test_two_processes import opened
from tests.cluster import Cluster
from tests.lossy import Wire, losing_commits

ATTEMPTS = 5
KEY = "one-key-until-it-is-answered"


pytestmark = pytest.mark.parametrize(
    "shelf", [pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True, scope="session"
)
"""About a server: a file has no wire."""


@pytest_asyncio.fixture
async def wire(cluster: Cluster) -> AsyncIterator[Wire]:
    async with losing_commits(cluster.folder) as wire:
        yield wire


@pytest_asyncio.fixture
async def lossy(
    door: Door, wire: Wire, settings: Settings, cluster: Cluster
) -> AsyncIterator[Door]:
    """The API at the other end of such a wire; the cases are those of the door."""
    url = settings.database_url.replace(str(cluster.folder), str(wire.folder))
    app = create_app(settings.model_copy(update={"database_url": url}), now=now)
    async with opened(app, door) as twin:
        cases: Any = door.cases
        twin.app.state.deployment = replace(twin.deployment, cases=cases)
        yield twin


async def test_a_request_whose_commit_was_lost_is_repeated_until_it_is_answered_once(
    door: Door,
    lossy: Door,
    wire: Wire,
    call,  # noqa: F811 - the fixture
):
    make, other = call
    keys = door.rows()["idempotency_keys"]

    answers = [await make(lossy, "")]
    while not answers[-1].is_success and len(answers) < ATTEMPTS:
        assert is_problem(answers[-1], 503, "database-away")
        answers.append(await make(lossy, ""))

    assert answers[-1].is_success
    assert len(answers) > 1
    assert wire.lost == len(answers) - 1
    assert (await make(door, "")).json() == answers[-1].json()
    assert is_problem(await make(door, other), 422, "idempotency-mismatch")
    assert door.rows()["idempotency_keys"] == keys + 1
    assert len(door.cases.acts) <= 1
    assert len(door.cases.started) <= 1


async def test_an_accepted_case_whose_answer_was_lost_is_one_case(lossy: Door, wire: Wire):
    lost = await lossy.post("/v1/cases", A_CASE, key=KEY)
    found = await lossy.post("/v1/cases", A_CASE, key=KEY)

    assert is_problem(lost, 503, "database-away")
    assert (found.status_code, wire.lost) == (201, 1)
    assert lossy.rows()["cases"] == 1
