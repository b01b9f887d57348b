"""Idempotency-Key: the same key and body give the same answer, another body is refused."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.api.conftest import MODEL
from tests.api.door import A_CASE, Door, is_problem
from tests.builders.process import a_process

KEY = "the-same-key"
OTHER = a_process("other").start("s").end("e").xml().decode()
LEFT_BEHIND = a_process("orphan_policy").start("s").end("e").xml().decode()
PDF = b"%PDF-1.7 one"

Call = Callable[[Door, str], Awaitable[httpx.Response]]


async def _case(door: Door, other: str) -> httpx.Response:
    return await door.post("/v1/cases", {**A_CASE, "item": other or "TERMINATE"}, key=KEY)


async def _cancel(door: Door, other: str) -> httpx.Response:
    case_id = door.scalar("SELECT id FROM cases")
    body = {"reason": f"by mistake {other}"}
    return await door.post(f"/v1/cases/{case_id}/cancel", body, "ops", key=KEY)


async def _message(door: Door, other: str) -> httpx.Response:
    body = {"name": f"customer.withdrawn{other}", "key": "K"}
    return await door.post("/v1/messages", body, key=KEY)


async def _claim(door: Door, other: str) -> httpx.Response:
    return await _on_task(door, "unclaim" if other else "claim", {})


async def _delegate(door: Door, other: str) -> httpx.Response:
    return await _on_task(door, "delegate", {"to": "lead-2", "comment": other})


async def _complete(door: Door, other: str) -> httpx.Response:
    body = {"outcome": "reject" if other else "approve", "contentHash": "a" * 64}
    return await _on_task(door, "complete", body)


async def _on_task(door: Door, act: str, body: Any) -> httpx.Response:
    case_id = door.scalar("SELECT id FROM cases")
    path = f"/v1/tasks/{case_id}~5/{act}"
    return await door.post(path, body, "supervisor", key=KEY)


async def _resolve(door: Door, other: str) -> httpx.Response:
    case_id = door.scalar("SELECT id FROM cases")
    body = {"reason": f"mended {other}"}
    return await door.post(f"/v1/incidents/{case_id}~7/resolve", body, "ops", key=KEY)


async def _deploy(door: Door, other: str) -> httpx.Response:
    body = {"files": {"other.bpmn": OTHER if other else MODEL.decode()}}
    return await door.post("/v1/definitions", body, "ops", key=KEY)


async def _lint(door: Door, other: str) -> httpx.Response:
    body = {"files": {"other.bpmn": OTHER if other else MODEL.decode()}}
    return await door.post("/v1/definitions/lint", body, "ops", key=KEY)


async def _departure(door: Door, other: str) -> httpx.Response:
    body = {"leftOn": "2026-10-01" if other else "2026-09-01"}
    return await door.post("/v1/agents/AG-S2-1/departure", body, "admin", key=KEY)


async def _document(door: Door, other: str) -> httpx.Response:
    return await door.post(
        "/v1/documents",
        key=KEY,
        content=PDF,
        params={"type": "OTHER" if other else "ID_CARD"},
        headers={"Content-Type": "application/pdf"},
    )


CALLS: dict[str, tuple[Call, str]] = {
    "case": (_case, "PARTIAL"),
    "cancel": (_cancel, "again"),
    "message": (_message, ".other"),
    "claim": (_claim, "unclaim"),
    "delegate": (_delegate, "why"),
    "complete": (_complete, "reject"),
    "resolve": (_resolve, "twice"),
    "deploy": (_deploy, "other"),
    "lint": (_lint, "other"),
    "document": (_document, "other"),
    "departure": (_departure, "other"),
}


@pytest.fixture(params=CALLS)
async def call(request, door: Door):
    """A POST that changes something, with a case, a task and an incident to act on."""
    make, other = CALLS[request.param]
    if request.param == "departure":
        await door.post("/v1/definitions", {"files": {"left.bpmn": LEFT_BEHIND}}, "ops")
    elif request.param != "case":
        case_id = await door.start()
        await door.open_task(case_id, 5, "L3")
        await door.journal(
            case_id,
            {"kind": "incidentOpened", "element": "quote", "key": 7}
            | {"data": {"code": "job-failed", "message": "no"}},
        )
        door.cases.started.clear()
    return make, other


async def test_the_same_request_again_has_the_same_answer(door: Door, call):
    make, _ = call
    first = await make(door, "")
    after_first = door.rows()

    second = await make(door, "")

    assert first.is_success, first.text
    assert (second.status_code, second.json()) == (first.status_code, first.json())
    assert door.rows() == after_first


async def test_another_request_under_the_key_is_refused(door: Door, call):
    make, other = call
    await make(door, "")
    before, acts = door.rows(), list(door.cases.acts)

    answer = await make(door, other)

    assert is_problem(answer, 422, "idempotency-mismatch")
    assert door.rows() == before
    assert door.cases.acts == acts


async def test_twenty_at_once_have_one_effect(door: Door, call):
    make, _ = call
    before = door.rows()["idempotency_keys"]

    answers = await asyncio.gather(*(make(door, "") for _ in range(20)))

    assert {answer.status_code for answer in answers} == {answers[0].status_code}
    assert answers[0].is_success, answers[0].text
    assert len({answer.text for answer in answers}) == 1
    assert door.rows()["idempotency_keys"] == before + 1
    assert len(door.cases.acts) <= 1
    assert len(door.cases.started) <= 1


async def test_of_two_different_requests_at_once_one_is_answered(door: Door, call):
    make, other = call

    answers = await asyncio.gather(*(make(door, text) for text in ["", other] * 6))

    done = [answer for answer in answers if answer.is_success]
    refused = [answer for answer in answers if not answer.is_success]
    assert len(done) == 6
    assert len({answer.text for answer in done}) == 1
    assert all(is_problem(answer, 422, "idempotency-mismatch") for answer in refused)
    assert len(door.cases.acts) <= 1
    assert len(door.cases.started) <= 1


async def test_two_different_messages_at_once_leave_one(door: Door):
    await asyncio.gather(*(_message(door, text) for text in ["", ".other"] * 6))

    assert door.rows()["messages"] == 1


async def test_two_different_documents_at_once_leave_one(door: Door):
    await asyncio.gather(*(_document(door, text) for text in ["", "other"] * 6))

    assert door.rows()["documents"] == 1


async def test_two_different_deployments_at_once_leave_one(door: Door):
    before = door.rows()["definitions"]
    other = a_process("third").start("s").end("e").xml().decode()

    async def deploy(text: str) -> httpx.Response:
        return await door.post("/v1/definitions", {"files": {"a.bpmn": text}}, "ops", key=KEY)

    await asyncio.gather(*(deploy(text) for text in [OTHER, other] * 3))

    assert door.rows()["definitions"] == before + 1


async def test_a_refused_request_leaves_its_key_free(door: Door):
    refused = await door.post("/v1/cases", {**A_CASE, "policyNo": "P-NONE"}, key=KEY)
    taken = await door.post("/v1/cases", A_CASE, key=KEY)

    assert is_problem(refused, 422, "unknown-policy")
    assert taken.status_code == 201


async def test_a_key_belongs_to_its_caller(door: Door):
    one = await door.post("/v1/cases", A_CASE, key=KEY, subject="back-office")
    two = await door.post("/v1/cases", A_CASE, key=KEY, subject="clerk-1")

    assert one.json()["caseId"] != two.json()["caseId"]


async def test_a_key_used_on_another_route_is_refused(door: Door):
    await door.post("/v1/messages", {"name": "customer.withdrawn", "key": "K"}, key=KEY)

    assert is_problem(await door.post("/v1/cases", A_CASE, key=KEY), 422, "idempotency-mismatch")


async def test_the_answer_outlives_a_restart(door: Door, app):
    first = await door.post("/v1/cases", A_CASE, key=KEY)

    async with app.router.lifespan_context(app):
        second = await door.post("/v1/cases", A_CASE, key=KEY)

    assert second.json() == first.json()


async def test_one_key_on_two_tasks_at_once_does_one_act(door: Door):
    case_id = await door.start()
    for key in (5, 6):
        await door.open_task(case_id, key, "L3")

    answers = await asyncio.gather(
        *(
            door.post(f"/v1/tasks/{case_id}~{task}/claim", {}, "supervisor", key=KEY)
            for task in (5, 6)
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 422]
    assert len(door.cases.acts) == 1
