"""Sessions ended in the middle of the work, and answers to a commit lost: every effect is once."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url
from temporalio.exceptions import ApplicationError

from tests.activities.office import Office, open_office
from tests.activities.test_crashes import ended_right, step, surrender
from tests.cluster import Cluster
from tests.lossy import losing_commits
from tests.shelf import Shelf

ATTEMPTS = 5
EVERY_TYPE = 8
"""Activity types of the case; each loses a transaction at least once."""
GOOD = {"class": "MONEY", "reason": "BOUNCED"}
KILL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"


pytestmark = pytest.mark.parametrize(
    "shelf", [pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True, scope="session"
)
"""About a server: a file drops nobody."""


@dataclass(slots=True)
class Retrying:
    """Tries an activity again, as Temporal does, until it has an answer."""

    office: Office
    failures: list[str] = field(default_factory=list)

    async def __call__(self, kind: str, key: str, **variables: object) -> dict[str, Any]:
        for _ in range(ATTEMPTS):
            try:
                return await step(self.office, kind, key, **variables)
            except ApplicationError as error:
                if error.non_retryable:
                    raise
                self.failures.append(kind)
        raise AssertionError(f"{kind} has no answer after {ATTEMPTS} attempts")


@dataclass(slots=True)
class EndingSessions:
    """At every other passing of an instant, all sessions of a database are ended."""

    cluster: Cluster
    database: str
    passed: Counter[str] = field(default_factory=Counter)

    def __call__(self, instant: str) -> None:
        self.passed[instant] += 1
        if self.passed[instant] % 2:
            self.cluster.rows(KILL, self.database)


@pytest.fixture
async def url(shelf: Shelf, book: str) -> AsyncIterator[str]:
    url = shelf.copy(book, "dropped")
    yield url
    shelf.drop(url)


async def test_sessions_ended_at_every_instant_leave_every_effect_once(
    shelf: Shelf, cluster: Cluster, url: str, tmp_path: Path
) -> None:
    ending = EndingSessions(cluster, str(make_url(url).database))
    async with open_office(tmp_path, url, shelf.working(url)) as office:
        office.failpoint = ending
        trying = Retrying(office)

        await surrender(trying)

    assert len(set(trying.failures)) == EVERY_TYPE
    assert {"effect.before_commit", "pay.sent", "letter.intent_written"} < set(ending.passed)
    await ended_right(tmp_path, url, shelf.hand(url))


async def test_a_commit_whose_answer_is_lost_leaves_every_effect_once(
    shelf: Shelf, cluster: Cluster, url: str, tmp_path: Path
) -> None:
    async with losing_commits(cluster.folder) as wire:
        there = shelf.working(url).replace(str(cluster.folder), str(wire.folder))
        async with open_office(tmp_path, url, there) as office:
            trying = Retrying(office)

            await surrender(trying)

    assert len(set(trying.failures)) == EVERY_TYPE
    assert wire.lost >= len(trying.failures)
    await ended_right(tmp_path, url, shelf.hand(url))


async def test_what_the_server_gives_up_four_times_is_there_once_after_the_fifth(
    shelf: Shelf, cluster: Cluster, url: str, tmp_path: Path
) -> None:
    left = ATTEMPTS - 1

    def ending(instant: str) -> None:
        nonlocal left
        if instant == "effect.before_commit" and left:
            left -= 1
            cluster.rows(KILL, str(make_url(url).database))

    async with open_office(tmp_path, url, shelf.working(url)) as office:
        office.failpoint = ending
        call = office.call("anomaly.record", GOOD, journal=office.batch("elementActivated"))
        for _ in range(ATTEMPTS - 1):
            with pytest.raises(ApplicationError):
                await office.answer(call)
        await office.answer(call)
        async with office.database.reading() as room:
            verdict = await room.audit.verify("BQ-1")

    counts = shelf.hand(url).counts()
    assert (counts["effects"], counts["anomalies"], counts["journal"]) == (1, 1, 1)
    assert verdict.intact
