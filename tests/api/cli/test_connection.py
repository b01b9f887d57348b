"""How the command line reaches a deployment, and what it says when it does not."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from api.cli.connection import address
from api.cli.terminal import visible
from tests.api.cli.conftest import Baoquan, Server


def test_a_token_of_the_environment_is_used(baoquan: Baoquan, server: Server, monkeypatch):
    token = server.app.state.deployment.issuer.token("ops-1", ["ops"])
    monkeypatch.setenv("BAOQUAN_TOKEN", token)

    assert baoquan("case", "list", "--json").exit_code == 0


def test_without_a_token_it_says_how_to_give_one(baoquan: Baoquan):
    result = baoquan("case", "list")

    assert result.exit_code == 2
    assert "BAOQUAN_TOKEN" in result.stderr


def test_a_token_that_is_not_believed_is_told(baoquan: Baoquan, monkeypatch):
    monkeypatch.setenv("BAOQUAN_TOKEN", "garbage")

    result = baoquan("case", "list")

    assert result.exit_code == 1
    assert result.stderr.startswith("401 Who is calling is not known")


def test_an_operator_nobody_knows_is_told(baoquan: Baoquan):
    result = baoquan("case", "list", "--as", "nobody")

    assert result.exit_code == 1
    assert result.stderr.startswith("404 Not found")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9", "http://[", "nonsense", "ftp://127.0.0.1", ""]
)
def test_an_address_that_does_not_answer_is_told(baoquan: Baoquan, monkeypatch, url):
    monkeypatch.setenv("BAOQUAN_URL", url)

    result = baoquan("case", "list", "--as", "ops-1")

    assert result.exit_code == 1
    assert "does not answer" in result.stderr
    assert "Traceback" not in result.output


class Stranger(BaseHTTPRequestHandler):
    """A server that is not ours."""

    status, content = 200, b"<html>"

    def do_POST(self) -> None:
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def stranger() -> Iterator[str]:
    served = HTTPServer(("127.0.0.1", 0), Stranger)
    thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    thread.join()
    served.server_close()


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (200, b"<html>"),
        (200, b"[]"),
        (502, b"<html>Bad gateway"),
        (500, b'{"error": "other"}'),
        (404, b"7"),
        (403, b'{"detail": "\\u001b[2J"}'),
    ],
)
def test_an_answer_that_is_not_ours_is_told(
    baoquan: Baoquan, stranger, monkeypatch, status, content
):
    monkeypatch.setenv("BAOQUAN_URL", stranger)
    monkeypatch.setattr(Stranger, "status", status)
    monkeypatch.setattr(Stranger, "content", content)

    result = baoquan("case", "list", "--as", "ops-1")

    assert result.exit_code == 1
    assert result.stderr.startswith(str(status))
    assert "\x1b[2J" not in result.stderr


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        (("cases", "BQ-1"), "/v1/cases/BQ-1"),
        (("tasks", "BQ-1:call:3~5", "claim"), "/v1/tasks/BQ-1:call:3~5/claim"),
        (("cases", "../x"), "/v1/cases/..%2Fx"),
        (("cases", "a?b#c"), "/v1/cases/a%3Fb%23c"),
        (("cases", "保全"), "/v1/cases/%E4%BF%9D%E5%85%A8"),
    ],
)
def test_an_id_stays_in_its_part_of_the_path(parts, path):
    assert address(*parts) == path


def test_what_would_steer_a_terminal_is_written_out():
    assert visible("a\x1b[2J\n\u202eb 保全") == "a\\x1b[2J\\n\\u202eb 保全"
