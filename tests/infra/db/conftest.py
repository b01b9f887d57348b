"""A database of its own for every test, copied from one that was migrated once."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from infra.db.migrations import upgrade_to_head
from infra.db.sample_book import load_sample_book
from infra.db.unit_of_work import Database

SEED = 7


def url_of(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "baoquan.db"
    upgrade_to_head(url_of(path))
    return path


@pytest_asyncio.fixture
async def database(migrated: Path, tmp_path: Path) -> AsyncIterator[Database]:
    path = tmp_path / "baoquan.db"
    shutil.copy(migrated, path)
    database = Database.at(url_of(path))
    yield database
    await database.close()


@pytest.fixture(scope="session")
def loaded(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("loaded") / "baoquan.db"
    shutil.copy(migrated, path)
    asyncio.run(load_sample_book(url_of(path), SEED, policies=20))
    return path


@pytest_asyncio.fixture
async def insurer(loaded: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A database with the sample book: scenario policies and twenty generated ones."""
    path = tmp_path / "baoquan.db"
    shutil.copy(loaded, path)
    database = Database.at(url_of(path))
    yield database
    await database.close()
