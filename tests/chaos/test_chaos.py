"""The short form: a few cases under a few faults, and a seeded bug that must be caught."""

from __future__ import annotations

import pytest

from tests.chaos.mutants import MUTANTS
from tests.chaos.run import Order, run

pytestmark = [pytest.mark.journey, pytest.mark.long, pytest.mark.timeout(420)]


def quiet(_text: str) -> None:
    """Nobody watches."""


async def test_every_case_ends_right_under_kills_and_freezes(tmp_path):
    verdict = await run(
        Order(seed=7, cases=10, faults=5, side_by_side=10, longest_wait=3.0), tmp_path, quiet
    )

    assert verdict.violations == {}
    assert sum(verdict.faults.values()) == 5


async def test_a_payment_key_that_changes_with_the_attempt_is_caught(tmp_path):
    order = Order(seed=7, cases=8, faults=0, side_by_side=8, mutant="new-payment-key")

    verdict = await run(order, tmp_path, quiet)

    assert verdict.marks, "the bug was active"
    assert MUTANTS["new-payment-key"].caught_by & verdict.violations.keys()
