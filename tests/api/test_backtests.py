"""A changed table is held against what cases were decided by, over the journal."""

from __future__ import annotations

from typing import Any

from tests.api.door import Door, is_problem
from tests.builders.process import a_process
from tests.dmn.drawing import decision, definitions, literal
from workflows.feel.wire import encode, from_plain

RISK = definitions(decision("risk", literal('if score >= 20 then "MEDIUM" else "LOW"'))).decode()
STRICTER = RISK.replace("20 then", "15 then")
PROCESS = (
    a_process("contract_termination")
    .start("s")
    .rule("classify", decision="risk", result="riskClass")
    .flow()
    .end("e")
    .xml()
)


async def _decided(door: Door, score: int, risk_class: str) -> str:
    case = await door.start()
    given = {"kind": "variablesChanged", "element": "classify", "key": 2}
    await door.journal(
        case,
        {**given, "data": {"variables": {"score": encode(from_plain(score))}}},
        {"kind": "elementActivated", "element": "classify", "key": 2},
        {**given, "data": {"variables": {"riskClass": encode(from_plain(risk_class))}}},
        {"kind": "elementCompleted", "element": "classify", "key": 2},
    )
    return case


async def _deployed(door: Door) -> None:
    files = {"model.bpmn": PROCESS.decode(), "risk.dmn": RISK}
    answer = await door.post("/v1/definitions", {"files": files}, "ops")
    assert answer.status_code == 201, answer.text


async def _asked(door: Door, **more: Any):
    body = {"files": {"risk.dmn": STRICTER}, "until": "2027-01-01T00:00:00Z", **more}
    return await door.post("/v1/backtests", body, "supervisor")


async def test_what_would_change_is_told_with_its_cases(door: Door) -> None:
    await _deployed(door)
    low, changed = await _decided(door, 10, "LOW"), await _decided(door, 17, "LOW")

    answer = await _asked(door)

    found = answer.json()
    assert (found["decision"], found["asked"], found["same"], found["changed"]) == ("risk", 2, 1, 1)
    assert found["changes"] == [
        {"before": '"LOW"', "after": '"MEDIUM"', "count": 1, "caseIds": [changed]}
    ]
    assert low not in str(found["changes"])


async def test_cases_of_another_time_are_not_asked(door: Door) -> None:
    await _deployed(door)
    await _decided(door, 17, "LOW")

    found = (await _asked(door, until="2026-01-01T00:00:00Z")).json()

    assert (found["cases"], found["asked"]) == (0, 0)


async def test_a_decision_under_way_is_not_asked(door: Door) -> None:
    await _deployed(door)
    case = await door.start()
    await door.journal(case, {"kind": "elementActivated", "element": "classify", "key": 2})

    assert (await _asked(door)).json()["asked"] == 0


async def test_a_candidate_that_cannot_be_compiled_is_refused(door: Door) -> None:
    answer = await door.post(
        "/v1/backtests", {"files": {"risk.dmn": RISK.replace("then", "thn")}}, "ops"
    )

    assert is_problem(answer, 422, "model-invalid")


async def test_a_decision_nobody_knows_is_refused(door: Door) -> None:
    assert is_problem(await _asked(door, decision="nobody"), 422, "unknown-decision")


async def test_time_runs_forward(door: Door) -> None:
    answer = await _asked(door, since="2026-10-01T00:00:00Z", until="2026-09-01T00:00:00Z")

    assert is_problem(answer, 422, "no-time")
