"""Models as Hypothesis draws them, small, and shrinking towards nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.reference.growing import SMALL, grown
from tests.reference.lockstep import Way
from tests.reference.sweeping import Sample

schedules = st.lists(st.integers(0, 9_999), min_size=6, max_size=24)


@cache
def below(bound: int) -> st.SearchStrategy[int]:
    return st.integers(0, bound - 1)


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """A model and a way to play it, compared with its replay after every turn."""
    model = grown(lambda bound: draw(below(bound)), SMALL)
    way = Way(schedule=draw(schedules), carry=draw(below(4)), thorough=True)
    return Sample(seed=0, model=model, way=way)


def for_examples(count: int, number: int, holds: Callable[[Sample], None]) -> None:
    """Try ``holds`` on so many examples; the same number gives the same ones."""

    @seed(number)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    @given(samples())
    def run(one: Sample) -> None:
        holds(one)

    run()
