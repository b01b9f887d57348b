"""A journey's history: replayed with the code at hand, and recorded for the releases to come."""

from __future__ import annotations

import asyncio
import json
from importlib.metadata import version

from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from infra.temporal import data_converter
from tests.encryption import CODEC
from tests.journeys.house import House
from tests.replay.recording import BUNDLES, HISTORIES, IDS, packed
from workers.compose import programs_from
from workers.sandbox import sandboxed
from workflows.host.case_workflow import ServicingCase
from workflows.host.programs import PROGRAMS


async def history_of(house: House, case_id: str) -> WorkflowHistory:
    """The history of a case that never grew long enough for a second run."""
    return await house.client.get_workflow_handle(case_id).fetch_history()


async def replayed(house: House, history: WorkflowHistory) -> None:
    """Replay with the current code; a divergence raises.

    A worker that runs out of patience with a bundle is given the task again; a replayer is not.
    """
    async with programs_from(house.settings):
        for (bundle_hash,) in house.rows("SELECT hash FROM bundles"):
            await asyncio.to_thread(PROGRAMS.bundle, bundle_hash)
        await _replayed(history)


async def _replayed(history: WorkflowHistory) -> None:
    replayer = Replayer(
        workflows=[ServicingCase],
        workflow_runner=sandboxed(),
        data_converter=data_converter(CODEC),
    )
    await replayer.replay_workflow(history)


def recorded(house: House, case_id: str, history: WorkflowHistory, name: str) -> None:
    """Write the history down where the replay tests read it, with the models it ran on."""
    path = HISTORIES / f"{version('baoquan')}-{name}-1.pb.gz"
    path.write_bytes(packed(History(events=history.events)))
    ids = json.loads(IDS.read_text()) if IDS.exists() else {}
    IDS.write_text(json.dumps({**ids, path.name: case_id}, indent=1, sort_keys=True) + "\n")
    [(bundle_hash,)] = house.rows("SELECT program_hash FROM cases WHERE id = ?", case_id)
    folder = BUNDLES / bundle_hash
    folder.mkdir(parents=True, exist_ok=True)
    query = "SELECT name, content FROM bundle_files WHERE bundle_hash = ?"
    for file, content in house.rows(query, bundle_hash):
        (folder / file).write_bytes(content)
