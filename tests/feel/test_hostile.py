import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.feel.hostile import CORPUS, ESCAPES, LOOPS, RECURSION, SIZES, SYNTAX

pytestmark = pytest.mark.slow
MAX_SECONDS = 1.0
MAX_MEBIBYTES = 100.0
ENDLESS = [*LOOPS, *SIZES, *RECURSION]
MAX_CPU = 120
"""What the whole process may take, so that a runaway cannot stop the tests."""


@pytest.fixture(scope="module")
def told():
    """Run the corpus in a process of its own, under limits."""
    root = Path(__file__).parents[2]
    command = f"ulimit -t {MAX_CPU} -v 4000000; exec {sys.executable} -m tests.feel.hostile"
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_every_hostile_expression_ends_within_a_second(told):
    slow = {
        text[:80]: seconds
        for text, (_, seconds) in zip(CORPUS, told["told"], strict=True)
        if seconds > MAX_SECONDS
    }

    assert slow == {}


def test_all_of_them_together_need_less_than_100_mebibytes(told):
    assert told["mebibytes"] < MAX_MEBIBYTES


def test_what_is_endless_or_too_large_is_stopped_by_a_limit(told):
    ended = dict(zip(CORPUS, (end for end, _ in told["told"]), strict=True))

    assert {text: ended[text] for text in ENDLESS if ended[text] != "limit"} == {}


def test_no_escape_finds_anything(told):
    ended = dict(zip(CORPUS, (end for end, _ in told["told"]), strict=True))

    assert {ended[text] for text in ESCAPES} <= {"null", "syntax", "string"}


def test_the_corpus_is_large(told):
    assert len(set(CORPUS)) >= 150
    assert len(told["told"]) == len(CORPUS)
    assert len(SYNTAX) >= 30
