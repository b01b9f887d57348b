"""``baoquan contract core`` against a core system that runs as a process."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from api.cli.__main__ import assembled
from infra.systems.core_kit.checks import CHECKS

ROOT = Path(__file__).parents[3]
TOKEN = "-".join(("core", "by", "wire"))


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("core")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "book.json").write_text(json.dumps([["P-1", 1, "IN_FORCE", "CNY"]]))
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.systems.core_simulator", "--port", str(port),
         "--data", str(folder / "core.db"), "--load", str(folder / "book.json")],
        cwd=ROOT, env={**os.environ, "BAOQUAN_CORE_TOKEN": TOKEN},
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            httpx.get(f"{url}/healthz")
            break
        except httpx.HTTPError:
            time.sleep(0.1)
    yield url
    process.send_signal(signal.SIGTERM)
    process.wait(20)


@pytest.fixture
def token(tmp_path: Path) -> str:
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n")
    return str(path)


def contract(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(assembled(["contract"]), ["contract", "core", *arguments])
    return result.exit_code, result.output


@pytest.mark.slow
def test_the_simulator_passes_over_the_wire(core: str, token: str):
    code, told = contract("--url", core, "--policy", "P-1", "--token-file", token, "--json")

    checks = json.loads(told)["checks"]
    assert [each for each in checks if not each["passed"]] == []
    assert (code, len(checks)) == (0, len(CHECKS))


@pytest.mark.slow
def test_a_wrong_token_fails_and_says_so(core: str):
    code, told = contract("--url", core, "--policy", "P-1", "--only", "key.unknown")

    assert code == 1
    assert "FAIL  key.unknown" in told
    assert "expected 404 UNKNOWN_KEY, found 401 NO_TOKEN" in told


def test_the_contract_is_printed():
    code, told = contract("--openapi")

    assert code == 0
    assert "/commit" in json.loads(told)["paths"]


def test_without_an_address_nothing_is_tried():
    code, told = contract()

    assert code == 2
    assert "--policy" in told
