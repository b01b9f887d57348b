"""Key figures: every one is defined, sums are exact, and what was not counted says so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import get_args

import pytest

from workflows.domain.clocks import Clock, Deadline
from workflows.domain.kpis import (
    KPIS,
    Grouping,
    KpiCode,
    Observation,
    figures,
    in_group,
    verdict,
)

DUE = datetime(2026, 10, 14, 23, 59, 59, tzinfo=UTC)
CLOCK = Clock(
    case_id="C",
    deadline=Deadline(
        rule_id="K-ACC",
        started_at=DUE - timedelta(days=2),
        warn_at=DUE,
        due_strict=DUE,
        due_legal=DUE,
        provisional=False,
    ),
)
LATER = DUE + timedelta(days=5)


def seen(kpi: KpiCode, *values: int, unit: str = "SH-01", **more) -> list[Observation]:
    return [
        Observation(
            kpi=kpi, case_id=f"C{no}", value=value, unit=unit, item="TERMINATE",
            process_id="p", version=1, operators=more.get("operators", ()),
        )
        for no, value in enumerate(values)
    ]  # fmt: skip


def value_of(observed, kpi, group="all", by: Grouping = "all"):
    [found] = [one for one in figures(observed, by) if (one.kpi, one.group) == (kpi, group)]
    return found.value


def test_every_figure_is_defined_with_numerator_denominator_and_source():
    assert set(KPIS) == set(get_args(KpiCode))
    for kpi in KPIS.values():
        assert all((kpi.numerator, kpi.denominator, kpi.source, kpi.name)), kpi.code


@pytest.mark.parametrize(
    ("kpi", "values", "value"),
    [
        ("ACCEPT_ON_TIME", [1, 1, 0], "66.67"),
        ("ACCEPT_ON_TIME", [1] * 1 + [0] * 7, "12.50"),
        ("RETURN_RATE", [1] + [0] * 799, "0.13"),  # 0.125: half up
        ("COMPLAINTS_PER_1000", [2] + [0] * 2, "666.67"),
        ("CSAT", [5, 4, 2], "3.67"),
        ("EFFORT", [7, 6], "6.50"),
        ("NPS", [1, 1, 0, -1], "25.00"),
        ("NPS", [1, -1, -1], "-33.33"),
        ("TURNAROUND", [86_400, 43_200], "0.75"),
        ("HANDLING_TIME", [60, 150], "1.75"),
        ("ONE_NOTICE_VIOLATIONS", [0, 1, 1], "2"),
    ],
)
def test_a_figure_is_the_sum_over_the_number_in_its_measure_rounded_half_up(kpi, values, value):
    assert str(value_of(seen(kpi, *values), kpi)) == value


def test_a_figure_without_cases_has_no_value():
    observed = seen("CSAT", 5)

    assert value_of(observed, "BOUNCE_RATE") is None
    assert value_of([], "CSAT") is None
    assert value_of([], "ONE_NOTICE_VIOLATIONS") is None


def test_groups_add_up_to_the_whole_and_each_figure_stands_in_each():
    observed = seen("CSAT", 5, 1) + seen("CSAT", 3, unit="HQ")

    assert value_of(observed, "CSAT") == Decimal("3.00")
    assert value_of(observed, "CSAT", "SH-01", "unit") == Decimal("3.00")
    assert value_of(observed, "CSAT", "HQ", "unit") == Decimal("3.00")
    assert value_of(observed, "BOUNCE_RATE", "HQ", "unit") is None


def test_what_two_did_counts_for_both_and_what_nobody_did_for_nobody():
    observed = seen("CSAT", 4, operators=("a", "b")) + seen("CSAT", 2)

    found = {one.group: one.numerator for one in figures(observed, "operator") if one.kpi == "CSAT"}

    assert found == {"a": 4, "b": 4, "-": 2}
    assert in_group(observed[0], "operator", "b")
    assert not in_group(observed[0], "operator", "-")


@pytest.mark.parametrize(
    ("clock", "judged"),
    [
        (replace(CLOCK, state="MET", closed_at=DUE), (DUE, True)),
        (replace(CLOCK, state="BREACHED", closed_at=LATER), (DUE + timedelta(seconds=1), False)),
        (CLOCK, (DUE + timedelta(seconds=1), False)),
        (replace(CLOCK, paused_at=DUE), None),
        (replace(CLOCK, state="STOPPED", closed_at=DUE), None),
        (replace(CLOCK, state="STOPPED", closed_at=LATER), (DUE + timedelta(seconds=1), False)),
    ],
)
def test_a_limit_is_judged_when_it_was_met_or_at_its_strict_end(clock, judged):
    assert verdict(clock, now=LATER) == judged


def test_a_limit_that_still_runs_is_not_judged():
    assert verdict(CLOCK, now=DUE) is None
