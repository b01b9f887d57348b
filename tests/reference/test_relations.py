"""Changes of a drawing that mean nothing change nothing of what can be seen."""

import pytest

from tests.reference.drawing import drawn
from tests.reference.engine import compiled
from tests.reference.growing import SMALL
from tests.reference.lockstep import Duel
from tests.reference.relations import CHANGES, check_pair, grouped
from tests.reference.storing import Kept, is_about_time
from tests.reference.sweeping import MEDIUM, sample

pytestmark = pytest.mark.timeout(300)

MODELS = 100


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_without_meaning_changes_nothing(change):
    changed = 0
    for seed in range(MODELS):
        one = sample(seed, MEDIUM if seed % 5 == 0 else SMALL)
        other = CHANGES[change](one.model)
        if other != one.model:
            changed += 1
            check_pair(one.model, other, one.way)

    assert changed > MODELS // 4


@pytest.mark.slow
def test_data_stores_that_answer_at_once_change_nothing():
    asked = 0
    for seed in range(2 * MODELS):
        one = sample(seed, MEDIUM if seed % 5 == 0 else SMALL)
        if not is_about_time(one.model):
            kept = Kept(one.model)
            kept.play(one.way)
            asked += kept.twin.asked

    assert asked > MODELS


def test_sequences_of_sequences_are_one_sequence():
    regrouped = 0
    for seed in range(40):
        one = sample(seed, SMALL)
        other = grouped(one.model)
        regrouped += other != one.model

        source = drawn(one.model)

        assert drawn(other) == source
        Duel(other, compiled(source)).play(one.way)
    assert regrouped > 10
