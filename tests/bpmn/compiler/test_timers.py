"""Static timer texts: what deploys, and what is refused before it can surprise."""

import pytest

from workflows.bpmn.compiler.timers import timer_fault


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("date", "2026-01-31T09:00:00Z"),
        ("date", "2026-01-31T09:00:00+08:00"),
        ("date", "2026-01-31T09:00:00.1+02:00[Europe/Berlin]"),
        ("date", "2026-01-31T09:00:00"),
        ("duration", "P3D"),
        ("duration", "PT1H30M"),
        ("duration", "P4DT5H6M7.5S"),
        ("duration", "P1Y2M"),
        ("duration", "PT0S"),
        ("cycle", "R3/PT1H"),
        ("cycle", "R/PT1H"),
        ("cycle", "R/2026-01-31T09:00:00Z/P1D"),
        ("cycle", "0 0 9 ? * MON"),
        ("cycle", "0 0/15 9-17 * * MON-FRI"),
        ("cycle", "0 0 0 1,15 JAN,JUL *"),
    ],
)
def test_a_timer_text_of_the_standard_is_accepted(form, text):
    assert timer_fault(form, text) is None


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("date", "2026-02-30T09:00:00Z"),
        ("date", "tomorrow"),
        ("date", "R/PT1H"),
        ("duration", "P"),
        ("duration", "PT"),
        ("duration", "P1DT"),
        ("duration", "1H"),
        ("duration", "P1H"),
        ("duration", "PT1.5H"),
        ("duration", ""),
        ("duration", "-PT1H"),
        ("cycle", "R3"),
        ("cycle", "R-1/PT1H"),
        ("cycle", "R/PT1H/2026-01-31T09:00:00Z"),
        ("cycle", "R/a/b/PT1H"),
        ("cycle", "0 9 * * MON"),
        ("cycle", "60 0 9 * * MON"),
        ("cycle", "0 0 9 * * MOON"),
        ("cycle", "0 0 9 * * *\u0661"),
        ("cycle", "R0/PT1H"),
        ("cycle", f"R{'9' * 5000}/PT1H"),
        ("cycle", "0 0/0 9 * * *"),
    ],
)
def test_a_timer_text_that_is_none_is_refused(form, text):
    assert timer_fault(form, text) is not None


@pytest.mark.parametrize("text", ["R/PT0S", "R5/P0D", "R/-PT1H"])
def test_a_cycle_without_length_is_refused(text):
    assert timer_fault("cycle", text) is not None
