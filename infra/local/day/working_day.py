"""A working day on a running stack: models deployed, cases played side by side, and a verdict."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import httpx

from infra.db.unit_of_work import Database
from infra.local.day.caller import ApiCaller, Json
from infra.local.day.player import Played, Player
from infra.local.day.scenarios import SCENARIOS, Scenario
from infra.local.stack import Stack

SIDE_BY_SIDE = 4
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
    gate = asyncio.Semaphore(SIDE_BY_SIDE)
    player = Player(caller, tell)

    async def played(scenario: Scenario) -> Played:
        async with gate:
            page = await caller.get("auditor-1", "/v1/cases", {"policyNo": scenario.policy_no})
            if page["cases"]:
                return await player.recall(scenario, page["cases"][-1]["caseId"])
            return await player.play(scenario)

    return list(await asyncio.gather(*(played(scenario) for scenario in SCENARIOS)))


async def _instruct_bank(stack: Stack) -> None:
    wanted = {
        account: behaviour for scenario in SCENARIOS for account, behaviour in scenario.bank.items()
    }
    numbers = await _account_numbers(stack, wanted)
    async with httpx.AsyncClient(base_url=stack.addresses.url(stack.addresses.bank)) as bank:
        for account, behaviour in wanted.items():
            order = {"account": numbers[account], "behaviour": behaviour}
            (await bank.post("/control/behaviours", json=order)).raise_for_status()


async def _account_numbers(stack: Stack, accounts: Mapping[str, object]) -> dict[str, str]:
    database = Database.at(stack.database_url)
    try:
        async with database.work() as books:
            found = {account: await books.parties.account(account) for account in accounts}
    finally:
        await database.close()
    return {account: row.account_no for account, row in found.items() if row is not None}
