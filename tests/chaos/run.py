"""One run: set up, load and faults, heal, quiet, a few cases more, judge."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.chaos.evidence import gather
from tests.chaos.failing import Failing
from tests.chaos.house import House, housed
from tests.chaos.invariants import violations
from tests.chaos.nemesis import Nemesis, until
from tests.chaos.people import Life, Office
from tests.chaos.plan import (
    FAILPOINTS,
    INSTANTS,
    CasePlan,
    Fault,
    Kind,
    cases,
    deck_of,
    faults,
    plain,
)
from tests.chaos.tail import Tail, live_on
from tests.chaos.telling import Telling
from tests.chaos.victims import WORKERS

WHOLE = 300
"""From so many cases on a run proves nothing unless every fault and failpoint struck in it."""
PAUSE_FOR_EACH = 0.05
"""Seconds between two looks at a case, for each case beside it: looking is not the load."""
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to run."""

    seed: int = 1
    cases: int = WHOLE
    faults: int = 60
    database: Kind = "sqlite"
    side_by_side: int = 24
    failpoints: Mapping[str, float] = field(default_factory=lambda: {**FAILPOINTS, **INSTANTS})
    mutant: str = ""
    """A seeded bug that every process of the product runs with."""
    special: Mapping[str, object] = field(default_factory=dict)
    """What is the same in the plans of all cases."""
    strikes: Sequence[Fault] = ()
    """Faults of its own, instead of drawn ones."""
    afterwards: int = 6
    """Cases that are begun when everything is healed."""
    heal_at: float = 0.0
    """The share of the load after which all is healed, however few faults there were."""
    longest_wait: float = 45.0
    """Seconds after which the next fault strikes, however little of the load is done."""
    patience: float = 120.0
    """Seconds without any case coming to its end after which those left are stuck."""
    longest_calm: float = 1800.0
    """Seconds after healing when everybody gives up at the latest."""


@dataclass(kw_only=True)
class Verdict:
    """What came of a run."""

    order: Order
    violations: Mapping[str, Sequence[str]]
    ends: Mapping[str, int]
    faults: Mapping[str, int]
    failpoints: Mapping[str, int]
    replayed: int
    longest_history: int
    seconds: float
    calm_after: float
    """Seconds from the last fault until nothing moved any more."""
    incidents: Sequence[str] = ()
    """What people on call had to have tried again."""
    server_errors: Sequence[str] = ()
    trouble: Sequence[str] = ()
    """What went wrong in the run itself."""
    marks: int = 0
    """How often the seeded bug struck."""

    @property
    def missing(self) -> list[str]:
        """Faults and failpoints that a whole run has, and that never struck in this one."""
        if self.order.cases < WHOLE:
            return []
        deck = [f"{kind} {target}" for kind, target in deck_of(self.order.database)]
        wanted = deck if self.order.faults >= len(deck) else []
        unstruck = [name for name in wanted if not self.faults.get(name)]
        return unstruck + [name for name in self.order.failpoints if not self.failpoints.get(name)]

    @property
    def is_clean(self) -> bool:
        """Everything holds, and it means something."""
        return not (self.violations or self.missing or self.trouble)


async def run(order: Order, folder: Path, out: Told) -> Verdict:
    """Run once on an empty folder."""
    tell = Telling(out=out, cases=order.cases, faults=len(order.strikes) or order.faults)
    logs = [folder / "logs" / f"{name}.log" for name in ("api", *WORKERS)]
    failing = Failing(chances=order.failpoints, logs=logs, is_armed=True)
    async with housed(order.database, folder, order.mutant, failing, tell) as house:
        tell.deaths = house.victims.deaths
        plans, later = await _planned(order, house)
        loaded = await _load(order, house, plans, tell)
        tell("a few cases more")
        tail = await live_on(house, later)
        tell("judging")
        return await _judged(order, house, (loaded, tail), tell.seconds)


