"""One worker process of one variant; it lives until its standard input is closed.

``python -m benchmarks.surrender.worker VARIANT ADDRESS QUEUE KEYS TRACES [FILE]``

KEYS is the file of the payload keys, TRACES the folder of the local trace store; either may be
``off``. Effects and journals are written to FILE, where it is given.
"""

import asyncio
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from temporalio.client import Client
from temporalio.contrib.opentelemetry import TracingInterceptor
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DefaultFailureConverterWithEncodedAttributes
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from benchmarks.surrender import doorbell
from benchmarks.surrender.case import drawing
from benchmarks.surrender.processes import codec_of
from benchmarks.surrender.work import Book, activities
from infra.settings import Settings
from infra.telemetry.store import FILE, LocalExporter
from infra.telemetry.telemetry import Telemetry
from infra.temporal import connect, leave
from workers.sandbox import sandboxed
from workflows.contracts import catalogue

MODEL_FILE: Final = "surrender.bpmn"
PYDANTIC: Final = ("pydantic", "pydantic_core")
"""What the SDK tells users of its pydantic converter to pass through."""


def run_everything_remote() -> None:
    """Schedule every type, in this process only; before the host reads the catalogue."""
    if any(name.startswith("workflows.host") for name in sys.modules):
        raise AssertionError("Expected the host to be imported later, but it has been")
    catalogue.CONTRACTS = MappingProxyType(
        {type_: replace(one, runs="remote") for type_, one in catalogue.CONTRACTS.items()}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """What a variant runs, and in which sandbox."""

    workflow: type
    runner: SandboxedWorkflowRunner


def runs(variant: str) -> Runs:
    """Return a variant: by hand in the SDK's own sandbox, interpreted in the product's."""
    if variant == "hand-written":
        from benchmarks.surrender.handwritten import HandWrittenSurrender

        restrictions = SandboxRestrictions.default.with_passthrough_modules(*PYDANTIC)
        own = SandboxedWorkflowRunner(restrictions=restrictions)
        return Runs(workflow=HandWrittenSurrender, runner=own)
    if variant == "remote":
        run_everything_remote()
    from workflows.host.case_workflow import ServicingCase
    from workflows.host.programs import PROGRAMS

    PROGRAMS.install(lambda _hash: {MODEL_FILE: drawing()})
    return Runs(workflow=ServicingCase, runner=sandboxed())


def stock(client: Client) -> Client:
    """Return the client with the SDK's own converter for pydantic, and the product's codec."""
    config: dict[str, Any] = dict(client.config())
    config["data_converter"] = replace(
        pydantic_data_converter,
        payload_codec=client.data_converter.payload_codec,
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
    return Client(**config)


def seen(variant: str, client: Client, folder: Path) -> Client:
    """Return the client with all its work traced: by the SDK's own means, or by the product's.

    Both write to the product's local store, in batches, from a thread of their own.
    """
    if variant != "hand-written":
        return Telemetry(Settings(data_folder=folder, traces="local"), "workers").seen(client)
    provider = TracerProvider()
    exporter = LocalExporter(folder / FILE, days=1, megabytes=512)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    config: dict[str, Any] = dict(client.config())
    config["interceptors"] = [TracingInterceptor(provider.get_tracer("hand-written"))]
    return Client(**config)


async def serve(
    variant: str,
    address: str,
    queue: str,
    keys: Path | None,
    traces: Path | None,
    file: Path | None,
) -> None:
    """Serve a variant until standard input is closed."""
    client = await connect(address, codec=codec_of(keys))
    if variant == "hand-written":
        client = stock(client)
    if traces is not None:
        client = seen(variant, client, traces)
    chosen = runs(variant)
    async with Worker(
        client,
        task_queue=queue,
        workflows=[chosen.workflow],
        activities=activities(Book(file)),
        workflow_runner=chosen.runner,
    ):
        doorbell.tell({"ready": variant})
        await asyncio.to_thread(sys.stdin.read)


def main(variant: str, address: str, queue: str, keys: str, traces: str, *files: str) -> None:
    """Serve, then leave without the SDK's shutdown."""
    places = [None if place == "off" else Path(place) for place in (keys, traces, *files, "off")]
    asyncio.run(serve(variant, address, queue, *places[:3]))
    leave(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
