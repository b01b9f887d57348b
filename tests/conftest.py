"""Servers and databases for the tests that need one: started once, stopped at the end."""

import contextlib
import os
import sys
from collections.abc import AsyncIterator, Generator, Iterator

import pytest
import pytest_asyncio
from pluggy import Result
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.common import SearchAttributeKey
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import _worker

from infra.db.connections.engine import create_engine
from infra.db.connections.field_keys import NAMED_BY
from infra.db.migrations import upgrade_to_head
from infra.db.unit_of_work import Database
from infra.payload_keys import FILE_NAME
from infra.temporal import (
    DEV_SERVER,
    SEARCH_ATTRIBUTES,
    TEST_SERVER,
    data_converter,
    dev_server_arguments,
    find_binary,
)
from tests.cluster import Cluster, started
from tests.encryption import CODEC, give_keys
from tests.shelf import KINDS, PATIENCE, Hand, Shelf, shelf_of
from workflows.contracts.routing import SEARCH_INCIDENT, SEARCH_PROCESS, SEARCH_VERSION

_worker._default_build_id = "tests"
"""Otherwise the SDK reads and hashes all code that is loaded: seconds of every test process."""

LENGTHY = frozenset({"test_crash.py", "test_chaos.py"})


@pytest.hookimpl(hookwrapper=True, trylast=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, Result[int], None]:
    """Leave without the SDK's shutdown, which can abort the interpreter."""
    outcome = yield
    code = outcome.get_result()
    if not hasattr(config, "workerinput"):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(code))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes minutes: side by side, nobody waits for it at the end."""
    items.sort(key=lambda item: item.path.name not in LENGTHY)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--record-histories",
        action="store_true",
        help="write the histories that the replay tests read (tests/replay/histories)",
    )


@pytest.fixture(scope="session", autouse=True)
def field_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One key file for every database of this process, wherever it lies."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("keys")
        give_keys(folder)
        patch.setenv(NAMED_BY, str(folder / FILE_NAME))
        yield


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server for everybody's tests in this process."""
    server = started()
    yield server
    server.close()


@pytest.fixture(scope="session", params=KINDS)
def shelf(request: pytest.FixtureRequest) -> Shelf:
    """Every test that has a database runs on both kinds."""
    return shelf_of(request.param, request)


@pytest.fixture(scope="session")
def migrated(shelf: Shelf) -> str:
    """The URL of a database with the schema and nothing in it, to be copied."""
    url = shelf.new("migrated")
    upgrade_to_head(url)
    shelf.establish(url)
    return url


@pytest_asyncio.fixture
async def database(shelf: Shelf, migrated: str) -> AsyncIterator[Database]:
    """A database of the test's own, with the rights that the product has."""
    url = shelf.copy(migrated, "test")
    database = Database.at(shelf.working(url), patience=PATIENCE)
    yield database
    await database.close()
    shelf.drop(url)


@pytest.fixture
def hand(shelf: Shelf, database: Database) -> Hand:
    """Somebody with the test's database in hand."""
    return shelf.hand(str(database.engine.url))


@pytest_asyncio.fixture
async def owner(hand: Hand) -> AsyncIterator[AsyncEngine]:
    """The test's database as somebody gets at it who may do everything."""
    engine = create_engine(hand.owning)
    yield engine
    await engine.dispose()


@pytest_asyncio.fixture
async def time_skipping() -> AsyncIterator[WorkflowEnvironment]:
    """A server whose clock jumps to the next timer while nothing else happens."""
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(find_binary(TEST_SERVER)),
        data_converter=data_converter(CODEC),
    )
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(environment.shutdown)
        wanted = AddSearchAttributesRequest(
            namespace="default", search_attributes=SEARCH_ATTRIBUTES
        )
        await environment.client.operator_service.add_search_attributes(wanted)
        yield environment


@pytest_asyncio.fixture
async def dev_server() -> AsyncIterator[WorkflowEnvironment]:
    """A real server in memory, with search attributes and updates."""
    environment = await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(find_binary(DEV_SERVER)),
        dev_server_log_level="error",
        dev_server_extra_args=dev_server_arguments(),
        data_converter=data_converter(CODEC),
        search_attributes=[
            SearchAttributeKey.for_keyword(SEARCH_PROCESS),
            SearchAttributeKey.for_int(SEARCH_VERSION),
            SearchAttributeKey.for_bool(SEARCH_INCIDENT),
        ],
    )
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(environment.shutdown)
        yield environment
