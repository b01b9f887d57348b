"""S1: one input at a time, an explicit work-list with a total order, rest as a fixpoint."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from tests.builders.process import a_process
from tests.playing import play

ROOT = Path(__file__).parents[3]


def test_parallel_branches_advance_breadth_first_in_document_order():
    model = (
        a_process()
        .start()
        .parallel("fork")
        .task("a1")
        .task("a2")
        .end("a_end")
        .at("fork")
        .task("b1")
        .task("b2")
        .end("b_end")
    )

    run = play(model)

    tasks = [one for one in run.events("activated") if one[0] in "ab"]
    assert tasks == ["a1", "b1", "a2", "b2", "a_end", "b_end"]


def test_a_long_chain_needs_no_recursion():
    model = a_process().start()
    for number in range(2_400):
        model = model.task(f"t{number}")

    run = play(model.end())

    run.assert_over()


def test_the_trail_is_the_same_under_any_hash_seed():
    script = (
        "from tests.builders.process import *\n"
        "from tests.playing import play\n"
        "m = a_process().start().inclusive('g')\n"
        "for n in 'abc': m = m.at('g').flow('=x > 1').service(n).flow().connect('j')\n"
        "m = m.inclusive('j').end().at('g').flow(default=True).end('no')\n"
        "r = play(m, x=2)\n"
        "for n in 'bca': r.complete(n, **{n: 1})\n"
        "print(r.trail)\n"
    )

    digests = set()
    for seed in ("0", "1", "77"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        output = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            check=True,
        )
        digests.add(hashlib.sha256(output.stdout).hexdigest())

    assert len(digests) == 1
