"""What a server may do: end our sessions, keep us waiting, stop, freeze; work goes on after."""

import asyncio
import contextlib
import functools
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest
from sqlalchemy import make_url

from infra.db.connections.away import Contended, DatabaseAway, patiently, unhindered
from infra.db.connections.durability import NotDurable
from infra.db.connections.postgresql import LOCK_SECONDS, STATEMENT_SECONDS
from infra.db.unit_of_work import Database
from infra.definitions import BundleReader
from tests.cluster import Cluster
from tests.infra.db.cases_at_hand import NOW
from tests.shelf import Shelf, shelf_of
from workflows.domain.audit import Change

SOON = 3.0


@pytest.fixture(scope="session", params=["postgresql"])
def shelf(request: pytest.FixtureRequest) -> Shelf:
    """About a server: a file does none of this."""
    return shelf_of(request.param, request)


def name_of(database: Database) -> str:
    return str(database.engine.url.database)


async def write(database: Database, stream: str = "S") -> None:
    async with database.work() as books:
        await books.audit.append(
            Change(stream=stream, action="test", actor="a", at=NOW, object_type="t", object_id="1")
        )


async def read(database: Database) -> int:
    async with database.reading() as room:
        return len(await room.audit.records("S"))


async def refused(attempt: Callable[[], Awaitable[object]]) -> float:
    """How long it took to say that the database is away."""
    begun = time.monotonic()
    with pytest.raises(DatabaseAway):
        await attempt()
    return time.monotonic() - begun


async def test_work_goes_on_after_every_session_was_ended(
    database: Database, cluster: Cluster
) -> None:
    name = name_of(database)
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"
    done, lost = 0, 0

    for round_no in range(5):
        results = await asyncio.gather(
            *(write(database, f"S{no}") for no in range(10)),
            asyncio.to_thread(cluster.rows, kill, name),
            return_exceptions=True,
        )
        for result in results[:-1]:
            assert result is None or isinstance(result, DatabaseAway), repr(result)
            done, lost = done + (result is None), lost + (result is not None)
        await write(database, "S")
        assert await read(database) == round_no + 1
    assert done, "nothing was written beside the killing"
    assert done + lost == 50


async def test_a_session_ended_in_the_middle_of_a_unit_leaves_nothing(
    database: Database, cluster: Cluster
) -> None:
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"

    async def unit() -> None:
        async with database.work() as books:
            await books.audit.append(
                Change(stream="S", action="t", actor="a", at=NOW, object_type="t", object_id="1")
            )
            cluster.rows(kill, name_of(database))

    await refused(unit)

    assert await read(database) == 0


@contextlib.asynccontextmanager
async def locked(cluster: Cluster, database: Database) -> AsyncIterator[None]:
    """Somebody holds the audit trail."""
    connection = await asyncpg.connect(
        host=str(cluster.folder), user="postgres", database=name_of(database)
    )
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE audit IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await connection.close()


async def test_a_lock_that_somebody_holds_is_told_in_time(
    database: Database, cluster: Cluster
) -> None:
    async with locked(cluster, database):
        waits = await asyncio.gather(
            *(refused(functools.partial(write, database, f"S{no}")) for no in range(3))
        )
        waits += [await refused(lambda: read(database))]

    await write(database)
    assert await read(database) == 1
    assert max(waits) < LOCK_SECONDS + 1


@pytest.mark.slow
async def test_work_that_nobody_waits_for_queues_anew_behind_a_held_lock(
    database: Database, cluster: Cluster
) -> None:
    async with locked(cluster, database):
        waiting = asyncio.create_task(patiently(lambda: write(database)))
        await asyncio.sleep(LOCK_SECONDS + 0.5)

    await waiting
    assert await read(database) == 1


async def test_a_statement_that_takes_too_long_is_ended(database: Database) -> None:
    async def slow() -> None:
        async with database.engine.connect() as connection:
            await connection.exec_driver_sql("SET statement_timeout = '200ms'")
            await connection.exec_driver_sql("SELECT pg_sleep(30)")

    assert await refused(slow) < SOON
    assert STATEMENT_SECONDS == 5


async def test_every_session_has_its_limits(database: Database) -> None:
    wanted = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    async with database.engine.connect() as connection:
        found = [(await connection.exec_driver_sql(f"SHOW {name}")).scalar_one() for name in wanted]

    assert found == ["5s", "2s", "10s"]


