"""The place to look at traces on one machine: spans in a SQLite file, bounded by size and age.

It can be made anew at any time, so it does not wait for the disk. Several processes write to it;
each from the thread of its batch processor, so that nothing that serves anybody ever waits for it.
"""

import contextlib
import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import INVALID_SPAN_CONTEXT, StatusCode

from infra.telemetry import words

FILE: Final = "traces.db"
_DAY_NS: Final = 24 * 60 * 60 * 10**9
_MEGABYTE: Final = 1_000_000
_WRAP: Final = 1 << 64
_BETWEEN_PRUNINGS: Final = 20_000
"""Spans written until the bounds are looked at again."""
_VERSION: Final = 3

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS spans (
    trace_id TEXT NOT NULL, span_id INTEGER NOT NULL, parent_id INTEGER, name TEXT NOT NULL,
    kind TEXT NOT NULL, service TEXT NOT NULL, start_ns INTEGER NOT NULL, end_ns INTEGER,
    is_error INTEGER NOT NULL, case_id TEXT, attributes TEXT NOT NULL, events TEXT NOT NULL,
    links TEXT NOT NULL, is_first INTEGER NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS spans_id ON spans (span_id);
CREATE INDEX IF NOT EXISTS spans_trace ON spans (trace_id);
CREATE INDEX IF NOT EXISTS spans_case ON spans (case_id, start_ns) WHERE case_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS spans_first ON spans (start_ns) WHERE is_first;
"""
_INSERT: Final = """
INSERT INTO spans VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (span_id) DO UPDATE SET
    name = excluded.name, end_ns = excluded.end_ns, is_error = excluded.is_error,
    attributes = excluded.attributes, events = excluded.events, links = excluded.links
WHERE excluded.end_ns IS NOT NULL OR spans.end_ns IS NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSpan:
    """One span as it was kept; without an end it is still under way."""

    trace_id: str
    span_id: str
    parent_id: str | None
    name: str
    kind: str
    service: str
    start_ns: int
    end_ns: int | None
    is_error: bool
    case_id: str | None
    attributes: dict[str, Any]
    events: list[dict[str, Any]]
    links: list[dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceSummary:
    """One trace in a list."""

    trace_id: str
    name: str
    case_id: str | None
    start_ns: int
    end_ns: int
    spans: int
    errors: int


class LocalExporter(SpanExporter):
    """Writes spans into the file; called from one thread."""

    def __init__(self, path: Path, *, days: int, megabytes: int) -> None:
        self._path = path
        self._keep_ns = days * _DAY_NS
        self._keep_bytes = megabytes * _MEGABYTE
        self._connection: sqlite3.Connection | None = None
        self._since_pruning = _BETWEEN_PRUNINGS

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Write spans; a file that cannot be written loses them, and nothing else."""
        try:
            connection = self._opened()
            with connection:
                connection.executemany(_INSERT, map(_row, spans))
            self._since_pruning += len(spans)
            if self._since_pruning >= _BETWEEN_PRUNINGS:
                self._since_pruning = 0
                prune(connection, time.time_ns() - self._keep_ns, self._keep_bytes)
        except sqlite3.Error:
            self.shutdown()
            return SpanExportResult.FAILURE
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = _open(self._path)
        return self._connection


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=5, check_same_thread=False)
    if connection.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        connection.execute("DROP TABLE IF EXISTS spans")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA cache_size=-16000")
    connection.executescript(_SCHEMA)
    connection.execute(f"PRAGMA user_version={_VERSION}")
    return connection


def prune(connection: sqlite3.Connection, before_ns: int, keep_bytes: int) -> None:
    """Drop what is older than the bound, then the oldest tenth until the file is small enough."""
    with connection:
        connection.execute(
            "DELETE FROM spans WHERE rowid <="
            " (SELECT max(rowid) FROM spans WHERE is_first AND start_ns < ?)",
            (max(0, before_ns),),
        )
    while _used(connection) > keep_bytes:
        with connection:
            (count,) = connection.execute("SELECT count(*) FROM spans").fetchone()
            if count == 0:
                break
            connection.execute(
                "DELETE FROM spans WHERE rowid <="
                " (SELECT rowid FROM spans ORDER BY rowid LIMIT 1 OFFSET ?)",
                (count // 10,),
            )
    connection.executescript("PRAGMA incremental_vacuum")  # execute() frees a single page


def _used(connection: sqlite3.Connection) -> int:
    def pragma(name: str) -> int:
        value: int = connection.execute(f"PRAGMA {name}").fetchone()[0]
        return value

    return (pragma("page_count") - pragma("freelist_count")) * pragma("page_size")


def _row(span: ReadableSpan) -> tuple[object, ...]:
    context = span.get_span_context() or INVALID_SPAN_CONTEXT
    attributes = words.allowed(span.attributes)
    return (
        f"{context.trace_id:032x}",
        _signed(context.span_id),
        _signed(span.parent.span_id) if span.parent else None,
        words.plain(span.name),
        span.kind.name.lower(),
        str(span.resource.attributes.get("service.name", "")),
        span.start_time,
        span.end_time,
        span.status.status_code is StatusCode.ERROR,
        attributes.get(words.CASE),
        json.dumps(attributes, ensure_ascii=False),
        json.dumps([_event(one) for one in span.events], ensure_ascii=False)
        if span.events
        else "[]",
        json.dumps([_link(one) for one in span.links]) if span.links else "[]",
        span.parent is None or span.parent.is_remote,
    )


def _signed(span_id: int) -> int:
    """Return the number as SQLite has it."""
    return span_id - _WRAP if span_id >= _WRAP // 2 else span_id


def _hex(span_id: int) -> str:
    return f"{span_id % _WRAP:016x}"


def _event(event: Any) -> dict[str, Any]:  # noqa: ANN401 - the SDK's own
    return {"name": event.name, "at_ns": event.timestamp, **words.allowed(event.attributes)}


def _link(link: Any) -> dict[str, str]:  # noqa: ANN401 - the SDK's own
    return {"trace_id": f"{link.context.trace_id:032x}", "span_id": f"{link.context.span_id:016x}"}


class TraceStore:
    """Reads what the exporters wrote."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def recent(self, limit: int = 100) -> list[TraceSummary]:
        """List the traces that began last."""
        query = """
            SELECT trace_id, min(start_ns), max(coalesce(end_ns, start_ns)), count(*),
                   sum(is_error), max(case_id)
            FROM spans WHERE trace_id IN (
                SELECT trace_id FROM spans WHERE is_first
                ORDER BY start_ns DESC LIMIT ?
            ) GROUP BY trace_id ORDER BY 2 DESC
        """
        with self._reading() as connection:
            found = connection.execute(query, (limit,)).fetchall()
            names = {row[0]: _first_name(connection, row[0]) for row in found}
        return [
            TraceSummary(
                trace_id=row[0],
                start_ns=row[1],
                end_ns=row[2],
                spans=row[3],
                errors=row[4],
                case_id=row[5],
                name=names[row[0]],
            )
            for row in found
        ]

    def trace(self, trace_id: str, limit: int = 5_000) -> list[StoredSpan]:
        """Return the spans of a trace, the earliest first."""
        return self._spans("trace_id = ?", trace_id, limit)

    def traces_of_case(
        self, case_id: str, *, with_reads: bool = True, limit: int = 100
    ) -> list[str]:
        """Return the traces that speak of a case, the earliest first."""
        query = """
            SELECT trace_id FROM spans WHERE case_id = ? GROUP BY trace_id
            HAVING ? OR sum(is_first AND name LIKE 'GET %') = 0
            ORDER BY min(start_ns) LIMIT ?
        """
        with self._reading() as connection:
            return [row[0] for row in connection.execute(query, (case_id, with_reads, limit))]

    def _spans(self, condition: str, value: str, limit: int) -> list[StoredSpan]:
        query = f"SELECT * FROM spans WHERE {condition} ORDER BY start_ns, span_id LIMIT ?"  # noqa: S608 - our own conditions
        with self._reading() as connection:
            return [_stored(row) for row in connection.execute(query, (value, limit))]

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        if not self._path.exists():
            with contextlib.closing(sqlite3.connect(":memory:")) as empty:
                empty.executescript(_SCHEMA)
                yield empty
            return
        with contextlib.closing(
            sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=5)
        ) as connection:
            yield connection


def _first_name(connection: sqlite3.Connection, trace_id: str) -> str:
    query = """
        SELECT name FROM spans WHERE trace_id = ?
        ORDER BY is_first DESC, start_ns LIMIT 1
    """
    name: str = connection.execute(query, (trace_id,)).fetchone()[0]
    return name


def _stored(row: Sequence[Any]) -> StoredSpan:
    return StoredSpan(
        trace_id=row[0],
        span_id=_hex(row[1]),
        parent_id=None if row[2] is None else _hex(row[2]),
        name=row[3],
        kind=row[4],
        service=row[5],
        start_ns=row[6],
        end_ns=row[7],
        is_error=bool(row[8]),
        case_id=row[9],
        attributes=json.loads(row[10]),
        events=json.loads(row[11]),
        links=json.loads(row[12]),
    )
