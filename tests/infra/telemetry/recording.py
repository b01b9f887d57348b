"""Spans as they end, in a list."""

from __future__ import annotations

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan

from infra.telemetry.recorder import Recorder


class Recording:
    """A sink that keeps what it is given."""

    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []
        self.drafts: list[ReadableSpan] = []

    def on_end(self, span: ReadableSpan) -> None:
        (self.spans if span.end_time else self.drafts).append(span)

    def recorder(self, ratio: float = 1.0) -> Recorder:
        resource = Resource({"service.name": "baoquan-test"})
        return Recorder(resource=resource, sinks=(self,), drafts=(self,), ratio=ratio)

    def named(self, name: str) -> ReadableSpan:
        (span,) = [span for span in self.spans if span.name == name]
        return span

    def names(self) -> list[str]:
        return [span.name for span in self.spans]
