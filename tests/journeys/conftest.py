"""The house of every journey, furnished once, opened at the scenario's first moment."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from tests.journeys.clock import SkippingClock, WallClock
from tests.journeys.histories import history_of, recorded, replayed
from tests.journeys.house import House, furnish, house
from tests.journeys.watching import Watched, watching
from tests.journeys.working import working
from tests.shelf import Hand, Shelf, shelf_of
from workflows.bpmn.deployment import Compilation, compile_bundle
from workflows.host import programs

Opening = Callable[[str], AbstractAsyncContextManager[tuple[House, SkippingClock]]]
Replaying = Callable[[House, str, str], Awaitable[None]]


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """Every house has the same models: a bundle's bytes are compiled once in this process."""
    known: dict[frozenset[tuple[str, bytes]], Compilation] = {}

    def compiled(files: Mapping[str, bytes]) -> Compilation:
        key = frozenset(files.items())
        if key not in known:
            known[key] = compile_bundle(files)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(programs, "compile_bundle", compiled)
        yield


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with schema, policy book and models; journeys work on copies."""
    folder = tmp_path_factory.mktemp("furnished")
    asyncio.run(furnish(folder))
    return folder


@pytest.fixture(scope="session")
def furnished_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Shelf, str]:
    """The same on PostgreSQL, each role at its work; also the URL of a database to copy."""
    folder, shelf = tmp_path_factory.mktemp("furnished"), shelf_of("postgresql", request)
    url = shelf.new("furnished")
    shelf.establish(url)
    hand = shelf.hand(url)
    asyncio.run(furnish(folder, migrating=hand.migrating, working=hand.working))
    return folder, shelf, url


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> str:
    """Which database a journey runs on; journeys that run on both are parametrized with it."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def opened(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, time_skipping: WorkflowEnvironment
) -> Opening:
    """Opens the house at a moment of business time, with a worker at work."""
    hand: Hand | None = None
    if kind == "sqlite":
        furnished: Path = request.getfixturevalue("furnished")
    else:
        furnished, shelf, template = request.getfixturevalue("furnished_server")
        url = shelf.copy(template, "house")
        hand = shelf.hand(url)

    @asynccontextmanager
    async def at(moment: str) -> AsyncIterator[tuple[House, SkippingClock]]:
        folder = tmp_path / "house"
        shutil.copytree(furnished, folder)
        clock = SkippingClock(time_skipping)
        await clock.begin(moment)
        client = time_skipping.client
        async with (
            house(folder, client, clock, hand=hand) as home,
            working(home.settings, client),
        ):
            yield home, clock

    return at


@pytest_asyncio.fixture
async def watched(
    furnished: Path, tmp_path: Path, dev_server: WorkflowEnvironment
) -> AsyncIterator[Watched]:
    """A house on a real server, with a watchdog in it."""
    folder = tmp_path / "house"
    shutil.copytree(furnished, folder)
    clock = WallClock("2026-10-12T09:30:00+08:00")
    async with house(folder, dev_server.client, clock) as opened, watching(opened) as inside:
        yield inside


@pytest.fixture
def replays(request: pytest.FixtureRequest) -> Replaying:
    """Replays a case's history with the code at hand; records it when asked to."""

    async def check(house: House, case_id: str, name: str) -> None:
        history = await history_of(house, case_id)
        await replayed(house, history)
        if request.config.getoption("--record-histories"):
            recorded(house, case_id, history, name)

    return check
