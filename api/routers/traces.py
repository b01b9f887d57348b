"""The traces of a case, as far as they are kept on this machine."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import Composed, Deployment
from api.problems import Problem, refusals
from api.schemas.shapes import Identifier
from api.schemas.traces import CaseTraces, SpanSeen, TraceQuery, TraceSeen
from infra.telemetry import words
from infra.telemetry.store import StoredSpan, TraceStore
from infra.telemetry.tree import Line, lines_of

router = APIRouter(prefix="/v1/cases", tags=["cases"])


@router.get("/{case_id}/traces", responses=refusals(404))
async def read_traces(
    case_id: Identifier, composed: Composed, query: Annotated[TraceQuery, Query()]
) -> CaseTraces:
    """Read how long everything took that a case did and was asked, by BPMN element."""
    store = kept_by(composed)
    async with composed.database.reading() as room:
        if await room.cases.get(case_id) is None:
            raise Problem(404, "unknown-case", "There is no such case.")
    traces = await asyncio.to_thread(_traces, store, case_id, query)
    return CaseTraces(case_id=case_id, traces=traces)


def kept_by(composed: Deployment) -> TraceStore:
    """Return where traces are kept; raises Problem 404 when they are not kept here."""
    store = composed.telemetry.traces
    if store is None:
        raise Problem(
            404, "no-traces", "Traces are not kept on this machine; ask the OTLP collector."
        )
    return store


def _traces(store: TraceStore, case_id: str, query: TraceQuery) -> list[TraceSeen]:
    found: list[TraceSeen] = []
    for trace_id in store.traces_of_case(case_id, with_reads=query.reads, limit=query.limit):
        lines = lines_of(store.trace(trace_id))
        if lines:
            found.append(_seen(trace_id, lines, with_statements=query.statements))
    return found


def _seen(trace_id: str, lines: list[Line], *, with_statements: bool) -> TraceSeen:
    began = min(line.span.start_ns for line in lines)
    statements = _statements(line.span for line in lines)
    return TraceSeen(
        trace_id=trace_id,
        began_at=datetime.fromtimestamp(began / 1e9, UTC),
        spans=[
            _span(line, 0 if with_statements else statements.get(line.span.span_id, 0))
            for line in lines
            if with_statements or words.OPERATION not in line.span.attributes
        ],
    )


def _statements(spans: Iterable[StoredSpan]) -> dict[str, int]:
    """Count the statements right below each span."""
    counts: dict[str, int] = {}
    for span in spans:
        if span.parent_id is not None and words.OPERATION in span.attributes:
            counts[span.parent_id] = counts.get(span.parent_id, 0) + 1
    return counts


def _span(line: Line, statements: int) -> SpanSeen:
    span = line.span
    return SpanSeen(
        span_id=span.span_id,
        parent_id=span.parent_id,
        depth=line.depth,
        name=span.name,
        kind=span.kind,
        service=span.service,
        offset_ms=round(line.offset_ns / 1e6, 3),
        duration_ms=None if line.duration_ns is None else round(line.duration_ns / 1e6, 3),
        failed=span.is_error,
        statements=statements,
        attributes=span.attributes,
    )
