"""The API over a real database with the sample book, on both kinds; copied afresh each time."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from api.app import create_app
from infra.db.events.definitions import Deployment
from infra.db.migrations import upgrade_to_head
from infra.db.sample_book import load_sample_book
from infra.db.unit_of_work import Database
from infra.settings import Settings
from tests.api.door import NOW, Door, StandInCases, now
from tests.builders.process import a_process
from tests.shelf import PATIENCE, Shelf, shelf_of
from workflows.bpmn.deployment import compile_bundle

DEAD_PORT = "127.0.0.1:9"
MODEL = a_process("contract_termination").start("s").task("t").flow().end("e").xml()


@pytest.fixture(
    scope="session",
    params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.slow, pytest.mark.long])],
)
def shelf(request: pytest.FixtureRequest) -> Shelf:
    """Every test of this room that has a door runs on both databases (``make long``)."""
    return shelf_of(request.param, request)


@pytest.fixture(scope="session")
def api_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("api")


@pytest.fixture(scope="session")
def settings(api_folder: Path, shelf: Shelf) -> Settings:
    return Settings(
        profile="test",
        data_folder=api_folder,
        database_url=shelf.working(shelf.new("api")),
        temporal_address=DEAD_PORT,
        database_patience=PATIENCE,
    )


@pytest.fixture(scope="session")
def book(shelf: Shelf) -> str:
    """A migrated database with the sample book."""
    return build_book(shelf)


def build_book(shelf: Shelf) -> str:
    url = shelf.new("book")
    upgrade_to_head(url)
    asyncio.run(_fill(url))
    shelf.establish(url)
    return url


async def _fill(url: str) -> None:
    await load_sample_book(url, 1, policies=3)
    files = {"model.bpmn": MODEL}
    made = compile_bundle(files)
    database = Database.at(url, patience=PATIENCE)
    async with database.work() as books:
        await books.definitions.deploy(
            Deployment(
                bundle_hash=made.hash,
                files=files,
                processes=dict.fromkeys(made.programs),
                at=NOW,
                by="ops-1",
            )
        )
    await database.close()


@pytest.fixture(scope="session")
def app(settings: Settings) -> FastAPI:
    return create_app(settings, now=now)


@pytest_asyncio.fixture
async def bare_door(app: FastAPI, shelf: Shelf, book: str) -> AsyncIterator[Door]:
    """The API with its real client, and nobody at the other end."""
    url = shelf.copy(book, "api")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://insurer") as client,
    ):
        yield Door(app, client, shelf.hand(url))


@pytest_asyncio.fixture
async def door(bare_door: Door, app: FastAPI) -> Door:
    """The API with a stand-in for running cases."""
    stand_in: Any = StandInCases()
    app.state.deployment = dataclasses.replace(bare_door.deployment, cases=stand_in)
    return bare_door
