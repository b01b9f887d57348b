"""Databases of their own for the tests of the verifier: files, forged with the file in hand."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from infra.db.migrations import upgrade_to_head
from infra.db.unit_of_work import Database
from tests.infra.db.conftest import url_of


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
