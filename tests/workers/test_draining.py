"""A worker that was told to stop ends: with its work, or without."""

import asyncio
from typing import Any, NoReturn

import pytest

from workers import __main__ as process


class Left(Exception):
    """The process would have ended."""


class Working:
    """Stands in for a worker: what is under way ends, or never does."""

    def __init__(self, *, ends: bool) -> None:
        self._ends = ends

    async def shutdown(self) -> None:
        if not self._ends:
            await asyncio.Event().wait()


@pytest.fixture
def leaving(monkeypatch: pytest.MonkeyPatch) -> None:
    def leave(code: int) -> NoReturn:
        raise Left(code)

    monkeypatch.setattr(process, "leave", leave)
    monkeypatch.setattr(process, "PATIENCE", 0.01)


@pytest.mark.usefixtures("leaving")
async def test_work_that_ends_is_waited_for() -> None:
    worker: Any = Working(ends=True)

    await process._drained(worker)


@pytest.mark.usefixtures("leaving")
async def test_work_that_never_ends_is_left(caplog: pytest.LogCaptureFixture) -> None:
    worker: Any = Working(ends=False)

    with pytest.raises(Left):
        await process._drained(worker)

    assert "left to another worker" in caplog.text
