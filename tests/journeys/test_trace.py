"""A surrender as a trace: from the request through workflow and activities to SQL and the bank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from temporalio.worker import Replayer

from infra.telemetry import words
from infra.telemetry.elements import Elements
from infra.telemetry.metrics import Metrics
from infra.telemetry.store import FILE, StoredSpan, TraceStore
from infra.telemetry.temporal import SeenTemporal
from tests.infra.telemetry.recording import Recording
from tests.journeys.conftest import Opening
from tests.journeys.histories import history_of
from tests.journeys.house import CALL, House
from tests.unsealing import unsealed
from workers.sandbox import sandboxed
from workflows.host.case_workflow import ServicingCase

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

MODEL = "contract_termination"
PERSONAL = ("parties.name", "parties.id_no", "bank_accounts.account_no", "contact_points.value")


async def test_s3_is_one_trace_from_the_request_to_sql_and_the_bank(
    opened: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOQUAN_TRACES", "local")
    async with opened("2026-10-12T09:30:00+08:00") as (house, _):
        case = await _surrendered(house)
        trail = await house.trail(case)
        figures = (await house.http.get("/metrics")).text
        personal = [one for place in PERSONAL for one in unsealed(house.rows, place, "true") if one]
        await _a_replay_tells_nothing(house, case)
    store = TraceStore(house.folder / FILE)
    own, *others = [store.trace(one) for one in store.traces_of_case(case, with_reads=False)]

    assert _line_of(own, "INSERT effects", "verification.intake") == [
        "INSERT effects",
        "verification.intake",
        "登记申请 Register request",
        "受理登记 Intake",
        "解除合同 Contract termination (P7)",
        "start ServicingCase",
        "POST /v1/cases",
    ]
    assert [line[1] for line in _lines(own, "POST /payments")] == ["execution.pay"]
    assert _orphans(own) == []
    assert _elements(own) == sorted(
        (entry["instanceId"], entry["element"])
        for entry in trail
        if entry["kind"] == "elementActivated" and entry["data"]["type"] != "process"
    )
    _decisions_stand_in_their_own_traces(case, own, others)
    assert 'baoquan_cases_accepted_total{process="contract_termination"} 1.0' in figures
    _nobody_is_named([own, *others], personal)


async def _surrendered(house: House) -> str:
    case = await house.request("P-S3")
    await house.decide("clerk-1", case, "make")
    await house.decide("checker-2", case, CALL)
    await house.decide("checker-1", case, "approval/check")
    await house.decide("lead-1", case, "approval/approve")
    answer = await house.waits(case, "follow_up/survey_answered")
    await house.tell("survey.answered", answer["key"], csat=5, comment="很快")
    await house.when(case, status="CLOSED", outcome="completed")
    return case


async def _a_replay_tells_nothing(house: House, case: str) -> None:
    """Workflow code runs again, interceptors and all; nothing of it is told again."""
    recording = Recording()
    recorder = recording.recorder()
    seen = SeenTemporal(recorder, Elements(recorder), Metrics())
    replayer = Replayer(
        workflows=[ServicingCase],
        workflow_runner=sandboxed(),
        data_converter=house.client.data_converter,
        interceptors=[seen],
    )
    await replayer.replay_workflow(await history_of(house, case))
    assert recording.spans == []


def _lines(spans: Sequence[StoredSpan], name: str) -> list[list[str]]:
    """The names from every span of a name up to the root."""
    known = {span.span_id: span for span in spans}
    lines = []
    for span in spans:
        if span.name == name:
            line, above = [span.name], known.get(span.parent_id or "")
            while above is not None:
                line.append(above.name)
                above = known.get(above.parent_id or "")
            lines.append(line)
    return lines


def _line_of(spans: Sequence[StoredSpan], name: str, parent: str) -> list[str]:
    (line,) = [line for line in _lines(spans, name) if line[1] == parent]
    return line


def _orphans(spans: Sequence[StoredSpan]) -> list[str]:
    known = {span.span_id for span in spans}
    return [span.name for span in spans if span.parent_id and span.parent_id not in known]


def _elements(spans: Sequence[StoredSpan]) -> list[tuple[Any, Any]]:
    """Every element's span, ended."""
    return sorted(
        (span.attributes[words.INSTANCE], span.attributes[words.ELEMENT])
        for span in spans
        if words.ELEMENT_TYPE in span.attributes and span.end_ns is not None
    )


def _decisions_stand_in_their_own_traces(
    case: str, own: Sequence[StoredSpan], others: Sequence[Sequence[StoredSpan]]
) -> None:
    (whole,) = [span for span in own if span.attributes.get(words.PROCESS) == MODEL
                and words.VERSION in span.attributes]  # fmt: skip
    decided = [spans for spans in others if spans[0].name == "POST /v1/tasks/{task_id}/complete"]
    assert len(decided) == 4
    for spans in decided:
        assert spans[0].case_id == case
        (update,) = [span for span in spans if span.name == "update complete_task"]
        assert update.links == [{"trace_id": whole.trace_id, "span_id": whole.span_id}]
        assert _line_of(spans, "INSERT human_task_deeds", "human_task.act")[1:] == [
            "human_task.act",
            "update complete_task",
            "ask complete_task",
            "POST /v1/tasks/{task_id}/complete",
        ]


def _nobody_is_named(traces: Sequence[Sequence[StoredSpan]], personal: Sequence[str]) -> None:
    told = "\n".join(str(span) for spans in traces for span in spans)
    assert len(personal) > 10
    assert [value for value in personal if str(value) in told] == []
    assert "clerk-1" not in told
    assert "很快" not in told
