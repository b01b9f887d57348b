"""Spans of BPMN elements, out of the journal: each once, under what it belongs to."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from opentelemetry.trace import SpanContext, TraceFlags

from infra.telemetry import words
from infra.telemetry.elements import (
    Elements,
    above_instance,
    element_span,
    instance_span,
)
from infra.telemetry.memory import Told
from tests.infra.telemetry.recording import Recording
from workflows.contracts.journal import JournalBatch, JournalEntry

CASE = "BQ-1F0C9A7E35B2D4860A91"
ROOT = SpanContext(0xA, 0xB, is_remote=False, trace_flags=TraceFlags(1))
AT = datetime(2026, 10, 12, 9, 30, tzinfo=UTC)


def entry(seq: int, kind: Any, key: int | None = None, **data: Any) -> JournalEntry:
    element, name = (f"e{key}", f"元素 {key}") if key else (None, None)
    at = AT + timedelta(seconds=seq)
    return JournalEntry(seq=seq, at=at, kind=kind, element=element, name=name, key=key, data=data)


def batch(*entries: JournalEntry, run_id: str = "run", instance_id: str = CASE) -> JournalBatch:
    return JournalBatch(instance_id=instance_id, case_id=CASE, run_id=run_id, entries=entries)


STARTED = entry(1, "caseStarted", processId="termination", version=3)
PROCESS = entry(2, "elementActivated", 1, type="process", scope=0)
OPENED = entry(3, "elementActivated", 5, type="userTask", scope=1)
DONE = entry(4, "elementCompleted", 5, type="userTask", scope=1)
INSIDE = entry(5, "elementActivated", 9, type="serviceTask", scope=5)
ENDED = entry(6, "caseFinished", outcome="completed")


@pytest.fixture
def recording() -> Recording:
    return Recording()


def tell(elements: Elements, one: JournalBatch) -> list[Any]:
    return elements.tell(one, one.entries, ROOT)


def test_an_element_has_a_span_from_its_activation_to_its_end(recording):
    elements = Elements(recording.recorder(), clock_offset=3.0)

    tell(elements, batch(STARTED, PROCESS, OPENED, DONE))

    span = recording.named("元素 5")
    assert span.end_time - span.start_time == 1_000_000_000
    assert span.start_time == AT.timestamp() * 10**9
    assert span.context == element_span(ROOT, CASE, 5)
    assert span.parent == instance_span(ROOT, CASE)
    assert span.attributes == {
        words.CASE: CASE,
        words.INSTANCE: CASE,
        words.ELEMENT: "e5",
        words.ELEMENT_NAME: "元素 5",
        words.ELEMENT_TYPE: "userTask",
        words.ELEMENT_KEY: 5,
        words.RESULT: "completed",
    }


def test_a_case_has_a_span_from_start_to_finish_named_by_its_process(recording):
    elements = Elements(recording.recorder())

    tell(elements, batch(STARTED, PROCESS, ENDED))

    span = recording.named("元素 1")
    assert span.parent == ROOT
    assert span.attributes[words.RESULT] == "completed"
    assert span.attributes[words.VERSION] == 3


def test_what_lies_inside_stands_under_its_scope(recording):
    elements = Elements(recording.recorder())

    tell(elements, batch(STARTED, PROCESS, OPENED, INSIDE))

    assert [span.parent for span in recording.drafts if span.name == "元素 9"] == [
        element_span(ROOT, CASE, 5)
    ]


def test_a_called_process_stands_under_its_call_activity():
    assert above_instance(ROOT, f"{CASE}/call_1/7") == element_span(ROOT, CASE, 7)
    assert above_instance(ROOT, f"{CASE}/call_1/7/inner/4~2") == element_span(
        ROOT, f"{CASE}/call_1/7", 4
    )
    assert above_instance(ROOT, CASE) == ROOT
    assert above_instance(ROOT, f"{CASE}/{'f' * 64}") == instance_span(ROOT, CASE)


def test_what_is_open_is_shown_before_it_ends(recording):
    elements = Elements(recording.recorder())

    tell(elements, batch(STARTED, PROCESS, OPENED))

    assert recording.spans == []
    assert [span.name for span in recording.drafts] == ["termination", "元素 1", "元素 5"]


def test_an_incident_is_told_by_its_code_where_it_is_stuck(recording):
    elements = Elements(recording.recorder())
    stuck = entry(4, "incidentOpened", 77, code="job-failed", message="张三", elementKey=5)

    tell(elements, batch(STARTED, OPENED, stuck))

    (event,) = recording.drafts[-1].events
    assert (event.name, event.attributes) == ("incident", {words.CODE: "job-failed"})
    assert "张三" not in recording.drafts[-1].to_json()


def test_a_trace_that_is_not_written_has_no_elements(recording):
    elements = Elements(recording.recorder())
    unwritten = SpanContext(0xA, 0xB, is_remote=False)

    elements.tell(batch(STARTED, OPENED, DONE), (STARTED, OPENED, DONE), unwritten)

    assert (recording.spans, recording.drafts) == ([], [])


def test_an_end_without_a_known_beginning_is_answered_and_told_when_it_is_found(recording):
    elements = Elements(recording.recorder())

    (missed,) = tell(elements, batch(DONE))
    elements.recall(missed, OPENED)

    span = recording.named("元素 5")
    assert span.end_time - span.start_time == 1_000_000_000
    assert span.context == element_span(ROOT, CASE, 5)


def test_what_two_activities_carry_is_told_once():
    told = Told()

    assert told.fresh(batch(STARTED, PROCESS)) == (STARTED, PROCESS)
    assert told.fresh(batch(STARTED, PROCESS, OPENED)) == (OPENED,)
    assert told.fresh(batch(STARTED)) == ()


def test_another_run_tells_its_own():
    told = Told()
    told.fresh(batch(STARTED, PROCESS, OPENED))

    assert told.fresh(batch(OPENED, DONE, run_id="after a reset")) == (OPENED, DONE)
