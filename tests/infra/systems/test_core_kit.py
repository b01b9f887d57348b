"""The contract kit: who keeps the contract passes, who does not is found out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
import yaml  # type: ignore[import-untyped]

from infra.systems.core_kit.checks import CHECKS
from infra.systems.core_kit.running import Verdict, run_checks
from infra.systems.core_simulator.app import Core, create_core
from infra.systems.core_simulator.books import CoreBooks
from infra.systems.core_simulator.contract import published
from tests.infra.systems.core_mutants import MUTANTS

CONTRACT = Path(__file__).parents[3] / "docs/contracts/core-system.openapi.yaml"
TOKEN = "-".join(("core", "and", "kit"))


class Ticking:
    """A clock that goes on whenever somebody looks at it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 10, 12, 9, tzinfo=ZoneInfo("Asia/Shanghai"))

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=0.2)
        return self.now


@asynccontextmanager
async def serving(kind: type[CoreBooks], folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    books = kind(folder / "core.db", Ticking())
    books.load([("P-1", 1, "IN_FORCE", "CNY")])
    app = create_core(Core(books=books, token=TOKEN))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://core",
        headers={"Authorization": f"Bearer {TOKEN}"},
    ) as client:
        yield client
    books.close()


async def tried(client: httpx.AsyncClient, begins: str = "") -> list[Verdict]:
    checks = [check for check in CHECKS if check.id.startswith(begins)]
    return [verdict async for verdict in run_checks(client, ["P-1"], checks)]


async def test_the_simulator_passes_every_check(tmp_path: Path):
    async with serving(CoreBooks, tmp_path) as client:
        verdicts = await tried(client)

    assert {each.check.id: each.found for each in verdicts if not each.passed} == {}
    assert len(verdicts) == len(CHECKS) > 30


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
async def test_who_breaks_the_contract_is_found_out(mutant: type[CoreBooks], tmp_path: Path):
    async with serving(mutant, tmp_path) as client:
        (verdict,) = await tried(client, MUTANTS[mutant])

    assert verdict.found


async def test_a_core_that_lets_anybody_in_is_found_out(tmp_path: Path):
    books = CoreBooks(tmp_path / "core.db", Ticking())
    books.load([("P-1", 1, "IN_FORCE", "CNY")])
    transport = httpx.ASGITransport(create_core(Core(books=books)))
    headers = {"Authorization": "Bearer x"}
    async with httpx.AsyncClient(transport=transport, base_url="http://core", headers=headers) as c:
        (verdict,) = await tried(c, "access.token")

    assert verdict.found == "status without a token: expected 401, found 200"
    books.close()


async def test_nobody_there_fails_every_check():
    async with httpx.AsyncClient(base_url="http://127.0.0.1:1") as client:
        verdicts = await tried(client, "key")

    assert {each.found for each in verdicts} == {"no answer: ConnectError"}


def test_every_check_has_a_name_of_its_own():
    assert len({check.id for check in CHECKS}) == len(CHECKS)


def test_the_published_contract_is_the_one_in_use():
    """Write it anew by ``python -m tests.infra.systems.test_core_kit``."""
    assert yaml.safe_load(CONTRACT.read_text()) == published()


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]
    """Texts of several lines as such."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


if __name__ == "__main__":
    _Dumper.add_representer(str, _text)
    told = yaml.dump(published(), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    CONTRACT.write_text(told)
