"""The gate of a release: a build that does something else than is recorded serves nobody.

Before a new build polls, it replays the golden histories and a sample of those of open cases. The
build that serves already is not asked again, so that a worker that comes back after a crash comes
back at once.
"""

import asyncio
import logging
from typing import Final

from temporalio.client import Client
from temporalio.service import RPCError

from infra.releases import current_build
from infra.settings import Settings
from workers.rehearsal.histories import audition
from workers.rehearsal.replaying import Outcome
from workers.versioning import AWAY

PAUSE: Final = 2.0

logger = logging.getLogger(__name__)


class ReleaseRefused(Exception):
    """This build does something else than histories have recorded."""

    def __init__(self, build_id: str, outcomes: list[Outcome]) -> None:
        told = "\n".join(line for outcome in outcomes for line in outcome.lines())
        super().__init__(
            f"Build {build_id} does not replay {len(outcomes)} histories, so it serves nobody:\n"
            f"{told}"
        )


async def pass_gate(client: Client, settings: Settings, build_id: str) -> int:
    """Return how many histories a new build has replayed; raises ReleaseRefused."""
    while True:
        try:
            if await current_build(client) == build_id:
                return 0
            return await _rehearsed(client, settings, build_id)
        except RPCError as error:
            if error.status not in AWAY:
                raise
            logger.warning("gate: Temporal is away: %s", error.status.name)
            await asyncio.sleep(PAUSE)


async def _rehearsed(client: Client, settings: Settings, build_id: str) -> int:
    replayed, failed = 0, []
    async for outcome in audition(client, settings.golden_folders, settings.release_sample):
        replayed += 1
        if outcome.verdict != "same":
            failed.append(outcome)
    if failed:
        raise ReleaseRefused(build_id, failed)
    logger.info("gate: build %s replayed %s histories", build_id, replayed)
    return replayed
