"""Every class of anomaly has a route, a time limit and its outcomes."""

from datetime import date
from typing import get_args

import pytest

from tests.domain.calendars import china_2026
from workflows.domain.findings import ANOMALY_ROUTES, AnomalyClass, anomaly_due, may_close


@pytest.mark.parametrize("kind", get_args(AnomalyClass))
def test_a_class_has_a_route_and_outcomes(kind: AnomalyClass) -> None:
    route = ANOMALY_ROUTES[kind]

    assert route.queue
    assert route.outcomes


def test_a_limit_counts_working_days() -> None:
    assert anomaly_due("MONEY", date(2026, 9, 30), china_2026()) == date(2026, 10, 8)


def test_a_legal_hold_has_no_limit_of_its_own() -> None:
    assert anomaly_due("LEGAL_HOLD", date(2026, 9, 30), china_2026()) is None


def test_an_outcome_belongs_to_its_class() -> None:
    assert may_close("IDENTITY", "FRAUD")
    assert not may_close("MONEY", "FRAUD")
