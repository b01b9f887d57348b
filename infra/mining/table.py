"""The event log as CSV: a line for each event, for tools and spreadsheets."""

import csv
import io
from collections.abc import AsyncIterator, Iterable
from typing import Final

from infra.mining.events import Trace

MEDIA_TYPE: Final = "text/csv"
COLUMNS: Final = (
    "case", "process", "version", "item", "activity", "element", "transition", "timestamp",
    "resource", "instance",
)  # fmt: skip
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula at the beginning of a cell."""


async def written(traces: AsyncIterator[Trace]) -> AsyncIterator[bytes]:
    """Give the table, trace by trace."""
    yield _lines((COLUMNS,))
    async for trace in traces:
        yield _lines(_rows(trace))


def _rows(trace: Trace) -> Iterable[tuple[str, ...]]:
    about = (trace.case_id, trace.process_id, str(trace.version), trace.item)
    for event in trace.events:
        at = event.at.isoformat(timespec="milliseconds")
        told = (event.activity, event.element, event.transition, at, event.resource, event.instance)
        yield tuple(map(_cell, (*about, *told)))


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULAS) else text


def _lines(rows: Iterable[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()
