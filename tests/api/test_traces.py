"""Looking at traces: by role over HTTP, as pages in development, on the command line."""

import base64
import hashlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from api.app import create_app
from api.traces_page import list_page, trace_page
from infra.settings import Settings
from infra.telemetry import words
from infra.telemetry.store import FILE, StoredSpan, TraceStore, TraceSummary
from infra.telemetry.tree import lines_of
from tests.api.door import Door, now
from tests.shelf import Shelf

EVIL = '<script>alert("张三")</script>'


@pytest.fixture
def url(shelf: Shelf, book: str) -> str:
    return shelf.copy(book, "traced")


@pytest.fixture
def traced(tmp_path: Path, settings: Settings, shelf: Shelf, url: str) -> FastAPI:
    given = settings.model_copy(
        update={"data_folder": tmp_path, "database_url": shelf.working(url), "traces": "local"}
    )
    return create_app(given, now=now)


@pytest_asyncio.fixture
async def seen(traced: FastAPI, shelf: Shelf, url: str) -> AsyncIterator[tuple[Door, str]]:
    """A deployment that began anew after a case was asked for: its traces are written."""
    async with traced.router.lifespan_context(traced):
        transport = httpx.ASGITransport(traced, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://insurer") as client:
            door = Door(traced, client, shelf.hand(url))
            case_id = await door.start()
    async with traced.router.lifespan_context(traced):
        transport = httpx.ASGITransport(traced, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://insurer") as client:
            yield Door(traced, client, shelf.hand(url)), case_id


async def test_operations_see_how_long_a_case_took(seen):
    door, case_id = seen

    answer = await door.get(f"/v1/cases/{case_id}/traces", "ops")

    (trace,) = answer.json()["traces"]
    names = [(span["depth"], span["name"]) for span in trace["spans"]]
    assert names == [(0, "POST /v1/cases"), (1, "start ServicingCase")]
    assert trace["spans"][0]["statements"] > 5
    assert trace["spans"][0]["attributes"][words.CASE] == case_id


async def test_statements_are_shown_when_asked_for(seen):
    door, case_id = seen

    answer = await door.get(f"/v1/cases/{case_id}/traces?statements=true", "ops")

    names = [span["name"] for span in answer.json()["traces"][0]["spans"]]
    assert "INSERT cases" in names
    assert "COMMIT" in names


async def test_who_is_not_operations_sees_no_traces(seen):
    door, case_id = seen

    assert (await door.get(f"/v1/cases/{case_id}/traces", "back_office")).status_code == 403


async def test_a_case_that_is_not_there_has_no_traces(seen):
    door, _ = seen

    assert (await door.get("/v1/cases/BQ-0/traces", "ops")).status_code == 404


async def test_where_no_traces_are_kept_the_answer_says_so(bare_door: Door):
    case_id = await bare_door.start()

    answer = await bare_door.get(f"/v1/cases/{case_id}/traces", "ops")

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/no-traces")
    assert (await bare_door.client.get("/dev/traces")).status_code == 404


async def test_the_pages_lead_from_the_list_to_the_waterfall(seen):
    door, _ = seen

    listed = await door.client.get("/dev/traces")
    (link,) = re.findall(r'href="(/dev/traces/[0-9a-f]{32})">POST /v1/cases<', listed.text)
    page = await door.client.get(link)

    assert page.status_code == 200
    assert "INSERT cases" in page.text
    assert (await door.client.get("/dev/traces/" + "0" * 32)).status_code == 404
    assert (await door.client.get("/dev/traces/..%2f")).status_code in (404, 422)


async def test_the_policy_of_a_page_lets_its_own_style_through_alone(seen):
    door, _ = seen

    page = await door.client.get("/dev/traces")

    (policy,) = page.headers.get_list("content-security-policy")
    (style,) = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; frame-ancestors 'none'")
    assert "style=" not in page.text
    assert page.headers["x-content-type-options"] == "nosniff"


def test_whatever_a_span_says_is_shown_and_never_run():
    span = StoredSpan(
        trace_id="a" * 32,
        span_id="b" * 16,
        parent_id=None,
        name=EVIL,
        kind='"><script>',
        service=EVIL,
        start_ns=1,
        end_ns=2,
        is_error=True,
        case_id=EVIL,
        attributes={words.ELEMENT: EVIL, words.STATEMENT: "'\"<img onerror=x>"},
        events=[{"name": EVIL, words.CODE: EVIL}],
        links=[],
    )
    summary = TraceSummary(
        trace_id='"><script>', name=EVIL, case_id=EVIL, start_ns=1, end_ns=2, spans=1, errors=0
    )

    pages = trace_page(EVIL, lines_of([span])) + list_page([summary])

    assert "<script" not in pages
    assert "<img" not in pages
    assert "&lt;script&gt;" in pages


def test_a_page_of_no_traces_says_so(tmp_path: Path):
    assert "None yet" in list_page(TraceStore(tmp_path / FILE).recent())
