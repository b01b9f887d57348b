"""Spans: contexts that are read, decided on, derived and handed over."""

import pytest

from infra.telemetry.recorder import current, derived, read_traceparent, traceparent
from tests.infra.telemetry.recording import Recording

GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_a_trace_context_is_read_as_it_was_written():
    read = read_traceparent(GIVEN, is_remote=True)

    assert read is not None
    assert traceparent(read) == GIVEN


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        "x" * 10_000,
        GIVEN.upper(),
        GIVEN + "-more",
        GIVEN.replace("00-", "ff-", 1),
        "00-" + "0" * 32 + "-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-" + "0" * 16 + "-01",
        GIVEN + "\r\nSet-Cookie: a=b",
        {"traceparent": GIVEN},
    ],
)
def test_a_malformed_trace_context_is_none(text):
    assert read_traceparent(text, is_remote=True) is None


def test_a_span_is_current_inside_and_handed_over_at_its_end():
    recording = Recording()
    recorder = recording.recorder()

    with recorder.current(recorder.begin("outer")) as outer:
        inner = recorder.begin("inner", parent=current())
        recorder.end(inner)
        assert recording.names() == ["inner"]

    assert current() is None
    assert recording.names() == ["inner", "outer"]
    assert recording.named("inner").parent == outer.context


def test_the_share_of_traces_is_decided_where_they_begin():
    recording = Recording()
    nothing = recording.recorder(ratio=0.0)

    with nothing.current(nothing.begin("outer")):
        nothing.end(nothing.begin("inner", parent=current()))

    assert recording.spans == []


def test_a_caller_from_outside_does_not_decide_what_is_written():
    recording = Recording()
    asked = read_traceparent(GIVEN, is_remote=True)

    nothing = recording.recorder(ratio=0.0)
    nothing.end(nothing.begin("served", parent=asked))

    assert recording.spans == []


def test_a_trace_of_our_own_is_followed_as_it_was_decided():
    recording = Recording()
    unwritten = read_traceparent(GIVEN[:-1] + "0", is_remote=False)

    recorder = recording.recorder()
    recorder.end(recorder.begin("work", parent=unwritten))

    assert recording.spans == []


def test_the_span_about_something_is_the_same_whoever_asks():
    trace = read_traceparent(GIVEN, is_remote=False)
    assert trace is not None

    assert derived(trace, "BQ-1", 7) == derived(trace, "BQ-1", 7)
    assert derived(trace, "BQ-1", 7).span_id != derived(trace, "BQ-1", 8).span_id
    assert derived(trace, "BQ-1", 7).trace_id == trace.trace_id


def test_a_share_of_a_quarter_is_about_a_quarter():
    recording = Recording()
    recorder = recording.recorder(ratio=0.25)

    for _ in range(2_000):
        recorder.end(recorder.begin("one"))

    assert 380 < len(recording.spans) < 620
