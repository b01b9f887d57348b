"""A surrender as a trace: from the request through workflow and activities to SQL and the bank."""

from __future__ import annotations

import pytest

from infra.telemetry import words
from infra.telemetry.store import FILE, StoredSpan, TraceStore
from tests.journeys.conftest import Opening

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]


async def test_s3_is_one_trace_from_the_request_to_sql_and_the_bank(
    opened: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOQUAN_TRACES", "local")
    async with opened("2026-10-12T09:30:00+08:00") as (house, _):
        case = await house.request("P-S3")
        await house.decide("clerk-1", case, "make")
        await house.decide("checker-1", case, "approval/check")
        await house.decide("lead-1", case, "approval/approve")
        answer = await house.waits(case, "follow_up/survey_answered")
        await house.tell("survey.answered", answer["key"], csat=5, comment="很快")
        await house.when(case, status="CLOSED", outcome="completed")
        folder = house.folder
    store = TraceStore(folder / FILE)
    for t in store.traces_of_case(case):
        spans = store.trace(t)
        ids = {s.span_id: s for s in spans}
        kids = {}
        for s in spans:
            kids.setdefault(s.parent_id if s.parent_id in ids else None, []).append(s)
        def show(p, d):
            for s in kids.get(p, ()):
                print("  " * d, s.name, s.kind, s.service, s.end_ns and (s.end_ns - s.start_ns) // 1000, s.parent_id if d == 0 else "", "ERR" if s.is_error else "", s.attributes.get(words.STATEMENT, "")[:60], s.links)
                show(s.span_id, d + 1)
        print("TRACE", t, len(spans))
        show(None, 0)
