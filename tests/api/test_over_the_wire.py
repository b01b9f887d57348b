"""The API as it is served: what hostile bytes on the line come to."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from api.__main__ import MAX_HEAD, served
from api.app import create_app
from api.headers import HEADERS
from infra.settings import Settings
from tests.api.door import now
from tests.shelf import Shelf


@pytest.fixture(scope="module")
def port(shelf: Shelf, book: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("wire")
    settings = Settings(
        profile="test",
        data_folder=folder,
        database_url=shelf.working(shelf.copy(book, "wire")),
        temporal_address="127.0.0.1:9",
        api_port=0,
        _env_file=None,
    )
    server = uvicorn.Server(served(create_app(settings, now=now), settings))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(10)


def ask(port: int, *pieces: bytes, then_close: bool = False) -> bytes:
    """Send bytes as they are; returns the answer, empty when there is none."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        with contextlib.suppress(OSError):  # refused before all of it was sent
            for piece in pieces:
                line.sendall(piece)
            if then_close:
                line.shutdown(socket.SHUT_WR)
        answer = b""
        with contextlib.suppress(ConnectionError):
            while b"\r\n\r\n" not in answer and (got := line.recv(65_536)):
                answer += got
    return answer


def post(*headers: bytes) -> bytes:
    lines = (b"POST /v1/messages HTTP/1.1", b"Host: h", b"Content-Type: application/json", *headers)
    return b"\r\n".join(lines) + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET /healthz HTTP/1.1", b"200"),
        (b"GET /v1/cases HTTP/1.1", b"401"),
        (b"GET /nowhere HTTP/1.1", b"404"),
        (b"DELETE /v1/cases HTTP/1.1", b"405"),
        (b"PUT /v1/cases HTTP/1.1", b"405"),
    ],
)
def test_every_answer_bears_its_headers_and_names_no_server(port, request_line, status):
    answer = ask(port, request_line + b"\r\nHost: h\r\n\r\n").lower()

    assert answer.split(b" ")[1] == status
    for name, value in HEADERS:
        assert answer.count(b"\r\n" + name + b": " + value.lower()) == 1
    assert b"\r\nserver:" not in answer
    assert b"\r\nx-powered-by:" not in answer


HOSTILE: dict[str, tuple[bytes, ...]] = {
    "a head that never ends": (b"GET / HTTP/1.1\r\nHost: h\r\nX: " + b"x" * (2 * MAX_HEAD),),
    "a bare carriage return": (b"GET /healthz HTTP/1.1\r\nHost: h\r\nX: a\rB: c\r\n\r\n",),
    "a NUL in a header": (b"GET /healthz HTTP/1.1\r\nHost: h\r\nX: a\x00b\r\n\r\n",),
    "a space before a colon": (b"GET /healthz HTTP/1.1\r\nHost: h\r\nX : a\r\n\r\n",),
    "no host": (b"GET /healthz HTTP/1.1\r\n\r\n",),
    "two hosts": (b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",),
    "two lengths": (post(b"Content-Length: 2", b"Content-Length: 3"), b"{}"),
    "a negative length": (post(b"Content-Length: -1"), b"{}"),
    "a chunk that is no number": (post(b"Transfer-Encoding: chunked"), b"zz\r\n{}\r\n0\r\n\r\n"),
    "a chunk longer than told": (post(b"Transfer-Encoding: chunked"), b"2\r\n{}}}\r\n0\r\n\r\n"),
    "an unknown coding": (post(b"Transfer-Encoding: gzip"), b"{}"),
}


@pytest.mark.parametrize("pieces", HOSTILE.values(), ids=HOSTILE)
def test_hostile_bytes_are_refused_and_the_server_lives(port, pieces):
    answer = ask(port, *pieces, then_close=True)

    assert answer == b"" or answer.split(b" ")[1] in (b"400", b"401", b"413", b"431", b"501")
    assert ask(port, b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n").startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "pieces",
    [
        (post(b"Content-Length: 100"), b"{}"),
        (post(b"Transfer-Encoding: chunked"), b"64\r\n{}"),
    ],
    ids=["length", "chunk"],
)
def test_a_body_shorter_than_told_does_nothing(port, pieces):
    answer = ask(port, *pieces, then_close=True)

    assert answer == b"" or answer.split(b" ")[1][:1] == b"4"
    assert ask(port, b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n").startswith(b"HTTP/1.1 200")


def test_a_gzip_bomb_is_refused_unread(port):
    answer = ask(port, post(b"Content-Encoding: gzip", b"Content-Length: 10"), b"\x1f\x8b" * 5)

    assert answer.split(b" ")[1] == b"415"
