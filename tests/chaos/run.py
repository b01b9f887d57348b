"""One run: set up, load and faults, heal, quiet, judge."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
from sqlalchemy import select

from infra.db.tables import policies
from infra.db.unit_of_work import Database
from infra.local.children import Child
from infra.local.day.caller import ApiCaller
from infra.local.day.working_day import deploy_models
from infra.local.stack import Stack, furnished, processes
from infra.payload_codec import deployment_codec
from infra.settings import Settings
from infra.temporal import connect
from tests.chaos.evidence import gather
from tests.chaos.invariants import violations
from tests.chaos.nemesis import Nemesis
from tests.chaos.people import Life, Office
from tests.chaos.plan import FAILPOINTS, CasePlan, cases, faults
from tests.chaos.victims import Victim, Victims
from workers.compose import programs_from

SOONER = ("--dynamic-config-value", 'history.defaultWorkflowTaskTimeout="3s"')
"""Workflow tasks of dead workers are given to others after three seconds instead of ten."""
MUTANTS_FAIL = 3
"""How many times likelier a failpoint strikes in a short run with a seeded bug."""
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to run."""

    seed: int = 1
    cases: int = 300
    faults: int = 60
    side_by_side: int = 24
    failpoints: bool = True
    mutant: str = ""
    """A seeded bug that every process of the product runs with."""
    longest_wait: float = 45.0
    """Seconds after which the next fault strikes, however little of the load is done."""
    patience: float = 120.0
    """Seconds without any case coming to its end after which those left are stuck."""


@dataclass(kw_only=True)
class Verdict:
    """What came of a run."""

    order: Order
    violations: Mapping[str, Sequence[str]]
    ends: Mapping[str, int]
    faults: Mapping[str, int]
    failpoint_deaths: int
    replayed: int
    seconds: float
    calm_after: float
    """Seconds from the last fault until nothing moved any more."""
    incidents: Sequence[str] = ()
    """What people on call had to have tried again."""
    server_errors: Sequence[str] = ()
    marks: Sequence[str] = field(default_factory=list)
    """What the seeded bug noted whenever it struck."""


async def run(order: Order, folder: Path, tell: Told) -> Verdict:
    """Run once on an empty folder."""
    begun = time.monotonic()
    async with _alive(order, folder, tell) as (stack, victims):
        plans = await _planned(order, stack)
        caller = ApiCaller(stack.addresses.url(stack.addresses.api))
        await deploy_models(caller)
        await caller.close()
        await _instruct(stack, plans)
        if order.failpoints:
            often = MUTANTS_FAIL if order.mutant else 1
            failing = ",".join(f"{name}={chance * often}" for name, chance in FAILPOINTS.items())
            victims.armed["BAOQUAN_FAILPOINTS"] = failing
            victims.named["worker-1"].kill()
            victims.named["worker-2"].kill()
        return await _judged(order, stack, victims, (plans, tell, begun))


async def _judged(
    order: Order, stack: Stack, victims: Victims, given: tuple[Sequence[CasePlan], Told, float]
) -> Verdict:
    plans, tell, begun = given
    nemesis = Nemesis(
        victims=victims,
        lock_database=_locker(stack),
        tell=tell,
        longest_wait=order.longest_wait,
    )
    lives, office, calm = await _load(order, stack, plans, (nemesis, tell))
    settings = _settings(stack)
    client = await connect(settings.temporal_address, codec=deployment_codec(settings))
    database = Database.at(settings.database_url)
    try:
        async with programs_from(settings):
            found = await gather(lives, office.notes, database, stack.folder / "bank.db", client)
    finally:
        await database.close()
    ends: dict[str, int] = {}
    for life in lives:
        ends[str(life.page.get("status"))] = ends.get(str(life.page.get("status")), 0) + 1
    return Verdict(
        order=order,
        violations=violations(found),
        ends=ends,
        faults=dict(sorted(nemesis.done.items())),
        failpoint_deaths=sum(victim.own_deaths for victim in victims.named.values()),
        replayed=found.replayed,
        seconds=time.monotonic() - begun,
        calm_after=calm,
        incidents=[incident for life in lives for incident in life.incidents],
        server_errors=office.server_errors,
        marks=_marks(stack.folder),
    )


async def _load(
    order: Order,
    stack: Stack,
    plans: Sequence[CasePlan],
    given: tuple[Nemesis, Told],
) -> tuple[list[Life], Office, float]:
    nemesis, tell = given
    async with httpx.AsyncClient(
        base_url=stack.addresses.url(stack.addresses.api), timeout=20
    ) as http:
        office = Office(http=http, until=time.monotonic() + 3600)
        lives = [Life(plan=plan, office=office) for plan in plans]
        gate = asyncio.Semaphore(order.side_by_side)
        living = [asyncio.create_task(_lived(life, gate)) for life in lives]

        def progress() -> float:
            return sum(task.done() for task in living) / len(living)

        await nemesis.strike(faults(order.seed, order.faults), progress)
        tell("healing")
        await nemesis.victims.heal()
        healed = time.monotonic()
        await _calm(living, office, order.patience, tell)
        return lives, office, time.monotonic() - healed


