"""A message that a case told it consumed is offered once more: the turn may have been lost."""

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
from tests.infra.db.cases_at_hand import a_message, batch, entry, listening, started
from workers.relay import Relay

LONG_AGO = datetime.now(UTC) - timedelta(minutes=5)


class Updates:
    """Stands in for a client: hears updates, and answers each as it is told."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.heard: list[str] = []

    def get_workflow_handle(self, _id: str) -> "Updates":
        return self

    async def execute_update(self, _name: str, _message: Any, *, id: str, **_: Any) -> None:
        self.heard.append(id)
        if self.errors:
            raise self.errors.pop(0)


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite+aiosqlite:///{tmp_path}/relay.db"
    upgrade_to_head(url)
    opened = Database.at(url)
    async with opened.work() as books:
        await books.journal.append(batch(started(), listening(2, 1)))
    async with opened.work() as books:
        await books.messages.publish(a_message(at=LONG_AGO))
    async with opened.work() as books:
        await books.journal.append(batch(entry(3, "messageConsumed", 1, messageId="M1")))
    yield opened
    await opened.close()


async def rounds(database: Database, updates: Updates, count: int) -> list[str]:
    client: Any = updates
    relay = Relay(client=client, database=database, task_queue="q", zone="Asia/Shanghai")
    for _ in range(count):
        await relay.round()
    return updates.heard


async def test_what_was_consumed_is_offered_once_more_and_then_never(database: Database) -> None:
    assert len(await rounds(database, Updates(), 3)) == 1


@pytest.mark.parametrize(
    "error",
    [
        WorkflowUpdateFailedError(ApplicationError("past that", type="NOT_OPEN")),
        RPCError("ended", RPCStatusCode.NOT_FOUND, b""),
    ],
)
async def test_a_case_that_is_past_it_is_not_asked_again(
    database: Database, error: Exception
) -> None:
    assert len(await rounds(database, Updates(error), 3)) == 1


@pytest.mark.parametrize(
    "error",
    [
        WorkflowUpdateFailedError(ApplicationError("not now", type="UNAVAILABLE")),
        RPCError("away", RPCStatusCode.UNAVAILABLE, b""),
    ],
)
async def test_without_an_answer_it_is_offered_again(database: Database, error: Exception) -> None:
    assert len(await rounds(database, Updates(error), 3)) == 2
