"""The office that the stages' tests work in, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.activities.office import Office, build_book, open_office
from tests.shelf import Shelf, shelf_of


@pytest.fixture(
    scope="session",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)],
)
def shelf(request: pytest.FixtureRequest) -> Shelf:
    """Every test of this room that has an office runs on both databases."""
    return shelf_of(request.param, request)


@pytest.fixture(scope="session")
def book(shelf: Shelf) -> str:
    url = shelf.new("book")
    asyncio.run(build_book(url))
    shelf.establish(url)
    return url


@pytest.fixture
async def office(shelf: Shelf, book: str, tmp_path: Path) -> AsyncIterator[Office]:
    url = shelf.copy(book, "office")
    async with open_office(tmp_path, url, shelf.working(url)) as office:
        yield office
    shelf.drop(url)
