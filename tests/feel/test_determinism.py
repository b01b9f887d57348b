import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.feel.built_ins import CAMUNDA, STANDARD
from tests.feel.clauses import CLAUSES
from tests.feel.evaluating import NOW
from workflows.feel import Environment, compile_expression, reason_of
from workflows.feel.wire import encode

TEXTS = [
    text
    for cases in (*CLAUSES.values(), STANDARD, CAMUNDA)
    for text, value in cases
    if value != "syntax"
]
CHANCE = ["uuid()", "random number()", "[uuid(), uuid()]", "for i in 1..3 return random number()"]


def transcript() -> bytes:
    """Evaluate everything; return the bytes of all values and warnings."""
    told = []
    for text in [*TEXTS, *CHANCE, "now()", "today()"]:
        environment = Environment(now=NOW, seed="case-1", zone="Asia/Shanghai")
        value = compile_expression(text).evaluate({}, environment)
        reason = reason_of(environment.warnings) if environment.warnings else ""
        told.append([text, encode(value), reason, environment.steps])
    return json.dumps(told).encode()


@pytest.mark.parametrize("seed", ["1", "2"])
def test_another_process_gives_the_same_bytes(seed):
    command = "import sys; from tests.feel.test_determinism import transcript;"
    command += "sys.stdout.buffer.write(transcript())"
    done = subprocess.run(
        [sys.executable, "-c", command],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "America/New_York"},
        capture_output=True,
        check=True,
    )

    assert done.stdout == transcript()


@pytest.mark.parametrize("text", CHANCE)
def test_chance_comes_from_the_seed_alone(text):
    expression = compile_expression(text)

    def drawn(seed: str) -> object:
        return expression.evaluate({}, Environment(now=NOW, seed=seed))

    assert drawn("a") == drawn("a") != drawn("b")


def test_the_moment_comes_from_the_environment_alone():
    environment = Environment(now=NOW, zone="Asia/Shanghai")

    assert encode(compile_expression("[now(), today()]").evaluate({}, environment)) == {
        "t": "list",
        "v": [
            {"t": "date and time", "v": "2026-03-04T13:06:07@Asia/Shanghai"},
            {"t": "date", "v": "2026-03-04"},
        ],
    }
