"""Cases on a server that leave something to each other in a data store, kept in a database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import select

from activities.data_stores import STEPS
from activities.once import Once
from activities.step import Equipment, Systems
from infra.db.tables import trail
from infra.db.tables.columns import metadata
from infra.db.unit_of_work import Database
from tests.builders.data import gives, specification, takes, with_store
from tests.builders.process import ProcessBuilder, a_process
from tests.host.world import Work, World, at_once, wire
from workflows.bpmn.stores import READ, WRITE
from workflows.contracts.activity import TaskCall
from workflows.contracts.case import Limits
from workflows.contracts.catalogue import CONTRACTS
from workflows.feel.wire import decode, to_plain

pytestmark = pytest.mark.journey

LOCAL, REMOTE = "verification.policy", "verification.payee"
EVERY_REST = Limits(events=1)


def leaving() -> ProcessBuilder:
    inside = specification(outputs=["found"]) + gives(
        "found", "S_ref", assign={"book[no]": "found"}
    )
    return with_store(a_process("leaving")).start("a").service("one", LOCAL, inside=inside).end("b")


def finding() -> ProcessBuilder:
    inside = specification(["all"]) + takes("S_ref", "all")
    return with_store(a_process("finding")).start("c").service("two", REMOTE, inside=inside).end()


class Dying:
    """An instant at which the work fails once, when everything has been committed."""

    def __init__(self) -> None:
        self.failed = 0

    def __call__(self, name: str) -> None:
        if name == "effect.after_commit" and not self.failed:
            self.failed += 1
            raise ConnectionError("gone")


@asynccontextmanager
async def books(folder: Path) -> AsyncIterator[Database]:
    database = Database.at(f"sqlite+aiosqlite:///{folder / 'books.db'}")
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield database
    await database.close()


def kept_in(database: Database, failpoint: Dying) -> dict[str, Work]:
    """The real steps of both types, on a database; the journal is the world's."""
    equipment = Equipment(
        work=database.work, systems=cast(Systems, None), zone=UTC, failpoint=failpoint
    )

    def work(type_: str) -> Work:
        once = Once(equipment, CONTRACTS[type_], STEPS[type_])

        async def run(call: TaskCall) -> dict[str, Any]:
            answer = await once.run(call.model_copy(update={"journal": None}))
            return {name: to_plain(decode(told)) for name, told in answer.variables.items()}

        return run

    return {type_: work(type_) for type_ in (READ, WRITE)}


async def test_what_one_case_writes_once_another_reads(time_skipping, tmp_path: Path):
    failpoint = Dying()
    async with books(tmp_path) as database:
        world = World(work={LOCAL: at_once({"found": {"sum": 7}}), REMOTE: at_once({})})
        world.work |= kept_in(database, failpoint)
        for process in (leaving(), finding()):
            world.deploy(process)
        async with world.worker(time_skipping.client):
            for no in ("P-1", "P-2"):
                case = await world.start(
                    time_skipping.client, "leaving", {"no": no}, limits=EVERY_REST
                )
                await case.result()
            other = await world.start(time_skipping.client, "finding", limits=EVERY_REST)
            await other.result()
        async with database.engine.connect() as connection:
            kinds = list((await connection.execute(select(trail.effects.c.kind))).scalars())

    asked = {call.element: call.variables for call in world.calls}
    assert asked["two"] == wire({"all": {"P-1": {"sum": 7}, "P-2": {"sum": 7}}})
    assert [call.element for call in world.calls].count("one/write") == 3
    assert (failpoint.failed, sorted(kinds)) == (1, [READ, WRITE, WRITE])
    assert world.completed(other.id) == ["c", "two/read", "two", "end", "finding"]
