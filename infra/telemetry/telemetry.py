"""One ``Telemetry`` for each process: composed at the doors, from settings."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any, Final

import httpx
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from temporalio.client import Client

from infra.db.unit_of_work import Database
from infra.settings import Settings
from infra.telemetry import words
from infra.telemetry.activations import Activations
from infra.telemetry.census import Census
from infra.telemetry.elements import Elements
from infra.telemetry.http import SeenTransport
from infra.telemetry.metrics import Metrics
from infra.telemetry.ports import MetricsPort
from infra.telemetry.recorder import Recorder
from infra.telemetry.sql import watch_statements
from infra.telemetry.store import FILE, LocalExporter, TraceStore
from infra.telemetry.temporal import SeenTemporal

QUEUE: Final = 16_384
"""Spans that wait to be written; more are dropped, nobody waits."""
BATCH: Final = 1_024
DELAY_MS: Final = 1_000
OTLP_SECONDS: Final = 10
CLOSING_SECONDS: Final = 3.0


class Telemetry:
    """What one process tells of itself."""

    def __init__(self, settings: Settings, service: str) -> None:
        self.metrics = Metrics()
        self.shows_metrics = settings.profile != "production" and settings.metrics_port == 0
        """Whether the API answers with its figures itself; else they have a port of their own."""
        self._processors = _processors(settings)
        self.recorder = _recorder(settings, service, self._processors)
        self.traces = _store(settings)
        """Where traces can be read on this machine; None: they are not kept here."""
        self._elements = (
            None
            if self.recorder is None
            else Elements(self.recorder, clock_offset=settings.clock_offset)
        )
        self._activations: Activations | None = None
        self._host = settings.metrics_host
        self._port: MetricsPort | None = None

    def watch(self, database: Database) -> None:
        """See the statements of a database."""
        if self.recorder is not None and self._elements is not None:
            watch_statements(database.engine.sync_engine, self.recorder)
            self._activations = Activations(database.engine, self._elements)

    def seen(self, client: Client) -> Client:
        """Return the client with everything that goes through it seen, its worker's work too."""
        config: dict[str, Any] = dict(client.config())
        recall = self._activations.recall if self._activations else lambda _: None
        interceptor = SeenTemporal(self.recorder, self._elements, self.metrics, recall)
        config["interceptors"] = [*config["interceptors"], interceptor]
        return Client(**config)

    def transport(self) -> httpx.AsyncBaseTransport:
        """Return the transport of outgoing HTTP."""
        return SeenTransport(httpx.AsyncHTTPTransport(), self.recorder, self.metrics.sent)

    def listen(self, port: int) -> None:
        """Give the figures on a port of their own; 0: nowhere."""
        self._port = MetricsPort(self.metrics.registry, self._host, port)

    @asynccontextmanager
    async def counting(
        self, database: Database, now: Callable[[], datetime], port: int
    ) -> AsyncIterator[None]:
        """Give the figures of the database too, on ``port`` if there is one; closes at the end."""
        census = Census(database, now)
        self.metrics.registry.register(census)
        self.listen(port)
        try:
            yield
        finally:
            self.metrics.registry.unregister(census)
            await self.close()

    async def close(self) -> None:
        """Write down what is still in memory; a collector that is away is not waited for."""
        if self._activations is not None:
            await self._activations.close()
        if self._port is not None:
            await asyncio.to_thread(self._port.close)
        await asyncio.to_thread(_shut, self._processors)


def _shut(processors: "Processors") -> None:
    closing = [
        threading.Thread(target=processor.shutdown, daemon=True) for processor in processors.all
    ]
    for thread in closing:
        thread.start()
    deadline = time.monotonic() + CLOSING_SECONDS
    for thread in closing:
        thread.join(max(0.0, deadline - time.monotonic()))
    if any(thread.is_alive() for thread in closing):
        for sender in processors.senders:
            sender.shutdown()  # it tries no more: its thread ends with the request it is at


def _resource(service: str) -> Resource:
    return Resource({"service.name": f"baoquan-{service}", "service.version": version("baoquan")})


def _recorder(settings: Settings, service: str, processors: "Processors") -> Recorder | None:
    if not processors.all:
        return None
    return Recorder(
        resource=_resource(service),
        sinks=processors.all,
        drafts=processors.local,
        ratio=settings.trace_ratio,
    )


def _store(settings: Settings) -> TraceStore | None:
    return TraceStore(settings.data_folder / FILE) if settings.keeps_traces else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Processors:
    """Where ended spans go."""

    local: tuple[BatchSpanProcessor, ...]
    remote: tuple[BatchSpanProcessor, ...]
    senders: tuple[SpanExporter, ...]
    """What sends to the remote ones; it tries again and again."""

    @property
    def all(self) -> tuple[BatchSpanProcessor, ...]:
        """Return every one of them."""
        return (*self.local, *self.remote)


def _processors(settings: Settings) -> Processors:
    local: tuple[BatchSpanProcessor, ...] = ()
    remote: tuple[BatchSpanProcessor, ...] = ()
    senders: tuple[SpanExporter, ...] = ()
    if settings.keeps_traces:
        kept = LocalExporter(
            settings.data_folder / FILE,
            days=settings.traces_days,
            megabytes=settings.traces_megabytes,
        )
        local = (_batched(kept),)
    if settings.otlp_endpoint:
        sent = OTLPSpanExporter(
            endpoint=f"{settings.otlp_endpoint.rstrip('/')}/v1/traces", timeout=OTLP_SECONDS
        )
        senders = (Checked(sent),)
        remote = (_batched(senders[0]),)
    return Processors(local=local, remote=remote, senders=senders)


def _batched(exporter: SpanExporter) -> BatchSpanProcessor:
    return BatchSpanProcessor(
        exporter,
        max_queue_size=QUEUE,
        max_export_batch_size=BATCH,
        schedule_delay_millis=DELAY_MS,
    )


class Checked(SpanExporter):
    """Holds spans against the allow-list before they leave the house."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send what is allowed of each span."""
        return self._inner.export([_checked(span) for span in spans])

    def shutdown(self) -> None:
        """Stop sending."""
        self._inner.shutdown()


def _checked(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        words.plain(span.name),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=words.allowed(span.attributes),
        events=[
            Event(event.name, words.allowed(event.attributes), event.timestamp)
            for event in span.events
        ],
        links=span.links,
        kind=span.kind,
        status=span.status,
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=_SCOPE,
    )


_SCOPE: Final = InstrumentationScope("baoquan", version("baoquan"))
