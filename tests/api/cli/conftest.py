"""The command line against a real server on a free port."""

import asyncio
import dataclasses
import json
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from typer.testing import CliRunner, Result

from api.app import create_app
from api.attendance import PollerWatch
from api.cli.__main__ import assembled
from infra.settings import Settings
from tests.api.conftest import build_book
from tests.api.door import A_CASE, Door, StandInCases, now
from tests.shelf import Hand, shelf_of

Baoquan = Callable[..., Result]


class Server:
    """The API in a thread of its own, with a stand-in for running cases."""

    def __init__(self, app: FastAPI, hand: Hand) -> None:
        self.app = app
        self.hand = hand
        self.loop = asyncio.new_event_loop()
        config = uvicorn.Config(app, port=0, log_config=None, lifespan="on")
        self.uvicorn = uvicorn.Server(config)
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self.uvicorn.serve())

    def start(self) -> None:
        self.thread.start()
        deadline = time.monotonic() + 20
        while not self.uvicorn.started:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.01)

    def stop(self) -> None:
        self.uvicorn.should_exit = True
        self.thread.join(10)
        self.loop.close()

    @property
    def url(self) -> str:
        (listening,) = self.uvicorn.servers
        return f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run something where the server runs."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    def fresh(self) -> StandInCases:
        """Forget what earlier tests asked of cases."""
        cases = StandInCases()
        composed: Any = self.app.state.deployment
        self.app.state.deployment = dataclasses.replace(
            composed, cases=cases, pollers=PollerWatch()
        )
        return cases


@pytest.fixture(scope="session")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """On SQLite: a command speaks HTTP, which database is behind it makes no difference to it."""
    shelf = shelf_of("sqlite", request)
    url = build_book(shelf)
    settings = Settings(
        profile="test",
        data_folder=tmp_path_factory.mktemp("served"),
        database_url=url,
        temporal_address="127.0.0.1:9",
    )
    served = Server(create_app(settings, now=now), shelf.hand(url))
    served.start()
    yield served
    served.stop()


@pytest.fixture
def cases(server: Server) -> StandInCases:
    return server.fresh()


@pytest.fixture
def baoquan(server: Server, cases: StandInCases, monkeypatch: pytest.MonkeyPatch) -> Baoquan:
    """Run a command against the server."""
    assert cases is not None
    monkeypatch.setenv("BAOQUAN_URL", server.url)
    monkeypatch.delenv("BAOQUAN_TOKEN", raising=False)
    monkeypatch.setenv("COLUMNS", "400")
    command = assembled()

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(command, list(arguments))

    return run


@pytest.fixture
def case_id(server: Server, cases: StandInCases) -> str:
    """A case with a task of L3 and an incident."""
    assert cases is not None

    async def make() -> str:
        transport = httpx.ASGITransport(server.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://insurer") as client:
            door = Door(server.app, client, server.hand)
            started = str((await door.post("/v1/cases", A_CASE)).json()["caseId"])
            await door.open_task(
                started, 5, "L3", variables={"amount": {"t": "number", "v": "56801.45"}}
            )
            await door.journal(
                started,
                {"kind": "incidentOpened", "element": "quote", "name": "报价", "key": 7}
                | {"data": {"code": "job-failed", "message": "\x1b[2Jno answer [red]"}},
                {"kind": "waitOpened", "element": "due", "key": 9}
                | {"data": {"for": "timer", "due": "2026-10-19T23:59:59+08:00"}},
            )
        return started

    found: str = server.do(make())
    return found


def read(result: Result) -> Any:
    """What a command printed for programs."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)
