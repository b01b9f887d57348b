"""Traces as callers see them."""

from typing import Annotated

from pydantic import Field

from api.schemas.shapes import Asking, Moment, Seen


class TraceQuery(Asking):
    """How much to show."""

    limit: Annotated[int, Field(ge=1, le=100)] = 30
    """Traces, the earliest first."""
    statements: bool = False
    """Whether to show every statement of SQL."""
    reads: bool = False
    """Whether to show requests that only read."""


class SpanSeen(Seen):
    """One thing that took time; children follow their parent."""

    span_id: str
    parent_id: str | None
    depth: int
    name: str
    kind: str
    service: str
    offset_ms: float
    """Since the trace began."""
    duration_ms: float | None
    """null: still under way."""
    failed: bool
    statements: int
    """Statements of SQL right below it that are not shown."""
    attributes: dict[str, str | int | float | bool]


class TraceSeen(Seen):
    """One request and everything that came of it."""

    trace_id: str
    began_at: Moment
    spans: list[SpanSeen]


class CaseTraces(Seen):
    """The traces that speak of a case: its own first, then what was asked of it."""

    case_id: str
    traces: list[TraceSeen]
