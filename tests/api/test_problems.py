"""Errors: a problem document for everything, and not a word about our inside."""

import pytest

from api.headers import HEADERS
from api.problems import MAX_ERRORS, RETRY_AFTER, Problem
from tests.api.door import A_CASE, Door, is_problem

INSIDE = "何振宇 at /srv/secret/place"


@pytest.mark.parametrize(
    "path",
    ["/", "/nope", "/v1", "/v1/", "/v1/cases/", "//v1/cases", "/v1//cases", "/V1/cases",
     "/v1/Cases", "/v1/cases.json", "/docs", "/redoc", "/v1/cases/%2e%2e/tasks", "/v1/cases;x"],
)  # fmt: skip
async def test_an_unknown_path_is_404(door: Door, path):
    answer = await door.client.get(path)

    assert is_problem(answer, 404, "not-found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/v1/cases", "GET, POST"),
        ("DELETE", "/v1/cases/BQ-1", "GET"),
        ("PUT", "/v1/tasks/BQ-1~1/complete", "POST"),
        ("GET", "/v1/tasks/BQ-1~1/complete", "POST"),
        ("OPTIONS", "/v1/cases", "GET, POST"),
        ("TRACE", "/v1/cases", "GET, POST"),
        ("POST", "/healthz", "GET"),
        ("BREW", "/v1/cases", "GET, POST"),
    ],
)
async def test_an_unknown_method_is_405_with_what_is_allowed(door: Door, method, path, allowed):
    answer = await door.client.request(method, path, headers=door.bearer("ops"))

    assert is_problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == allowed


async def test_a_head_request_is_405_without_a_body(door: Door):
    answer = await door.client.head("/v1/cases", headers=door.bearer("ops"))

    assert (answer.status_code, answer.content) == (405, b"")
    assert answer.headers["allow"] == "GET, POST"


async def test_a_header_does_not_change_the_method(door: Door):
    headers = {**door.bearer("auditor"), "X-HTTP-Method-Override": "POST"}
    answer = await door.client.get("/v1/cases", headers=headers)

    assert answer.status_code == 200
    assert "cases" in answer.json()


async def test_a_bug_of_ours_tells_nothing(door: Door, monkeypatch):
    async def broken(*_: object) -> None:
        raise ZeroDivisionError(INSIDE)

    monkeypatch.setattr(door.cases, "start", broken)

    answer = await door.post("/v1/cases", A_CASE)

    assert is_problem(answer, 500, "internal")
    assert "secret" not in answer.text
    assert "ZeroDivision" not in answer.text


async def test_every_answer_bears_the_security_headers(door: Door, monkeypatch):
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(door.cases, "start", broken)
    answers = [
        await door.client.get("/healthz"),
        await door.client.get("/nope"),
        await door.client.get("/v1/cases"),
        await door.post("/v1/cases", content=b"x", headers={"Content-Type": "text/plain"}),
        await door.post("/v1/cases", A_CASE),
    ]

    assert [answer.status_code for answer in answers] == [200, 404, 401, 415, 500]
    for answer in answers:
        for name, value in HEADERS:
            assert answer.headers.get_list(name.decode()) == [value.decode()]
        assert "server" not in answer.headers
        assert "access-control-allow-origin" not in answer.headers


async def test_a_database_that_does_not_answer_is_503(door: Door):
    door.hand.shut()

    listed = await door.get("/v1/cases")
    ready = await door.client.get("/readyz")

    assert is_problem(listed, 503, "database-away")
    assert RETRY_AFTER[0] <= int(listed.headers["retry-after"]) <= RETRY_AFTER[1]
    assert "elsewhere" not in listed.text
    assert (ready.status_code, ready.json()["database"]) == (503, "away")


def test_a_problem_names_no_more_than_a_page_of_errors():
    problem = Problem(422, "invalid", "No.", errors=[{"loc": ["x"]}] * 1000)

    assert len(problem.document()["errors"]) == MAX_ERRORS
