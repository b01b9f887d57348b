"""Databases with the sample book, copied from one that was loaded once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from infra.db.sample_book import load_sample_book
from infra.db.unit_of_work import Database
from tests.shelf import PATIENCE, Shelf

SEED = 7


def url_of(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture(scope="session")
def loaded(shelf: Shelf, migrated: str) -> str:
    url = shelf.copy(migrated, "loaded")
    asyncio.run(load_sample_book(url, SEED, policies=20))
    return url


@pytest_asyncio.fixture
async def insurer(shelf: Shelf, loaded: str) -> AsyncIterator[Database]:
    """A database with the sample book: scenario policies and twenty generated ones."""
    url = shelf.copy(loaded, "insurer")
    database = Database.at(shelf.working(url), patience=PATIENCE)
    yield database
    await database.close()
    shelf.drop(url)
