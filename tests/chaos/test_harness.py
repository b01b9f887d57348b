"""The harness itself: its plans, its armed instants, and processes that die with their run."""

from __future__ import annotations

import datetime
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from activities.failpoints import NAMES, parse_failpoints
from tests.chaos.failing import EAGER, Failing
from tests.chaos.instants import _read
from tests.chaos.invariants import INVARIANTS
from tests.chaos.mutants import MUTANTS
from tests.chaos.orders import of_mutant, of_the_day
from tests.chaos.plan import FAILPOINTS, INSTANTS, KINDS, cases, deck_of, faults
from tests.chaos.run import WHOLE, Order, Verdict

ROOT = Path(__file__).parents[2]
POLICIES = [f"P26{number:05d}" for number in range(20)]
STARTS_A_SLEEPER = """
import subprocess, sys
from tests.mortal import bound
child = subprocess.Popen(bound("sleep", "600"), start_new_session=True)
print(child.pid, flush=True)
child.wait()
"""


def test_a_seed_decides_on_cases_and_faults():
    assert cases(3, POLICIES, 20) == cases(3, POLICIES, 20)
    assert faults(3, 20, "sqlite") == faults(3, 20, "sqlite")
    assert cases(3, POLICIES, 20) != cases(4, POLICIES, 20)


def test_processes_forked_from_one_do_not_share_their_luck():
    forks = """
import os
from tests.chaos.chance import CHANCE
for _ in range(2):
    if os.fork() == 0:
        print(CHANCE.random(), flush=True)
        os._exit(0)
    os.wait()
"""

    drawn = subprocess.run(
        [sys.executable, "-c", forks], capture_output=True, text=True, cwd=ROOT, check=True
    )

    assert len(set(drawn.stdout.split())) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_as_many_faults_as_there_are_bring_each_about_once(kind):
    deck = deck_of(kind)

    assert sorted((fault.kind, fault.target) for fault in faults(1, len(deck), kind)) == sorted(
        deck
    )


def test_every_failpoint_that_the_product_names_is_armed():
    # The house that chaos strikes keeps its own books: nothing there asks a core system.
    assert FAILPOINTS.keys() == {name for name in NAMES if not name.startswith("core.")}


def test_late_in_a_run_an_instant_that_never_struck_is_likelier_than_one_that_did(tmp_path):
    log = tmp_path / "worker.log"
    log.write_bytes(b"ready\nfailpoint pay.sent\nfailpoint pay.sent\n")
    failing = Failing(chances={"pay.sent": 0.01, "pay.recorded": 0.01}, logs=[log], is_armed=True)
    early = parse_failpoints(failing.environment()["BAOQUAN_FAILPOINTS"])
    failing.progress = lambda: 0.5

    armed = parse_failpoints(failing.environment()["BAOQUAN_FAILPOINTS"])

    assert failing.struck() == {"pay.sent": 2}
    assert early == {"pay.sent": 0.01, "pay.recorded": 0.01}
    assert armed == {"pay.sent": 0.01, "pay.recorded": 0.01 * EAGER}


def test_nothing_is_armed_once_all_is_healed(tmp_path):
    failing = Failing(chances=INSTANTS, logs=[tmp_path / "no.log"], is_armed=False)

    assert failing.environment() == {}


def test_instants_of_the_run_go_to_it_and_failpoints_to_the_product():
    failing = Failing(chances={"relay.sent": 0.01, "pay.sent": 0.02}, logs=[], is_armed=True)

    environment = failing.environment()

    assert _read(environment["CHAOS_INSTANTS"]).keys() == {"relay.sent"}
    assert parse_failpoints(environment["BAOQUAN_FAILPOINTS"]).keys() == {"pay.sent"}


def a_verdict(order, **changes):
    given = {"violations": {}, "ends": {}, "faults": {}, "failpoints": {}, "replayed": 0}
    figures = {"longest_history": 0, "seconds": 0.0, "calm_after": 0.0}
    return Verdict(order=order, **{**given, **figures, **changes})


def test_a_whole_run_in_which_a_fault_or_failpoint_never_struck_is_not_clean():
    order = Order(cases=WHOLE, faults=60, failpoints={"pay.sent": 0.1})
    every = {f"{kind} {target}": 1 for kind, target in deck_of("sqlite")}

    whole = a_verdict(order, faults=every, failpoints={"pay.sent": 1})
    without_lock = {name: 1 for name in every if name != "lock database"}

    assert whole.is_clean
    assert a_verdict(order, faults=every).missing == ["pay.sent"]
    assert a_verdict(order, faults=without_lock, failpoints={"pay.sent": 1}).missing == [
        "lock database"
    ]


def test_a_short_run_need_not_have_everything():
    assert a_verdict(Order(cases=10, faults=5)).is_clean


def test_every_seeded_bug_is_named_by_invariants_that_there_are():
    assert all(mutant.caught_by <= INVARIANTS.keys() for mutant in MUTANTS.values())
    assert {of_mutant(name).mutant for name in MUTANTS} == MUTANTS.keys()


def test_every_seeded_bug_has_its_day():
    first = datetime.date(2026, 1, 1)
    days = [first + datetime.timedelta(days=number) for number in range(len(MUTANTS))]

    assert {name for day in days for name in of_the_day(day)} == MUTANTS.keys()
    assert of_the_day(first) == of_the_day(first)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a signal of Linux")
def test_a_process_dies_with_whoever_started_it():
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTS_A_SLEEPER], stdout=subprocess.PIPE, cwd=ROOT
    )
    assert starter.stdout is not None
    sleeper = int(starter.stdout.readline())

    starter.send_signal(signal.SIGKILL)
    starter.wait()
    starter.stdout.close()

    assert _is_gone(sleeper)


def _is_gone(pid: int) -> bool:
    """Whether a process ends; nobody may be there to bury it."""
    for _ in range(200):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state in "ZX":
            return True
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    return False
