"""Spans: begun, made current, ended, handed to the batch processors.

A span is written down when it has ended, in one piece: that costs a tenth of the SDK's own span
and lets a span's id be derived from what it speaks of, so that the span of a BPMN element is known
to its activities before it has ended, and is the same whoever ends it (docs/decisions/0010).
"""

import hashlib
import random
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol

from opentelemetry import context as ambient
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    get_current_span,
    set_span_in_context,
)

from infra.telemetry.words import ERROR, Value

_TRACEPARENT: Final = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_SAMPLED: Final = TraceFlags(TraceFlags.SAMPLED)
_UNSAMPLED: Final = TraceFlags(TraceFlags.DEFAULT)
_UNSET: Final = Status(StatusCode.UNSET)
_FAILED: Final = Status(StatusCode.ERROR)
_FULL: Final = 1 << 64
_ids = random.Random(random.SystemRandom().getrandbits(256))  # noqa: S311 - ids, no secrets


class Sink(Protocol):
    """Takes ended spans, at once and without fail: a batch processor."""

    def on_end(self, span: ReadableSpan) -> None:
        """Take a span."""


def read_traceparent(text: object, *, is_remote: bool) -> SpanContext | None:
    """Read a W3C trace context; None for anything malformed. Its tracestate is not taken over."""
    found = _TRACEPARENT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    trace_id, span_id = int(found[1], 16), int(found[2], 16)
    flags = _SAMPLED if int(found[3], 16) & 1 else _UNSAMPLED
    read = SpanContext(trace_id, span_id, is_remote=is_remote, trace_flags=flags)
    return read if read.is_valid else None


def traceparent(of: SpanContext) -> str:
    """Write a W3C trace context."""
    return f"00-{of.trace_id:032x}-{of.span_id:016x}-{int(of.trace_flags):02x}"


def current() -> SpanContext | None:
    """Return the span that is current here."""
    found = get_current_span().get_span_context()
    return found if found.is_valid else None


def derived(trace: SpanContext, *parts: object) -> SpanContext:
    """Return the context of the span about something, the same whoever asks."""
    text = "\n".join((f"{trace.trace_id:032x}", *map(str, parts)))
    span_id = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") or 1
    return SpanContext(trace.trace_id, span_id, is_remote=False, trace_flags=trace.trace_flags)


@dataclass(slots=True, kw_only=True)
class OpenSpan:
    """A span under way."""

    name: str
    context: SpanContext
    parent: SpanContext | None
    kind: SpanKind = SpanKind.INTERNAL
    start: int = field(default_factory=time.time_ns)
    attributes: dict[str, Value] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    links: Sequence[Link] = ()
    error: str | None = None

    @property
    def is_sampled(self) -> bool:
        """Tell whether it will be written down."""
        return self.context.trace_flags.sampled

    def fail(self, error: str) -> None:
        """Say that it failed, by a code or the name of an exception's type."""
        self.error = error
        self.attributes[ERROR] = error


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorder:
    """Begins spans and hands ended ones to the sinks."""

    resource: Resource
    sinks: tuple[Sink, ...]
    drafts: tuple[Sink, ...] = ()
    """Sinks that also want what has begun and not ended yet."""
    ratio: float = 1.0
    """Share of traces that are written down; decided once, where a trace begins."""

    def begin(
        self,
        name: str,
        *,
        kind: SpanKind = SpanKind.INTERNAL,
        parent: SpanContext | None = None,
        attributes: Mapping[str, Value] | None = None,
        links: Sequence[Link] = (),
    ) -> OpenSpan:
        """Begin a span under ``parent``, or a trace of its own."""
        return OpenSpan(
            name=name,
            context=self._child_of(parent),
            parent=parent,
            kind=kind,
            attributes=dict(attributes or {}),
            links=links,
        )

    @contextmanager
    def current(self, span: OpenSpan) -> Iterator[OpenSpan]:
        """Make a span the current one for a while, and end it."""
        token = ambient.attach(set_span_in_context(NonRecordingSpan(span.context)))
        try:
            yield span
        finally:
            ambient.detach(token)
            self.end(span)

    def end(self, span: OpenSpan, at: int | None = None) -> None:
        """End a span and hand it on."""
        if span.is_sampled:
            ended = self._written(span, time.time_ns() if at is None else at)
            for sink in self.sinks:
                sink.on_end(ended)

    def tell(
        self,
        name: str,
        *,
        parent: SpanContext,
        start: int,
        attributes: Mapping[str, Value],
        is_error: bool = False,
    ) -> None:
        """Hand on a call that has ended and had nothing below it: the cheapest of spans."""
        span_id = _ids.getrandbits(64) or 1
        span = ReadableSpan(
            name,
            context=SpanContext(parent.trace_id, span_id, False, parent.trace_flags),
            parent=parent,
            resource=self.resource,
            attributes=attributes,
            kind=SpanKind.CLIENT,
            status=_FAILED if is_error else _UNSET,
            start_time=start,
            end_time=max(time.time_ns(), start),
        )
        for sink in self.sinks:
            sink.on_end(span)

    def draft(self, span: OpenSpan) -> None:
        """Show what has begun to the sinks that want it; the ended span replaces it there."""
        if span.is_sampled and self.drafts:
            begun = self._written(span, None)
            for sink in self.drafts:
                sink.on_end(begun)

    def _child_of(self, parent: SpanContext | None) -> SpanContext:
        span_id = _ids.getrandbits(64) or 1
        if parent is None:
            trace_id = _ids.getrandbits(128) or 1
            return SpanContext(trace_id, span_id, False, self._sampled(trace_id))
        # Who calls from outside chooses the trace, not whether we write it down.
        flags = self._sampled(parent.trace_id) if parent.is_remote else parent.trace_flags
        return SpanContext(parent.trace_id, span_id, False, flags)

    def _sampled(self, trace_id: int) -> TraceFlags:
        return _SAMPLED if trace_id % _FULL < self.ratio * _FULL else _UNSAMPLED

    def _written(self, span: OpenSpan, end: int | None) -> ReadableSpan:
        status = _UNSET if span.error is None else _FAILED
        return ReadableSpan(
            span.name,
            context=span.context,
            parent=span.parent,
            resource=self.resource,
            attributes=span.attributes,
            events=tuple(span.events),
            links=span.links,
            kind=span.kind,
            status=status,
            start_time=span.start,
            end_time=None if end is None else max(end, span.start),
        )
