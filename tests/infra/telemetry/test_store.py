"""The place to look at traces: what was written is found, and it stays small."""

import contextlib
import sqlite3
import time
from pathlib import Path

import pytest
from opentelemetry.sdk.trace.export import SpanExportResult

from infra.telemetry import words
from infra.telemetry.recorder import OpenSpan, Recorder, read_traceparent
from infra.telemetry.store import LocalExporter, TraceStore
from infra.telemetry.tree import lines_of
from tests.infra.telemetry.recording import Recording

CASE = "BQ-1F0C9A7E35B2D4860A91"
HOUR = 3_600 * 10**9


@pytest.fixture
def recording() -> Recording:
    return Recording()


@pytest.fixture
def recorder(recording: Recording) -> Recorder:
    return recording.recorder()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "traces.db"


def exporter(path: Path, days: int = 7, megabytes: int = 10) -> LocalExporter:
    return LocalExporter(path, days=days, megabytes=megabytes)


def spans(recorder: Recorder, count: int, start: int) -> None:
    for number in range(count):
        span = recorder.begin("x" * 100, attributes={words.STATEMENT: f"SELECT {number}" * 20})
        span.start = start + number
        recorder.end(span, start + number + 1)


def test_a_trace_is_read_as_a_tree(recording, recorder, path):
    request = recorder.begin("POST /v1/cases", attributes={words.CASE: CASE, "name": "张三"})
    child = recorder.begin("SELECT cases", parent=request.context)
    recorder.end(child)
    recorder.end(request)
    exporter(path).export(recording.spans)

    store = TraceStore(path)
    (trace_id,) = store.traces_of_case(CASE)
    first, second = lines_of(store.trace(trace_id))
    assert (first.depth, first.span.name, first.span.service) == (0, "POST /v1/cases",
                                                                  "baoquan-test")  # fmt: skip
    assert (second.depth, second.span.name) == (1, "SELECT cases")
    assert first.span.attributes == {words.CASE: CASE}
    assert first.duration_ns is not None
    assert b"\xe5\xbc\xa0" not in path.read_bytes()


def test_what_has_ended_replaces_what_was_under_way_in_any_order(recording, recorder, path):
    span = recorder.begin("审批 Approve", attributes={words.CASE: CASE})
    recorder.draft(span)
    recorder.end(span)
    writing = exporter(path)

    writing.export(recording.drafts)
    (open_,) = TraceStore(path).trace(f"{span.context.trace_id:032x}")
    writing.export(recording.spans)
    writing.export(recording.drafts)
    (ended,) = TraceStore(path).trace(f"{span.context.trace_id:032x}")

    assert open_.end_ns is None
    assert ended.end_ns is not None


def test_requests_that_only_read_are_left_out_when_asked_so(recording, recorder, path):
    for name in ("GET /v1/cases/{case_id}", "POST /v1/cases"):
        recorder.end(recorder.begin(name, attributes={words.CASE: CASE}))
    exporter(path).export(recording.spans)

    store = TraceStore(path)
    assert len(store.traces_of_case(CASE)) == 2
    assert [one.name for one in store.recent()] == ["POST /v1/cases", "GET /v1/cases/{case_id}"]
    (kept,) = store.traces_of_case(CASE, with_reads=False)
    assert store.trace(kept)[0].name == "POST /v1/cases"


def test_a_trace_that_a_caller_began_is_listed_too(recording, recorder, path):
    caller = read_traceparent("00-" + "c" * 32 + "-" + "f" * 16 + "-01", is_remote=True)
    recorder.end(recorder.begin("POST /v1/cases", parent=caller))
    exporter(path).export(recording.spans)

    (trace,) = TraceStore(path).recent()
    (span,) = TraceStore(path).trace(trace.trace_id)
    assert (trace.trace_id, span.parent_id) == ("c" * 32, "f" * 16)


def test_what_is_older_than_the_bound_goes(recording, recorder, path):
    spans(recorder, 3, time.time_ns() - 30 * HOUR)
    spans(recorder, 2, time.time_ns())

    writing = exporter(path, days=1)
    writing._since_pruning = 0
    writing.export(recording.spans)
    writing._since_pruning = 10**9
    writing.export([])

    assert len(TraceStore(path).recent()) == 2


def test_the_file_stays_under_its_bound_and_keeps_the_newest(recording, recorder, path):
    begin = time.time_ns()
    spans(recorder, 6_000, begin)

    exporter(path, megabytes=1).export(recording.spans)

    with contextlib.closing(sqlite3.connect(path)) as connection:
        (first, last, count) = connection.execute(
            "SELECT min(start_ns), max(start_ns), count(*) FROM spans"
        ).fetchone()
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    assert 100 < count < 6_000
    assert (first > begin, last) == (True, begin + 5_999)
    assert pages * 4096 <= 1_000_000


def test_a_file_that_cannot_be_written_loses_spans_and_nothing_else(recording, recorder, tmp_path):
    (tmp_path / "traces.db").mkdir()
    recorder.end(recorder.begin("one"))

    assert exporter(tmp_path / "traces.db").export(recording.spans) is SpanExportResult.FAILURE


def test_without_a_file_there_is_no_trace(path):
    store = TraceStore(path)

    assert (store.recent(), store.traces_of_case(CASE), store.trace("a" * 32)) == ([], [], [])
    assert not path.exists()


def test_children_of_one_moment_stand_in_the_order_of_their_keys(recording, recorder, path):
    begin = time.time_ns()
    for key in (12, 3, 7):
        span = OpenSpan(
            name=f"e{key}",
            context=recorder.begin("x").context,
            parent=None,
            start=begin,
            attributes={words.ELEMENT_KEY: key, words.CASE: CASE},
        )
        recorder.end(span, begin)
    exporter(path).export(recording.spans)

    store = TraceStore(path)
    found = [span for one in store.traces_of_case(CASE) for span in store.trace(one)]
    assert [line.span.name for line in lines_of(found)] == ["e3", "e7", "e12"]
