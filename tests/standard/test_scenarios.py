"""Every scenario of the standard runs as its clause asks, carried over a snapshot or not.

What is not executed yet may be refused, by the rules the scenario names; it has to run as soon as
it is not.
"""

import pytest

from tests.standard.coverage import SCENARIOS
from tests.standard.scenario import asked, seen

EXECUTED = [one for one in SCENARIOS if one.is_executed]
REFUSED = [one for one in SCENARIOS if not one.is_executed]


@pytest.mark.parametrize("one", EXECUTED, ids=lambda one: one.name)
def test_it_runs_as_the_standard_asks(one):
    assert seen(one.played(), one) == asked(one)


@pytest.mark.parametrize("one", EXECUTED, ids=lambda one: one.name)
def test_a_snapshot_behind_every_step_changes_nothing(one):
    assert one.played(carried=True) == one.played()


@pytest.mark.parametrize("one", REFUSED, ids=lambda one: one.name)
def test_what_is_not_executed_is_refused_by_its_rule(one):
    assert one.refusals() == one.refused.split()
