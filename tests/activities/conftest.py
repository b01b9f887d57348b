"""The office that the stages' tests work in."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.activities.office import Office, build_book, open_office


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "office.db"
    asyncio.run(build_book(path))
    return path


@pytest.fixture
async def office(book: Path, tmp_path: Path) -> AsyncIterator[Office]:
    shutil.copy(book, tmp_path / "office.db")
    async with open_office(tmp_path) as office:
        yield office
