"""The short form: a few cases under a few faults, and seeded bugs that must be caught."""

from __future__ import annotations

import datetime

import pytest

from tests.chaos.mutants import MUTANTS
from tests.chaos.orders import of_mutant, of_the_day
from tests.chaos.plan import KINDS
from tests.chaos.run import Order, run

pytestmark = [pytest.mark.journey, pytest.mark.timeout(420)]
INSTANTS = {"effect.after_commit": 0.01, "pay.sent": 0.05, "start.accepted": 0.02}
TODAY = datetime.datetime.now(datetime.UTC).date()
FIRST, *OTHERS = of_the_day(TODAY)
OF_TODAY = KINDS[TODAY.toordinal() % len(KINDS)]
"""What every change has time for: one database and one bug, another every day."""


def quiet(_text: str) -> None:
    """Nobody watches."""


def rest(values):
    return [pytest.param(value, marks=pytest.mark.long) for value in values]


@pytest.mark.parametrize("database", [OF_TODAY, *rest(kind for kind in KINDS if kind != OF_TODAY)])
async def test_every_case_ends_right_under_kills_and_freezes(database, tmp_path):
    order = Order(
        seed=7,
        cases=10,
        faults=5,
        database=database,
        failpoints=INSTANTS,
        side_by_side=10,
        afterwards=2,
        longest_wait=2.0,
    )

    verdict = await run(order, tmp_path, quiet)

    assert (verdict.violations, verdict.trouble) == ({}, [])
    assert sum(verdict.faults.values()) == 5


@pytest.mark.parametrize("name", [FIRST, *rest(OTHERS)])
async def test_a_seeded_bug_of_the_day_is_caught(name, tmp_path):
    verdict = await run(of_mutant(name), tmp_path, quiet)

    assert verdict.marks, "the bug was active"
    assert MUTANTS[name].caught_by & verdict.violations.keys()
