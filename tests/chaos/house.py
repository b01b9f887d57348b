"""The house of a run: its processes with two workers, its database, its policies, its bank."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
from sqlalchemy import select

from infra.db.tables import policies
from infra.db.unit_of_work import Database
from infra.local.children import Child, Ready
from infra.local.day.caller import ApiCaller
from infra.local.day.working_day import deploy_models
from infra.local.stack import Stack, furnished, processes
from infra.settings import Settings
from tests.chaos.bases import Base, base_of, furnishing
from tests.chaos.failing import Failing
from tests.chaos.plan import CasePlan, Kind
from tests.chaos.spawning import by_command
from tests.chaos.victims import WORKERS, Victim, Victims
from tests.nursery import nursery

SOONER = ("--dynamic-config-value", 'history.defaultWorkflowTaskTimeout="6s"')
"""Workflow tasks of dead workers are given to others after six seconds instead of ten."""
OFTEN = {"BAOQUAN_ANCHOR_SECONDS": "5"}
"""Anchors are written all the time, so that faults meet them."""
PORTS = dict(zip(WORKERS, ("BAOQUAN_WORKER_METRICS_PORT", "BAOQUAN_SDK_METRICS_PORT"), strict=True))
"""Where each worker gives its figures: a worker that does is up."""
OURS = ("api", *WORKERS)
"""Processes of the product; the others are machines that it uses."""
Told = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class House:
    """A running deployment that faults can strike."""

    stack: Stack
    base: Base
    victims: Victims
    failing: Failing

    @property
    def folder(self) -> Path:
        """Where everything is kept."""
        return self.stack.folder

    @property
    def api_url(self) -> str:
        """Where the API answers."""
        return self.stack.addresses.url(self.stack.addresses.api)

    @property
    def settings(self) -> Settings:
        """What the judge reads with: as the owner of the database."""
        return Settings(
            data_folder=self.folder,
            database_url=self.stack.database_url,
            temporal_address=f"127.0.0.1:{self.stack.addresses.temporal}",
        )

    async def policies(self) -> list[str]:
        """Policies that can be surrendered without ado."""
        table = policies.policies
        query = (
            select(table.c.policy_no, table.c.flags)
            .where(table.c.state == "IN_FORCE", table.c.policy_no.like("P26%"))
            .order_by(table.c.policy_no)
        )
        async with self._books() as database, database.engine.connect() as connection:
            rows = await connection.execute(query)
            return [str(row.policy_no) for row in rows if not row.flags]

    async def instruct_bank(self, plans: Sequence[CasePlan]) -> None:
        """Tell the bank how to behave towards whom."""
        bank_url = self.stack.addresses.url(self.stack.addresses.bank)
        async with (
            self._books() as database,
            database.reading() as room,
            httpx.AsyncClient(base_url=bank_url) as bank,
        ):
            for plan in plans:
                account = await room.parties.account(f"AC-{plan.subject}") if plan.bank else None
                if account is not None:
                    told = {"account": account.account_no, "behaviour": dict(plan.bank)}
                    (await bank.post("/control/behaviours", json=told)).raise_for_status()

    @contextlib.asynccontextmanager
    async def _books(self) -> AsyncIterator[Database]:
        database = Database.at(self.stack.database_url, keys=self.stack.keys)
        try:
            yield database
        finally:
            await database.close()


@contextlib.asynccontextmanager
async def housed(
    kind: Kind, folder: Path, mutant: str, failing: Failing, tell: Told
) -> AsyncIterator[House]:
    """Everything of a run, up and with its models; at the end nothing runs any more."""
    async with (
        nursery("tests.chaos.process") as born,
        base_of(kind, folder) as base,
        _furnished(base, folder, tell) as stack,
    ):
        working = replace(stack, database_url=await base.open_up(stack.database_url))
        victims = Victims(
            named={
                child.name: Victim(
                    child=child,
                    log=folder / "logs" / f"{child.name}.log",
                    spawn=born.start if child.name in OURS else by_command,
                )
                for child in _cast(mutant, processes(working))
            },
            armed=failing.environment,
        )
        try:
            tell("starting")
            await victims.begin()
            house = House(stack=stack, base=base, victims=victims, failing=failing)
            caller = ApiCaller(house.api_url)
            await deploy_models(caller)
            await caller.close()
            yield house
        finally:
            await victims.end()


@contextlib.asynccontextmanager
async def _furnished(base: Base, folder: Path, tell: Told) -> AsyncIterator[Stack]:
    with furnishing(base):
        async with furnished(folder, tell) as stack:
            (folder / "logs").mkdir(exist_ok=True)
            yield stack


def _cast(mutant: str, children: Sequence[Child]) -> list[Child]:
    """The processes of the stack, with two workers; those of the product as a run needs them."""
    cast: list[Child] = []
    for child in children:
        if child.name == "temporal":
            cast.append(replace(child, command=(*child.command, *SOONER)))
        elif child.name == "workers":
            cast += [_worker(child, name, mutant) for name in WORKERS]
        elif child.name == "api":
            cast.append(replace(child, command=("api", mutant)))
        else:
            cast.append(child)
    return cast


def _worker(child: Child, name: str, mutant: str) -> Child:
    port = child.environment[PORTS[name]]
    figures = {"BAOQUAN_WORKER_METRICS_PORT": port, "BAOQUAN_SDK_METRICS_PORT": "0"}
    return replace(
        child,
        name=name,
        command=("workers", mutant),
        environment={**child.environment, **figures, **OFTEN},
        ready=_answers(f"http://127.0.0.1:{port}/metrics"),
    )


def _answers(url: str) -> Ready:
    async def ready() -> bool:
        try:
            async with httpx.AsyncClient(timeout=2) as client:
                return (await client.get(url)).is_success
        except httpx.HTTPError:
            return False

    return ready
