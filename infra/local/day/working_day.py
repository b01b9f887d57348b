"""A working day on a running stack: models deployed, cases played side by side, and a verdict."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import httpx

from infra.db.unit_of_work import Database, UnitOfWork
from infra.local.day.caller import ApiCaller, Json
from infra.local.day.cases import SCENARIOS
from infra.local.day.player import Played, Player
from infra.local.day.scenario import Scenario
from infra.local.stack import Stack

SIDE_BY_SIDE = 6
WATCHED = 30
"""Seconds that a look at all groups may take."""
MODELS = Path(__file__).parents[3] / "workflows" / "processes"


def model_files() -> dict[str, str]:
    """Return the built-in models and tables by file name."""
    return {
        path.name: path.read_text("utf-8")
        for path in sorted(MODELS.rglob("*"))
        if path.suffix in (".bpmn", ".dmn")
    }


async def deploy_models(caller: ApiCaller) -> Sequence[Json]:
    """Deploy the built-in models; unchanged ones keep their versions."""
    deployed = await caller.post("ops-1", "/v1/definitions", {"files": model_files()})
    definitions: list[Json] = deployed["definitions"]
    return definitions


async def play_day(stack: Stack, caller: ApiCaller, tell: Callable[[str], None]) -> list[Played]:
    """Play every scenario, a few side by side; what an earlier start played is looked up."""
    await _instruct_bank(stack)
    await _instruct_bureau(stack)
    gate = asyncio.Semaphore(SIDE_BY_SIDE)
    player = Player(caller, tell)

    async def played(scenario: Scenario) -> Played:
        if scenario.after is not None:
            await player.until(scenario.after)
        async with gate:
            page = await caller.get("auditor-1", "/v1/cases", {"policyNo": scenario.policy_no})
            known = [case for case in page["cases"] if case["item"] == scenario.item]
            if known:
                return await player.recall(scenario, known[-1]["caseId"])
            return await player.play(scenario)

    return list(await asyncio.gather(*(played(scenario) for scenario in SCENARIOS)))


async def watch_groups(caller: ApiCaller) -> list[Json]:
    """Have the day's cases counted by group; returns the alerts that the risk desk has then."""
    asked = {"name": "population.watch", "key": uuid.uuid4().hex}
    await caller.post("back-office", "/v1/messages", asked)
    for _ in range(WATCHED):
        page = await caller.get("risk-1", "/v1/alerts")
        if page["alerts"]:
            return list(page["alerts"])
        await asyncio.sleep(1)
    return []


async def _instruct_bank(stack: Stack) -> None:
    wanted = {
        account: behaviour for scenario in SCENARIOS for account, behaviour in scenario.bank.items()
    }
    async with _books(stack) as books:
        numbers = {account: await _account_no(books, account) for account in wanted}
    async with httpx.AsyncClient(base_url=stack.addresses.url(stack.addresses.bank)) as bank:
        for account, behaviour in wanted.items():
            order = {"account": numbers[account], "behaviour": behaviour}
            (await bank.post("/control/behaviours", json=order)).raise_for_status()


async def _instruct_bureau(stack: Stack) -> None:
    url = stack.addresses.url(stack.addresses.bureau)
    async with _books(stack) as books, httpx.AsyncClient(base_url=url) as bureau:
        for scenario in SCENARIOS:
            party = await books.parties.get(scenario.party_id) if scenario.bureau else None
            if party is not None:
                entry = {"idNo": party.id_no, "answer": scenario.bureau}
                (await bureau.post("/control/entries", json=entry)).raise_for_status()


async def _account_no(books: UnitOfWork, account_id: str) -> str:
    account = await books.parties.account(account_id)
    if account is None:
        raise LookupError(f"Expected an account {account_id}, but there is none")
    return account.account_no


@contextlib.asynccontextmanager
async def _books(stack: Stack) -> AsyncIterator[UnitOfWork]:
    database = Database.at(stack.database_url, keys=stack.keys)
    try:
        async with database.work() as books:
            yield books
    finally:
        await database.close()
