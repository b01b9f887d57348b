"""The whole OpenAPI document against a running API: every check of schemathesis, no exception."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.case_client import CaseClient
from api.permissions import PERMISSIONS, ROLES, SYSTEM
from infra.settings import Settings
from tests.api.cli.conftest import Server
from tests.api.door import WHO, Door, now
from tests.api.insides import Insides
from tests.shelf import Shelf

HERE = Path(__file__).parent
EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "4"))
"""How many requests are made up for every operation, in every phase; more of them at night."""
SECONDS = 120 + 40 * EXAMPLES
PEOPLE = sorted(ROLES - {SYSTEM})
pytestmark = [pytest.mark.slow, pytest.mark.timeout(SECONDS + 60)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """A running API with a case, a task and an incident in it."""

    url: str
    server: Server
    known: dict[str, str]

    def token(self, *roles: str) -> str:
        who = WHO[roles[0]] if len(roles) == 1 else WHO["supervisor"]
        return str(self.server.app.state.deployment.issuer.token(who, list(roles)))


@pytest.fixture
def api(shelf: Shelf, book: str, tmp_path: Path) -> Iterator[Api]:
    url = shelf.copy(book, "contract")
    settings = Settings(
        profile="test",
        data_folder=tmp_path,
        database_url=shelf.working(url),
        temporal_address="127.0.0.1:9",
        _env_file=None,
    )
    server = Server(create_app(settings, now=now), shelf.hand(url))
    server.start()
    _staffed(server)
    try:
        yield Api(url=server.url, server=server, known=_furnished(server))
    finally:
        server.stop()


def _staffed(server: Server) -> None:
    """Give the API cases at the other end that judge by the product's rules."""
    composed = server.app.state.deployment
    client: Any = Insides(composed.database)
    server.app.state.deployment = replace(composed, cases=CaseClient(client, task_queue="cases"))


def _furnished(server: Server) -> dict[str, str]:
    case_id: str = server.do(_case_at_hand(server))
    return {
        "case_id": case_id,
        "task_id": f"{case_id}~5",
        "incident_id": f"{case_id}~7",
        "process_id": "contract_termination",
        "agent_id": "AG-S2-1",
    }


async def _case_at_hand(server: Server) -> str:
    transport = httpx.ASGITransport(server.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://insurer") as client:
        door = Door(server.app, client, server.hand)
        case_id = await door.start()
        await door.open_task(case_id, 5, "L3")
        await door.journal(
            case_id,
            {"kind": "incidentOpened", "element": "quote", "key": 7}
            | {"data": {"code": "job-failed", "message": "no"}},
        )
    return case_id


def run(api: Api, token: str, *options: str) -> tuple[int, str]:
    """Run schemathesis; returns its exit code and what it said."""
    program = Path(sys.executable).with_name("st")
    done = subprocess.run(
        [
            program,
            *("--config-file", HERE / "schemathesis.toml"),
            *("run", f"{api.url}/openapi.json", "--checks", "all", "--continue-on-failure"),
            *("--seed", "20261012", "--no-color", "--generation-database", "none", *options),
        ],
        env={
            **os.environ,
            "SCHEMATHESIS_HOOKS": "tests.api.contract.hooks",
            "CONTRACT_TOKEN": token,
            "CONTRACT_IDS": json.dumps(api.known),
            "PYTHONPATH": str(HERE.parents[2]),
        },
        cwd=HERE,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_everything_holds_for_who_may_do_everything(api: Api):
    phases = ("--phases", "examples,fuzzing,stateful", "--max-examples", str(EXAMPLES))

    code, said = run(api, api.token(*PEOPLE), *phases)

    assert code == 0, said
    assert _generated(said) > len(PERMISSIONS) * EXAMPLES


@pytest.mark.long
def test_every_edge_of_every_schema_holds(api: Api):
    """The edges of each field, one after the other: a minute and a half, so not at every change."""
    code, said = run(api, api.token(*PEOPLE), "--phases", "coverage")

    assert code == 0, said
    assert _generated(said) > 1_000


def _generated(said: str) -> int:
    found = re.search(r"(\d+) generated", said)
    assert found, said
    return int(found[1])


@pytest.mark.long
def test_everything_holds_for_who_may_do_little(api: Api):
    code, said = run(api, api.token("auditor"), "--phases", "examples,fuzzing", "-n", str(EXAMPLES))

    assert code == 0, said
