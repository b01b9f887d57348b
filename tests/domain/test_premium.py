from datetime import date
from decimal import Decimal

import pytest

from workflows.domain.money import money
from workflows.domain.premium import Frequency, PremiumRule, is_anniversary, modal_premium


@pytest.mark.parametrize(
    ("frequency", "premium"),
    [
        ("ANNUAL", "12000.00"),
        ("HALF_YEARLY", "6240.00"),
        ("QUARTERLY", "3240.00"),
        ("MONTHLY", "1080.00"),
    ],
)
def test_the_premium_of_a_mode_is_the_annual_one_times_its_factor(
    frequency: Frequency, premium: str
):
    assert str(modal_premium(money(12_000), PremiumRule(), frequency)) == premium


def test_half_a_cent_is_rounded_up():
    assert str(modal_premium(money("0.50"), PremiumRule(), "QUARTERLY")) == "0.14"


def test_factors_are_the_product_s_own():
    rule = PremiumRule(monthly=Decimal("0.0875"))

    assert str(modal_premium(money(12_000), rule, "MONTHLY")) == "1050.00"


@pytest.mark.parametrize(
    ("issued", "day", "found"),
    [
        (date(2020, 11, 20), date(2026, 11, 20), True),
        (date(2020, 11, 20), date(2026, 11, 21), False),
        (date(2020, 2, 29), date(2026, 2, 28), True),
        (date(2020, 2, 29), date(2028, 2, 28), False),
        (date(2020, 2, 29), date(2028, 2, 29), True),
    ],
)
def test_an_anniversary_of_a_leap_day_is_the_last_of_february(issued: date, day: date, found: bool):
    assert is_anniversary(issued, day) is found
