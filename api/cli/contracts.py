"""``baoquan contract core``: whether an insurer's core system keeps the published contract."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any, Final

import httpx
import typer

from api.cli.printing import Json, say
from infra.systems.core_kit.checks import CHECKS
from infra.systems.core_kit.running import Verdict, run_checks
from infra.systems.core_simulator.contract import published

contract_app = typer.Typer(
    no_args_is_help=True, help="Contracts of outside systems: read them, try an adapter."
)
_SECONDS: Final = 30.0


@contract_app.callback()
def contracts() -> None:
    """Contracts of outside systems."""


@contract_app.command("core")
def core_contract(
    url: Annotated[str, typer.Option(help="Where the core system answers.")] = "",
    policy: Annotated[
        list[str] | None,
        typer.Option(help="A test policy in force, in CNY, that may be changed; repeatable."),
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option(help="File with the bearer token.", exists=True, dir_okay=False)
    ] = None,
    only: Annotated[str, typer.Option(help="Only checks whose id begins so.")] = "",
    openapi: Annotated[bool, typer.Option("--openapi", help="Print the contract.")] = False,
    json_: Json = False,
) -> None:
    """Try a core system against the contract; exit code 1 when a check fails.

    Changes the test policies it is given, and reverses what it did.
    """
    if openapi:
        typer.echo(json.dumps(published(), ensure_ascii=False, indent=2))
        return
    if not url or not policy:
        raise typer.BadParameter("Expected --url and at least one --policy, or --openapi.")
    token = "" if token_file is None else token_file.read_text().strip()
    verdicts = asyncio.run(_tried(url, token, policy, only, quiet=json_))
    if json_:
        typer.echo(json.dumps({"url": url, "checks": [_shown(each) for each in verdicts]}))
    failed = sum(not each.passed for each in verdicts)
    if not json_:
        say(f"{len(verdicts) - failed} of {len(verdicts)} checks passed")
    raise typer.Exit(1 if failed or not verdicts else 0)


async def _tried(
    url: str, token: str, policies: list[str], only: str, *, quiet: bool
) -> list[Verdict]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    checks = [check for check in CHECKS if check.id.startswith(only)]
    verdicts: list[Verdict] = []
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=_SECONDS) as client:
        async for verdict in run_checks(client, policies, checks):
            verdicts.append(verdict)
            if not quiet:
                _tell(verdict)
    return verdicts


def _tell(verdict: Verdict) -> None:
    check = verdict.check
    if verdict.passed:
        say(f"pass  {check.id:<22} {check.expected}")
        return
    say(f"FAIL  {check.id:<22} {check.expected}", fg="red")
    say(f"      {verdict.found}")


def _shown(verdict: Verdict) -> dict[str, Any]:
    return {
        "id": verdict.check.id,
        "expected": verdict.check.expected,
        "passed": verdict.passed,
        "found": verdict.found or None,
    }
