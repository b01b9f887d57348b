"""A row that the relay fails at is left alone by itself, and holds nobody up."""

from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from infra.db.operations.retries import LONGEST, pause
from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import a_case, accepted
from workers.relay import Relay

POISON = "BQ-0-poison"
LONG_AGO = datetime.now(UTC) - timedelta(minutes=5)


class Starts:
    """Stands in for a client: takes every start but one."""

    def __init__(self) -> None:
        self.tried: list[str] = []

    async def start_workflow(self, *_: Any, id: str, **__: Any) -> None:
        self.tried.append(id)
        if id == POISON:
            raise RPCError("Blob data size exceeds limit.", RPCStatusCode.INVALID_ARGUMENT, b"")


async def test_a_poison_row_does_not_hold_up_the_others(database: Database) -> None:
    for case_id in (POISON, "BQ-1", "BQ-2"):
        await accepted(database, a_case(case_id, accepted_at=LONG_AGO))
    starts = Starts()
    client: Any = starts
    assert not isinstance(client, Client)
    relay = Relay(client=client, database=database, task_queue="q", zone="Asia/Shanghai")

    await relay.round()
    await relay.round()

    assert starts.tried[:3] == [POISON, "BQ-1", "BQ-2"]
    assert starts.tried.count(POISON) == 1, "it is left alone until its next attempt is due"
    async with database.reading() as room:
        failure = (await room.relay_failures.of("case", [POISON]))[POISON]
    assert (failure.attempts, failure.error) == (1, "RPCError: INVALID_ARGUMENT")


def test_a_row_is_left_alone_for_longer_and_longer() -> None:
    pauses = [pause(attempts).total_seconds() for attempts in range(1, 8)]

    assert pauses == [2, 4, 8, 16, 32, 64, 128]
    assert pause(1_000) == LONGEST
