"""One worker process of one variant; it lives until its standard input is closed.

``python -m benchmarks.surrender.worker VARIANT ADDRESS QUEUE EFFECTS [FILE]``
"""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from temporalio.worker import Worker

from benchmarks.surrender import doorbell
from benchmarks.surrender.case import drawing
from benchmarks.surrender.work import Book, activities
from infra.temporal import connect, leave
from workers.sandbox import sandboxed
from workflows.contracts import catalogue

MODEL_FILE = "surrender.bpmn"


def run_everything_remote() -> None:
    """Schedule every type, in this process only; before the host reads the catalogue."""
    if any(name.startswith("workflows.host") for name in sys.modules):
        raise AssertionError("Expected the host to be imported later, but it has been")
    catalogue.CONTRACTS = MappingProxyType(
        {type_: replace(one, runs="remote") for type_, one in catalogue.CONTRACTS.items()}
    )


def workflow_class(variant: str) -> type:
    """Return what a variant runs."""
    if variant == "hand-written":
        from benchmarks.surrender.handwritten import HandWrittenSurrender

        return HandWrittenSurrender
    if variant == "remote":
        run_everything_remote()
    from workflows.host.case_workflow import ServicingCase
    from workflows.host.programs import PROGRAMS

    PROGRAMS.install(lambda _hash: {MODEL_FILE: drawing()})
    return ServicingCase


async def serve(variant: str, address: str, queue: str, file: Path | None) -> None:
    """Serve a variant until standard input is closed."""
    client = await connect(address)
    async with Worker(
        client,
        task_queue=queue,
        workflows=[workflow_class(variant)],
        activities=activities(Book(file)),
        workflow_runner=sandboxed(),
    ):
        doorbell.tell({"ready": variant})
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    chosen, server, task_queue, *rest = sys.argv[1:]
    asyncio.run(serve(chosen, server, task_queue, Path(rest[0]) if rest else None))
    leave(0)
