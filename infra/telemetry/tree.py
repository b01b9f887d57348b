"""A trace as people read it: spans in order, each under what it belongs to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from infra.telemetry import words
from infra.telemetry.store import StoredSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One span in its place."""

    depth: int
    span: StoredSpan
    offset_ns: int
    """Since the trace began."""
    duration_ns: int | None
    """None: still under way."""


def lines_of(spans: Sequence[StoredSpan]) -> list[Line]:
    """Return the spans of one trace, parents before children, the earlier before the later."""
    if not spans:
        return []
    known = {span.span_id for span in spans}
    below: dict[str | None, list[StoredSpan]] = {}
    for span in sorted(spans, key=_order):
        below.setdefault(span.parent_id if span.parent_id in known else None, []).append(span)
    begin = min(span.start_ns for span in spans)
    return list(_walk(below, begin))


def _order(span: StoredSpan) -> tuple[int, int, str]:
    # One workflow task knows one time: what it passed through in no time is told by key.
    return span.start_ns, int(span.attributes.get(words.ELEMENT_KEY) or 0), span.span_id


def _walk(below: dict[str | None, list[StoredSpan]], begin: int) -> Iterator[Line]:
    seen: set[str] = set()
    waiting = [(0, span) for span in reversed(below.get(None, []))]
    while waiting:
        depth, span = waiting.pop()
        if span.span_id in seen:
            continue
        seen.add(span.span_id)
        yield Line(
            depth=depth,
            span=span,
            offset_ns=span.start_ns - begin,
            duration_ns=None if span.end_ns is None else span.end_ns - span.start_ns,
        )
        waiting += [(depth + 1, child) for child in reversed(below.get(span.span_id, []))]