async def test_a_transaction_left_open_is_ended_by_the_server(database: Database) -> None:
    async def forgotten() -> None:
        async with database.engine.connect() as connection:
            await connection.exec_driver_sql("SET idle_in_transaction_session_timeout = '100ms'")
            await asyncio.sleep(0.5)
            await connection.exec_driver_sql("SELECT 1")

    await refused(forgotten)


async def test_a_server_that_restarts_is_found_again(database: Database, cluster: Cluster) -> None:
    await write(database)

    cluster.stop()
    waits = [await refused(lambda: write(database)), await refused(lambda: read(database))]
    cluster.start()

    await write(database)
    assert await read(database) == 2
    assert max(waits) < SOON


async def test_a_server_that_crashes_keeps_what_it_confirmed(
    database: Database, cluster: Cluster
) -> None:
    kept = 0
    for _ in range(20):
        await write(database)
        kept += 1

    await asyncio.to_thread(crash, cluster)

    assert await read(database) == kept
    async with database.reading() as room:
        assert (await room.audit.verify("S")).broken_at is None


def crash(cluster: Cluster) -> None:
    cluster.crash()
    cluster.start()


@pytest.mark.slow
async def test_a_server_that_froze_is_not_waited_for(database: Database, cluster: Cluster) -> None:
    hurried = Database.at(str(database.engine.url))
    await write(hurried)

    with cluster.frozen():
        waits = await asyncio.gather(
            refused(lambda: read(hurried)), refused(lambda: write(hurried))
        )

    await write(hurried)
    assert await read(hurried) == 2
    await hurried.close()
    assert max(waits) < SOON


@pytest.mark.slow
async def test_a_server_that_freezes_in_the_middle_of_a_unit_is_not_waited_for(
    database: Database, cluster: Cluster
) -> None:
    async def unit() -> None:
        async with database.work() as books:
            await books.hold("BQ-1")
            with cluster.frozen():
                await books.audit.head("S")

    assert await refused(unit) < STATEMENT_SECONDS + 5

    await write(database)
    assert await read(database) == 1


@pytest.mark.parametrize("setting", ["synchronous_commit"])
async def test_a_database_that_forgets_is_refused(
    database: Database, cluster: Cluster, setting: str
) -> None:
    cluster.run(f'ALTER DATABASE "{name_of(database)}" SET {setting} = off')

    with pytest.raises(NotDurable, match=f"{setting} is off"):
        await database.sound()


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
async def test_a_server_that_forgets_is_refused(
    database: Database, cluster: Cluster, setting: str
) -> None:
    cluster.stop()
    cluster.start(**{setting: "off"})
    try:
        with pytest.raises(NotDurable, match=f"{setting} is off"):
            await database.sound()
    finally:
        cluster.stop()
        cluster.start()

    await database.sound()


async def test_a_database_that_is_away_at_start_may_come(
    database: Database, cluster: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    cluster.stop()
    await database.sound()
    cluster.start()

    await write(database)
    assert "until it answers" in caplog.text


async def test_two_who_wait_for_each_other_are_told_apart_and_done_again(
    database: Database,
) -> None:
    """A deadlock, made on purpose: each holds what the other wants next."""
    met = asyncio.Barrier(2)
    contended: list[Contended] = []

    async def unit(first: str, second: str) -> None:
        async with database.work() as books:
            await books.hold(first)
            if not contended:
                await met.wait()
            try:
                await books.hold(second)
            except Contended as error:
                contended.append(error)
                raise

    await asyncio.gather(
        unhindered(lambda: unit("A", "B")),
        unhindered(lambda: unit("B", "A")),
    )

    assert len(contended) == 1


async def test_what_is_in_the_way_for_ever_is_told_in_the_end() -> None:
    tries = []

    async def unit() -> None:
        tries.append(1)
        raise Contended("in the way")

    with pytest.raises(Contended):
        await unhindered(unit)

    assert 3 <= len(tries) <= 10


async def test_bundles_are_not_waited_for_when_the_server_is_gone(
    database: Database, cluster: Cluster
) -> None:
    reader = BundleReader(str(make_url(str(database.engine.url))))
    assert reader.hashes() == ()

    cluster.stop()
    begun = time.monotonic()
    with pytest.raises(DatabaseAway):
        reader("0" * 64)
    took = time.monotonic() - begun
    cluster.start()

    assert reader("0" * 64) is None
    assert took < 2, "a workflow task that takes longer is taken for stuck"
    reader.close()
