"""The worker inside the test's own loop, composed as a worker process composes it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from temporalio.client import Client
from temporalio.common import WorkerDeploymentVersion

from infra.db.unit_of_work import Database
from infra.settings import Settings
from infra.telemetry.telemetry import Telemetry
from workers.compose import batch_desk, case_worker, equipped, programs_from


@contextlib.asynccontextmanager
async def working(
    settings: Settings, client: Client, current: WorkerDeploymentVersion | None = None
) -> AsyncIterator[None]:
    """Serve the case queue; unversioned, because the time-skipping server routes by no version."""
    async with contextlib.AsyncExitStack() as stack:
        database = Database.at(settings.database_url, patience=settings.database_patience)
        stack.push_async_callback(database.close)
        await stack.enter_async_context(programs_from(settings))
        telemetry = Telemetry(settings, "workers")
        stack.push_async_callback(telemetry.close)
        telemetry.watch(database)
        equipment = await stack.enter_async_context(equipped(settings, database, telemetry))
        await stack.enter_async_context(
            case_worker(
                telemetry.seen(client),
                equipment,
                task_queue=settings.task_queue,
                current=current,
                desk=batch_desk(settings, client, database),
            )
        )
        yield