async def _planned(order: Order, house: House) -> tuple[list[CasePlan], list[CasePlan]]:
    """The cases of the run, and those of the time after."""
    known = await house.policies()
    wanted = order.cases + order.afterwards
    if len(known) < wanted:
        raise ValueError(f"Expected at most {len(known)} cases, but {wanted} are wanted.")
    plans = [plan.but(order.special) for plan in cases(order.seed, known, order.cases)]
    later = plain(known[order.cases : wanted], order.cases)
    await house.instruct_bank(plans)
    return plans, later


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What came of the load."""

    lives: Sequence[Life]
    office: Office
    struck: Counter[str]
    calm: float


async def _load(order: Order, house: House, plans: Sequence[CasePlan], tell: Telling) -> Loaded:
    nemesis = Nemesis(
        victims=house.victims, base=house.base, tell=tell, longest_wait=order.longest_wait
    )
    async with httpx.AsyncClient(base_url=house.api_url, timeout=20) as http:
        pause = order.side_by_side * PAUSE_FOR_EACH
        office = Office(http=http, until=time.monotonic() + 7200, pause=pause)
        lives = [Life(plan=plan, office=office) for plan in plans]
        gate = asyncio.Semaphore(order.side_by_side)
        async with _living(lives, gate) as living, _told(tell):
            tell.ended = lambda: sum(task.done() for task in living)
            tell.struck = nemesis.done.total
            house.failing.progress = lambda: tell.ended() / len(living)
            strikes = order.strikes or faults(order.seed, order.faults, order.database)
            await nemesis.strike(strikes, house.failing.progress)
            await until(house.failing.progress, order.heal_at, order.longest_wait)
            tell("healing")
            await _heal(order, house)
            healed = time.monotonic()
            await _calm(living, office, order)
        return Loaded(
            lives=lives, office=office, struck=nemesis.done, calm=time.monotonic() - healed
        )


async def _heal(order: Order, house: House) -> None:
    """Disarm what is armed, and wait until everything is back."""
    house.failing.is_armed = False
    await house.base.ready()
    if order.failpoints:
        await house.victims.renew()
    await house.victims.back()


@asynccontextmanager
async def _living(
    lives: Sequence[Life], gate: asyncio.Semaphore
) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Live them, so many side by side; none lives on when the run ends early."""

    async def lived(life: Life) -> None:
        async with gate:
            await life.lived()

    living = [asyncio.create_task(lived(life)) for life in lives]
    try:
        yield living
    finally:
        for task in living:
            task.cancel()
        await asyncio.gather(*living, return_exceptions=True)


@asynccontextmanager
async def _told(tell: Telling) -> AsyncIterator[None]:
    telling = asyncio.create_task(tell.go_on())
    try:
        yield
    finally:
        telling.cancel()


async def _calm(living: Sequence[asyncio.Task[None]], office: Office, order: Order) -> None:
    """Wait until all have ended, or nothing has moved for as long as our patience lasts."""
    ended, latest = -1, time.monotonic() + order.longest_calm
    while pending := [task for task in living if not task.done()]:
        if len(living) - len(pending) != ended:
            ended = len(living) - len(pending)
            office.until = min(time.monotonic() + order.patience, latest)
        await asyncio.wait(pending, timeout=1)


async def _judged(
    order: Order, house: House, given: tuple[Loaded, Tail], seconds: float
) -> Verdict:
    loaded, tail = given
    lives = [*loaded.lives, *tail.lives]
    found = await gather(house, lives, [*loaded.office.notes, *tail.office.notes])
    found.repeated, found.idle = tail.office.repeated, tail.idle
    return Verdict(
        order=order,
        violations=violations(found),
        ends=dict(Counter(str(life.page.get("status")) for life in lives)),
        faults=dict(sorted(loaded.struck.items())),
        failpoints=dict(sorted(house.failing.struck().items())),
        replayed=found.replayed,
        longest_history=max((execution.events for execution in found.workflows), default=0),
        seconds=seconds,
        calm_after=loaded.calm,
        incidents=[incident for life in lives for incident in life.incidents],
        server_errors=loaded.office.server_errors + tail.office.server_errors,
        trouble=house.victims.trouble(),
        marks=_marks(house.folder),
    )


def _marks(folder: Path) -> int:
    file = folder / "mutant.marks"
    return len(file.read_text().split()) if file.exists() else 0
