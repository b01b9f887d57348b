from datetime import date
from decimal import Decimal

import pytest

from infra.packs import installed
from workflows.domain.call_back import SAMPLE, is_drawn
from workflows.domain.jurisdiction import Law

CASES = [f"BQ-{number:06}" for number in range(10_000)]


def test_five_of_a_hundred_cases_are_drawn_and_always_the_same():
    drawn = [case for case in CASES if is_drawn(case, Decimal("0.05"))]

    assert 430 <= len(drawn) <= 570
    assert drawn == [case for case in CASES if is_drawn(case, Decimal("0.05"))]
    assert set(drawn) < {case for case in CASES if is_drawn(case, Decimal("0.2"))}


def test_no_share_draws_none_and_the_whole_draws_all():
    assert not any(is_drawn(case, Decimal(0)) for case in CASES)
    assert all(is_drawn(case, Decimal(1)) for case in CASES)


@pytest.mark.parametrize(
    ("pack", "on", "share"),
    [
        ("cn-life-2026.3", date(2027, 1, 1), "0.05"),
        ("cn-life-2026.3", date(2026, 12, 31), "0"),
        ("cn-life-2026.2", date(2027, 1, 1), "0"),
    ],
)
def test_the_pack_says_how_many_are_called_and_from_when(pack: str, on: date, share: str):
    law = Law(pack=installed().get(pack), on=on)

    assert law.figure_or(SAMPLE, Decimal(0)) == Decimal(share)
