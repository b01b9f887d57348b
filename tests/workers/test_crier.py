"""The crier tells every instance what it is to hear, one after the other, and never too often."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from infra.db.migrations import upgrade_to_head
from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import batch, entry, started
from tests.infra.db.test_signals import a_signal, broadcast, heard, hears, tell
from workers.crier import Crier
from workflows.contracts.signal import SignalDelivery

AWAY = RPCError("away", RPCStatusCode.UNAVAILABLE, b"")


class Instances:
    """Stands in for Temporal: instances that hear, tell their journal, or do not answer."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.heard: list[tuple[str, int]] = []
        self.errors: dict[str, list[Exception]] = {}
        self.keeps_silent = False

    def get_workflow_handle(self, instance: str) -> Any:
        return _Instance(self, instance)


class _Instance:
    def __init__(self, all_: Instances, id: str) -> None:
        self.all, self.id = all_, id

    async def execute_update(self, _name: str, told: SignalDelivery, **_: Any) -> None:
        errors = self.all.errors.get(self.id)
        if errors:
            raise errors.pop(0)
        self.all.heard.append((self.id, told.no))
        if not self.all.keeps_silent:
            seq = 2 + told.no
            await tell(self.all.database, self.id, heard(seq, told.no))


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite+aiosqlite:///{tmp_path}/crier.db"
    upgrade_to_head(url)
    opened = Database.at(url)
    for instance in ("I1", "I2"):
        await tell(opened, instance, started(), hears(2, 1))
    for no in (1, 2):
        await broadcast(opened, a_signal(f"S{no}", at=datetime.now(UTC)))
    yield opened
    await opened.close()


def a_crier(instances: Instances, ahead: timedelta = timedelta()) -> Crier:
    client: Any = instances
    return Crier(client=client, database=instances.database, clock_offset=ahead)


async def test_every_instance_is_told_all_of_it_in_order(database: Database) -> None:
    instances = Instances(database)
    crier = a_crier(instances)

    assert [await crier.round() for _ in range(3)] == [2, 2, 0]
    told = instances.heard
    assert [no for instance, no in told if instance == "I1"][:2] == [1, 2]
    assert [no for instance, no in told if instance == "I2"][:2] == [1, 2]


async def test_one_that_does_not_answer_holds_up_nobody_and_is_told_later(
    database: Database,
) -> None:
    instances = Instances(database)
    instances.errors["I1"] = [AWAY]

    await a_crier(instances).round()
    await a_crier(instances).round()
    first = [told for told in instances.heard if told[0] == "I1"]
    for _ in range(2):
        await a_crier(instances, ahead=timedelta(seconds=5)).round()

    assert first == []
    assert [no for instance, no in instances.heard if instance == "I1"][:2] == [1, 2]


@pytest.mark.parametrize(
    "past", [WorkflowUpdateFailedError(ApplicationError("past", type="NOT_OPEN")), AWAY]
)
async def test_a_crier_that_dies_between_telling_and_the_journal_tells_again(
    database: Database, past: Exception
) -> None:
    instances = Instances(database)
    instances.keeps_silent = True
    await a_crier(instances).round()
    instances.keeps_silent, instances.errors = False, {"I1": [past]}

    await a_crier(instances).round()
    await a_crier(instances, ahead=timedelta(seconds=5)).round()

    assert [no for instance, no in instances.heard if instance == "I2"] == [1, 1, 2]
    assert [no for instance, no in instances.heard if instance == "I1"] == [1, 1]


async def test_an_instance_that_ended_is_not_told(database: Database) -> None:
    instances = Instances(database)
    async with database.work() as books:
        ended = entry(3, "caseFinished", outcome="completed")
        await books.journal.append(batch(ended, instance="I1", case="I1"))

    await a_crier(instances).round()

    assert instances.heard == [("I2", 1)]
