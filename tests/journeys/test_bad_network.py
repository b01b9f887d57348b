"""A surrender over lines that are cut, silent, slow, forgetful or double: it ends right, once.

The lines are those from API and worker to Temporal, from the worker to the bank and the mail, and
from both to the database. Workers are processes as shipped, started anew by whoever keeps them up:
what a lost line left undone is the business of what runs beside them.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import make_url

from infra.temporal import connect
from tests.encryption import CODEC
from tests.journeys.clock import WallClock
from tests.journeys.crashing import ByCommand, Mortals, file_server
from tests.journeys.house import House, house
from tests.journeys.surrendering import came_out_right, surrendered
from tests.shelf import Hand, Shelf
from tests.weather import Fault, Line, line_to

pytestmark = [
    pytest.mark.journey,
    pytest.mark.long,
    pytest.mark.timeout(240),
]

GUSTS: Mapping[Fault, int] = {
    "N1-cut": 2,
    "N2-silent": 1,
    "N3-late": 20,
    "N4-thin": 20,
    "N5-answer-lost": 2,
    "N6-twice": 2,
}
"""How often each fault strikes in one go."""
GOES = {"temporal": 5, "bank": 2, "mail": 2, "database": 8}
CALM_SECONDS = 1.0
REST_SECONDS = 0.5
NEVER = frozenset({("temporal", "N6-twice"), ("mail", "N6-twice")})
"""A connection of gRPC has a meaning as a whole only, and so has one of SMTP."""


@pytest.mark.parametrize("fault", GUSTS)
async def test_a_surrender_survives_bad_lines_to_its_systems(
    furnished: Path, tmp_path: Path, fault: Fault
) -> None:
    shutil.copytree(furnished, tmp_path / "house")

    async with _at_home(tmp_path) as (inside, lines):
        struck = {
            place: line
            for place, line in lines.items()
            if (place, fault) not in NEVER and place != "database"
        }
        await _lived_through(inside, struck, fault)


@pytest.mark.parametrize("fault", [fault for fault in GUSTS if fault != "N5-answer-lost"])
async def test_a_surrender_survives_a_bad_line_to_its_database(
    furnished_server: tuple[Path, Shelf, str], tmp_path: Path, fault: Fault
) -> None:
    """An answer that is lost after a commit is the business of ``test_lost_commit``."""
    furnished, shelf, template = furnished_server
    shutil.copytree(furnished, tmp_path / "house")
    hand = shelf.hand(shelf.copy(template, f"line{fault[:2]}".lower()))

    async with _at_home(tmp_path, hand) as (inside, lines):
        await _lived_through(inside, {"database": lines["database"]}, fault)


async def _lived_through(inside: House, lines: Mapping[str, Line], fault: Fault) -> None:
    """Play a surrender while the lines are bad, then in calm, until all of it is right."""
    async with asyncio.TaskGroup() as weather:
        gusts = [weather.create_task(_bad(line, fault, GOES[at])) for at, line in lines.items()]
        case = await surrendered(inside)
        for gust in gusts:
            gust.cancel()
    for line in lines.values():
        line.left = 0
    await came_out_right(inside, case)
    assert all(line.struck for line in lines.values()), {
        at: one.struck for at, one in lines.items()
    }


async def _bad(line: Line, fault: Fault, goes: int) -> None:
    for _ in range(goes):
        await line.suffer(fault, GUSTS[fault])
        await asyncio.sleep(CALM_SECONDS)


@contextlib.asynccontextmanager
async def _at_home(
    folder: Path, hand: Hand | None = None
) -> AsyncIterator[tuple[House, Mapping[str, Line]]]:
    """The house, its API and its worker at the ends of lines."""
    async with contextlib.AsyncExitStack() as stack:
        _, address = await stack.enter_async_context(file_server(folder))
        lines = {"temporal": await stack.enter_async_context(line_to(_port(address)))}
        if hand is not None:
            lines["database"] = await stack.enter_async_context(line_to(_socket(hand)))
            hand = _Distant(hand, lines["database"])
        through = f"127.0.0.1:{lines['temporal'].port}"
        client = await connect(through, codec=CODEC)
        clock = WallClock("2026-10-12T09:30:00+08:00")
        inside = await stack.enter_async_context(house(folder / "house", client, clock, hand=hand))
        inside.patience, inside.glance, inside.repeats = 150.0, 0.3, True
        for place, port in {
            "bank": _port(inside.settings.bank_url),
            "mail": inside.settings.smtp_port,
        }.items():
            lines[place] = await stack.enter_async_context(line_to(port))
        await stack.enter_async_context(_kept_up(inside, through, lines))
        yield inside, lines


@contextlib.asynccontextmanager
async def _kept_up(inside: House, address: str, lines: Mapping[str, Line]) -> AsyncIterator[None]:
    """A worker process; one that ends because it cannot begin is started anew."""
    mortals = Mortals(
        house=inside, address=address, spawning=ByCommand(), deaths=[],
        more={
            "BAOQUAN_DATABASE_URL": inside.settings.database_url,
            "BAOQUAN_BANK_URL": f"http://127.0.0.1:{lines['bank'].port}",
            "BAOQUAN_SMTP_PORT": str(lines["mail"].port),
        },
    )  # fmt: skip

    async def keep_up() -> None:
        while True:
            with contextlib.suppress(AssertionError):
                await mortals.work()
            await asyncio.sleep(REST_SECONDS)

    keeper = asyncio.create_task(keep_up())
    try:
        yield
    finally:
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)


class _Distant(Hand):
    """A hand on a database that the product reaches over a line."""

    def __init__(self, near: Hand, line: Line) -> None:
        super().__init__(near.working, near.cluster)
        self._line = line

    @property
    def working(self) -> str:
        """The URL as the product uses it."""
        near = make_url(super().working).difference_update_query(["host"])
        return near.set(host="127.0.0.1", port=self._line.port).render_as_string(False)


def _socket(hand: Hand) -> Path:
    return Path(str(make_url(hand.working).query["host"])) / ".s.PGSQL.5432"


def _port(address: str) -> int:
    return int(address.rpartition(":")[2])
