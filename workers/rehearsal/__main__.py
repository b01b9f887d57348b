"""``python -m workers.rehearsal``: rehearse a case, or what a release has to stand (JSON lines)."""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Final

from temporalio.client import Client
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.service import RPCError, RPCStatusCode

from infra.payload_codec import deployment_codec
from infra.settings import Settings
from infra.temporal import connect, leave
from workers.compose import programs_from
from workers.rehearsal.histories import audition
from workers.rehearsal.replaying import Outcome, rehearse
from workers.versioning import build_id

DIFFERENT: Final = 1
UNFIT: Final = 2
"""Exit codes: something differs; there was nothing to rehearse."""

_QUIET: Final = Runtime(
    telemetry=TelemetryConfig(
        logging=LoggingConfig(filter=TelemetryFilter(core_level="ERROR", other_level="ERROR"))
    )
)
"""Standard output is for outcomes: what differs is told in them, not by the SDK."""


@asynccontextmanager
async def _temporal(settings: Settings) -> AsyncIterator[Client]:
    async with programs_from(settings):
        yield await connect(
            settings.temporal_address,
            codec=deployment_codec(settings),
            namespace=settings.temporal_namespace,
        )


async def _of_case(client: Client, case_id: str, run_id: str | None) -> AsyncIterator[Outcome]:
    try:
        handle = client.get_workflow_handle(case_id, run_id=run_id)
        described = await handle.describe()
        fetched = client.get_workflow_handle(case_id, run_id=described.run_id)
        history = await fetched.fetch_history()
    except RPCError as error:
        if error.status in {RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT}:
            raise LookupError(f"Temporal keeps no history of {case_id} (any more).") from None
        raise
    yield await rehearse(history, client.data_converter)


async def _rehearse(asked: argparse.Namespace, settings: Settings) -> int:
    failed = 0
    async with _temporal(settings) as client:
        if asked.case:
            outcomes = _of_case(client, asked.case, asked.run)
        else:
            outcomes = audition(client, settings.golden_folders, asked.sample)
        async for outcome in outcomes:
            failed += outcome.verdict != "same"
            told = {**asdict(outcome), "build": build_id(), "lines": list(outcome.lines())}
            sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    return DIFFERENT if failed else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m workers.rehearsal", description=__doc__)
    parser.add_argument("--case", help="workflow id; without it the golden and open histories")
    parser.add_argument("--run", help="run id; the newest when not given")
    parser.add_argument("--sample", type=int, default=0, help="open cases to rehearse")
    parser.add_argument("--golden", type=Path, help="folder of golden histories")
    return parser.parse_args()


def main() -> None:
    """Rehearse, and say how it went by the exit code."""
    asked = _asked()
    Runtime.set_default(_QUIET, error_if_already_set=False)
    settings = Settings()
    if asked.golden is not None:
        settings = settings.model_copy(update={"golden_histories": asked.golden})
    try:
        code = asyncio.run(_rehearse(asked, settings))
    except (LookupError, OSError, RuntimeError, RPCError) as error:
        sys.stderr.write(f"{error}\n")
        code = UNFIT
    leave(code)


if __name__ == "__main__":
    main()