async def _calm(
    living: Sequence[asyncio.Task[None]], office: Office, patience: float, tell: Told
) -> None:
    """Wait until all have ended, or nothing has moved for as long as our patience lasts."""
    ended = -1
    while pending := [task for task in living if not task.done()]:
        if len(living) - len(pending) != ended:
            ended = len(living) - len(pending)
            office.until = time.monotonic() + patience
            tell(f"{ended} of {len(living)} cases have ended")
        await asyncio.wait(pending, timeout=2)


async def _lived(life: Life, gate: asyncio.Semaphore) -> None:
    async with gate:
        try:
            await life.live()
        except TimeoutError:
            return  # the invariants say what stands where
        except httpx.HTTPStatusError as error:
            life.wrong.append(f"{error.response.status_code} {error.response.text[:200]}")


# --- the house --------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def _alive(order: Order, folder: Path, tell: Told) -> AsyncIterator[tuple[Stack, Victims]]:
    async with furnished(folder, tell) as stack:
        logs = folder / "logs"
        logs.mkdir(exist_ok=True)
        victims = Victims(
            named={
                child.name: Victim(child=child, log=logs / f"{child.name}.log")
                for child in _cast(order, processes(stack))
            }
        )
        try:
            await victims.begin()
            yield stack, victims
        finally:
            await victims.end()


def _cast(order: Order, children: Sequence[Child]) -> list[Child]:
    """The processes of the stack, with two workers, and the seeded bug in those of the product."""
    cast: list[Child] = []
    for child in children:
        if child.name == "temporal":
            cast.append(replace(child, command=(*child.command, *SOONER)))
        elif child.name == "workers":
            bugged = replace(child, command=_with_bug(order, "workers", child))
            cast += [replace(bugged, name=f"worker-{number}") for number in (1, 2)]
        elif child.name == "api":
            cast.append(replace(child, command=_with_bug(order, "api", child)))
        else:
            cast.append(child)
    return cast


def _with_bug(order: Order, module: str, child: Child) -> tuple[str, ...]:
    if not order.mutant:
        return child.command
    return (sys.executable, "-m", "tests.chaos.mutants", order.mutant, module)


async def _planned(order: Order, stack: Stack) -> list[CasePlan]:
    """Plan cases on policies that can be surrendered without ado."""
    table = policies.policies
    query = (
        select(table.c.policy_no)
        .where(table.c.state == "IN_FORCE", table.c.flags == [], table.c.policy_no.like("P26%"))
        .order_by(table.c.policy_no)
    )
    database = Database.at(stack.database_url)
    try:
        async with database.engine.connect() as connection:
            found = [str(row.policy_no) for row in await connection.execute(query)]
    finally:
        await database.close()
    if len(found) < order.cases:
        raise ValueError(f"Expected at most {len(found)} cases, but {order.cases} are wanted.")
    return cases(order.seed, found, order.cases)


async def _instruct(stack: Stack, plans: Sequence[CasePlan]) -> None:
    database = Database.at(stack.database_url)
    try:
        async with (
            database.work() as books,
            httpx.AsyncClient(base_url=stack.addresses.url(stack.addresses.bank)) as bank,
        ):
            for plan in plans:
                account = await books.parties.account(f"AC-{plan.subject}")
                if plan.bank and account is not None:
                    told = {"account": account.account_no, "behaviour": dict(plan.bank)}
                    (await bank.post("/control/behaviours", json=told)).raise_for_status()
    finally:
        await database.close()


def _locker(stack: Stack) -> Callable[[float], Awaitable[None]]:
    """Hold the write lock of the embedded database: there is no process to kill."""

    async def hold(seconds: float) -> None:
        file = stack.folder / "baoquan.db"

        def locked() -> None:
            with contextlib.closing(sqlite3.connect(file, timeout=10)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                time.sleep(seconds)
                connection.rollback()

        await asyncio.to_thread(locked)

    return hold


def _settings(stack: Stack) -> Settings:
    return Settings(
        data_folder=stack.folder,
        database_url=stack.database_url,
        temporal_address=f"127.0.0.1:{stack.addresses.temporal}",
    )


def _marks(folder: Path) -> list[str]:
    file = folder / "mutant.marks"
    return file.read_text().split() if file.exists() else []
