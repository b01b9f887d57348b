"""Runs the kit's checks one after the other against a core system, and tells how each went."""

import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import httpx

from infra.systems.core_kit.checks import CHECKS, Check
from infra.systems.core_kit.desk import Broken, Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How one check went."""

    check: Check
    found: str = ""
    """What was found instead; empty: as expected."""

    @property
    def passed(self) -> bool:
        """Whether it was as expected."""
        return not self.found


async def run_checks(
    client: httpx.AsyncClient, policies: Sequence[str], checks: Sequence[Check] = CHECKS
) -> AsyncIterator[Verdict]:
    """Run checks in turn, on one policy after the other; each puts away what it left behind."""
    run = secrets.token_hex(4)
    for place, check in enumerate(checks):
        policy_no = policies[place % len(policies)]
        desk = Desk(client=client, policy_no=policy_no, run=f"{run}.{place}")
        try:
            await check.run(desk)
            found = ""
        except Broken as error:
            found = str(error)
        except httpx.HTTPError as error:
            found = f"no answer: {type(error).__name__}"
        await desk.put_away()
        yield Verdict(check=check, found=found)
