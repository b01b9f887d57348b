"""HTTP seen: routes, not addresses; and trace contexts that come in and go out."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from infra.telemetry import words
from infra.telemetry.http import UNMATCHED, SeenRequests, SeenTransport, template_of
from infra.telemetry.metrics import Metrics
from tests.infra.telemetry.recording import Recording

CASE = "BQ-1F0C9A7E35B2D4860A91"
GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def recording() -> Recording:
    return Recording()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest_asyncio.fixture
async def door(recording: Recording, metrics: Metrics) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()

    @app.get("/v1/cases/{case_id}")
    async def read(case_id: str) -> str:
        if case_id == "broken":
            raise RuntimeError("张三")
        return case_id

    @app.get("/healthz")
    async def health() -> str:
        return "alive"

    app.add_middleware(SeenRequests, recorder=recording.recorder(), served=metrics.served)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://insurer") as client:
        yield client


async def test_a_request_is_named_by_its_route(door, recording):
    await door.get(f"/v1/cases/{CASE}")

    (span,) = recording.spans
    assert span.name == "GET /v1/cases/{case_id}"
    assert dict(span.attributes) == {
        words.METHOD: "GET",
        words.ROUTE: "/v1/cases/{case_id}",
        words.STATUS: 200,
        words.CASE: CASE,
    }


async def test_what_a_caller_wrote_into_the_address_is_not_told(door, recording, metrics):
    await door.get("/v1/cases/张三?name=张三")
    await door.get("/张三")
    await door.request("张三".encode().hex().upper(), "/v1/cases/1")

    told = "".join(span.to_json(indent=None) for span in recording.spans) + metrics.text().decode()
    assert recording.names() == ["GET /v1/cases/{case_id}", f"GET {UNMATCHED}",
                                 "_OTHER /v1/cases/{case_id}"]  # fmt: skip
    assert "张三" not in told
    assert "%E5" not in told


async def test_a_failure_is_told_by_its_kind(door, recording):
    await door.get("/v1/cases/broken")

    (span,) = recording.spans
    assert span.attributes[words.ERROR] == "RuntimeError"
    assert "张三" not in span.to_json()


async def test_a_callers_trace_is_gone_on_with(door, recording):
    await door.get("/v1/cases/1", headers={"traceparent": GIVEN, "baggage": "name=" + "x" * 10_000})

    (span,) = recording.spans
    assert f"{span.parent.trace_id:032x}-{span.parent.span_id:016x}" in GIVEN
    assert "xxx" not in span.to_json()


@pytest.mark.parametrize("value", ["nonsense", GIVEN + "x", "x" * 100_000, "\xff"])
async def test_a_malformed_trace_context_is_ignored(door, recording, value):
    answer = await door.get("/v1/cases/1", headers={b"traceparent": value.encode("latin-1")})

    assert answer.status_code == 200
    assert recording.spans[0].parent is None


async def test_two_trace_contexts_are_none(door, recording):
    await door.get("/v1/cases/1", headers=[("traceparent", GIVEN), ("traceparent", GIVEN)])

    assert recording.spans[0].parent is None


async def test_every_answer_has_a_request_id_of_ours(door):
    answers = [await door.get("/v1/cases/1", headers={"x-request-id": "theirs"}) for _ in range(2)]

    ids = {answer.headers["x-request-id"] for answer in answers}
    assert len(ids) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in ids)


async def test_probes_are_counted_and_not_traced(door, recording, metrics):
    await door.get("/healthz")

    assert recording.spans == []
    assert b'route="/healthz"' in metrics.text()


async def test_a_request_sent_carries_the_trace_and_is_counted(recording, metrics):
    heard: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        heard.append(request)
        return httpx.Response(200)

    recorder = recording.recorder()
    transport = SeenTransport(httpx.MockTransport(answer), recorder, metrics.sent)
    async with httpx.AsyncClient(transport=transport, base_url="http://bank:81") as client:
        with recorder.current(recorder.begin("pay")) as pay:
            await client.get("/payments/BQ-1%2Fpay%2F7?x=张三")

    span = recording.named("GET /payments/{id}")
    assert span.parent == pay.context
    assert span.attributes == {
        words.METHOD: "GET",
        words.TEMPLATE: "/payments/{id}",
        words.SERVER: "bank",
        words.PORT: 81,
        words.STATUS: 200,
    }
    assert heard[0].headers["traceparent"].split("-")[2] == f"{span.context.span_id:016x}"
    assert b'route="/payments/{id}",status="200"' in metrics.text()


async def test_a_request_that_is_not_answered_is_told_by_the_kind_of_error(recording, metrics):
    def nobody(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("张三")

    transport = SeenTransport(httpx.MockTransport(nobody), recording.recorder(), metrics.sent)
    async with httpx.AsyncClient(transport=transport, base_url="http://bank") as client:
        with pytest.raises(httpx.ConnectError):
            await client.post("/payments")

    assert recording.spans[0].attributes[words.ERROR] == "ConnectError"
    assert b'status="none"' in metrics.text()


def test_ids_in_a_path_are_replaced():
    assert template_of("/accounts/check") == "/accounts/check"
    assert template_of("/accounts/6222020200112233445/BQ-1") == "/accounts/{id}/{id}"
