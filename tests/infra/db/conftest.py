"""A database of its own for every test, on both kinds, copied from one that was migrated once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from infra.db.migrations import upgrade_to_head
from infra.db.sample_book import load_sample_book
from infra.db.unit_of_work import Database
from tests.shelf import KINDS, Hand, Shelf, shelf_of

SEED = 7


def url_of(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture(scope="session", params=KINDS)
def shelf(request: pytest.FixtureRequest) -> Shelf:
    """Every test of this room runs on both databases."""
    return shelf_of(request.param, request)


@pytest.fixture(scope="session")
def migrated(shelf: Shelf) -> str:
    url = shelf.new("migrated")
    upgrade_to_head(url)
    return url


@pytest_asyncio.fixture
async def database(shelf: Shelf, migrated: str) -> AsyncIterator[Database]:
    url = shelf.copy(migrated, "test")
    database = Database.at(url)
    yield database
    await database.close()
    shelf.drop(url)


@pytest.fixture
def hand(shelf: Shelf, database: Database) -> Hand:
    """Somebody with the test's database in hand."""
    return shelf.hand(str(database.engine.url))


@pytest.fixture(scope="session")
def loaded(shelf: Shelf, migrated: str) -> str:
    url = shelf.copy(migrated, "loaded")
    asyncio.run(load_sample_book(url, SEED, policies=20))
    return url


@pytest_asyncio.fixture
async def insurer(shelf: Shelf, loaded: str) -> AsyncIterator[Database]:
    """A database with the sample book: scenario policies and twenty generated ones."""
    url = shelf.copy(loaded, "insurer")
    database = Database.at(url)
    yield database
    await database.close()
    shelf.drop(url)
