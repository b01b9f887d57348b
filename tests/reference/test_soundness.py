"""What is told to be dead at deploy never happens in any run; what is sound is not blamed."""

import pytest

from tests.reference.drawing import drawn
from tests.reference.engine import compiled
from tests.reference.growing import SMALL
from tests.reference.lockstep import Duel
from tests.reference.sweeping import MEDIUM, sample
from workflows.bpmn.deployment import compile_bundle

DEAD = ("node-unreachable", "join-deadlock", "catcher-unreachable", "loop-endless")
NEVER_WELL_FORMED = {"node-unreachable", "join-deadlock", "endless-cycle", "loop-endless"}
MODELS = 200


def entered(one):
    """Every element that something happened at, in the run of a sample."""
    duel = Duel(one.model, compiled(drawn(one.model)))
    found: set[str] = set()
    follow = duel.engine._follow

    def noting(trail):
        found.update(trace.element for trace in trail)
        follow(trail)

    duel.engine._follow = noting  # type: ignore[method-assign]
    duel.play(one.way)
    return found


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_no_well_formed_model_is_blamed_for_what_the_reference_completes():
    blamed = 0
    for seed in range(MODELS):
        one = sample(seed, MEDIUM if seed % 5 == 0 else SMALL)
        found = compile_bundle({"model.bpmn": drawn(one.model)}).diagnostics

        assert not NEVER_WELL_FORMED & {finding.code for finding in found}, seed
        dead = {finding.element for finding in found if finding.code in DEAD}
        assert not dead & entered(one), seed
        blamed += len(dead)
    assert blamed > MODELS // 20  # deaf catchers are drawn, so the second assertion says something
