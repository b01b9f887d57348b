"""Where histories to rehearse come from: recorded ones, a case's own, a sample of the open ones."""

import gzip
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from temporalio.api.history.v1 import History
from temporalio.client import Client, WorkflowHistory

from infra.temporal import data_converter
from workers.rehearsal.replaying import Outcome, rehearse
from workflows.contracts.routing import CASE_WORKFLOW, SEARCH_PROCESS, SEARCH_VERSION

LISTED: Final = 2_000
"""Open cases that a sample is drawn from, the newest."""


def golden(folder: Path) -> Iterator[tuple[str, WorkflowHistory]]:
    """Read recorded histories: ``histories/*.pb.gz`` and the workflow ids beside them."""
    ids = json.loads((folder / "histories" / "instances.json").read_text("utf-8"))
    for path in sorted((folder / "histories").glob("*.pb.gz")):
        history = History.FromString(gzip.decompress(path.read_bytes()))
        yield path.name, WorkflowHistory(ids[path.name], list(history.events))


async def sampled(client: Client, count: int) -> AsyncIterator[WorkflowHistory]:
    """Fetch histories of open cases: of every process and version some, the newest and oldest."""
    groups: dict[tuple[object, ...], list[tuple[str, str]]] = {}
    query = f"WorkflowType = '{CASE_WORKFLOW}' AND ExecutionStatus = 'Running'"
    async for one in client.list_workflows(query, limit=LISTED):
        kind = tuple(one.search_attributes.get(name, [""])[0] for name in _GROUPED)
        groups.setdefault(kind, []).append((one.id, one.run_id))
    for case_id, run_id in spread(list(groups.values()), count):
        yield await client.get_workflow_handle(case_id, run_id=run_id).fetch_history()


_GROUPED: Final = (SEARCH_PROCESS, SEARCH_VERSION)


def spread(groups: list[list[tuple[str, str]]], count: int) -> list[tuple[str, str]]:
    """Take from each group in turn, now from its one end, now from the other."""
    chosen: list[tuple[str, str]] = []
    turn = 0
    while len(chosen) < count and any(groups):
        chosen += [group.pop(0 if turn % 2 == 0 else -1) for group in groups if group]
        turn += 1
    return chosen[:count]


async def audition(client: Client, goldens: Sequence[Path], sample: int) -> AsyncIterator[Outcome]:
    """Rehearse all golden histories, then a sample of the open cases."""
    for folder in goldens:
        for name, history in golden(folder):
            outcome = await rehearse(history, data_converter())
            yield replace(outcome, source=name)
    async for history in sampled(client, sample):
        yield await rehearse(history, client.data_converter)
