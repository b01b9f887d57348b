"""Seeded bugs: each makes a difference, is caught, and shrinks to a model one can read."""

import pytest

from tests.reference.hunting import EXAMPLES, hunt, until_caught
from tests.reference.lockstep import Way, check
from tests.reference.mutants import MUTANTS
from tests.reference.planting import planted
from tests.reference.shrinking import READABLE

LARGER = {"incident-deafens": 12}
"""A failure, then a message of a certain content: ways drawn anew seldom do both in this order."""
AT_ONCE = 4
"""One in so many is hunted at every change, all of them by ``make long``."""

pytestmark = pytest.mark.timeout(300)


HUNTED = [
    pytest.param(name, marks=pytest.mark.long if number % AT_ONCE else pytest.mark.slow)
    for number, name in enumerate(MUTANTS)
]


@pytest.mark.parametrize("name", HUNTED)
def test_a_seeded_bug_is_caught_by_the_sweep_and_shrinks(name):
    caught = hunt(name, examples=False)

    assert caught is not None
    assert caught.active > 0
    assert caught.elements <= LARGER.get(name, READABLE)
    way = Way(schedule=caught.failure.schedule, carry=caught.sample.way.carry)
    check(caught.failure.model, way)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["join-counts-tokens", "always-interrupts", "boundary-stays"])
def test_a_seeded_bug_is_caught_by_hypothesis(name):
    with planted(MUTANTS[name]) as active:
        tried = until_caught()

    assert active.count > 0
    assert tried is not None
    assert tried < EXAMPLES


def test_a_planted_bug_is_gone_afterwards():
    mutant = MUTANTS["join-counts-tokens"]
    before = getattr(mutant.module, mutant.name)

    with planted(mutant):
        assert getattr(mutant.module, mutant.name) is not before

    assert getattr(mutant.module, mutant.name) is before
