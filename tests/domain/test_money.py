"""Money is whole minor units; every rounding is half up."""

from decimal import Decimal

import pytest

from workflows.domain.money import Money, format_money, money, parse_money, total


@pytest.mark.parametrize(
    ("amount", "minor"),
    [("0.005", 1), ("0.004", 0), ("1.115", 112), ("-0.005", -1), ("56801.45", 5_680_145)],
)
def test_an_amount_is_rounded_half_up(amount: str, minor: int) -> None:
    assert money(amount).minor == minor


def test_an_amount_is_read_as_people_write_it() -> None:
    assert parse_money("56,801.45") == Money(5_680_145)


def test_an_amount_is_written_as_people_read_it() -> None:
    assert format_money(Money(5_680_145)) == "56,801.45"


@pytest.mark.parametrize("text", ["1.005", "one", "NaN", "Infinity", ""])
def test_what_is_no_exact_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Expected"):
        parse_money(text)


def test_a_currency_without_minor_units_has_none() -> None:
    assert money(500, "JPY").minor == 500


def test_amounts_of_two_currencies_never_meet() -> None:
    with pytest.raises(ValueError, match="CNY"):
        money(1) + money(1, "USD")


def test_a_share_is_exact_before_it_is_rounded() -> None:
    shares = [money("100.00").share(1, 3), money("100.00").share(2, 3)]

    assert [str(share) for share in shares] == ["33.33", "66.67"]


def test_an_amount_times_a_rate_is_rounded_half_up() -> None:
    assert money(1).times(Decimal("0.125")) == Money(13)


def test_the_sum_of_nothing_is_nothing() -> None:
    assert total([]) == Money(0)


@pytest.mark.parametrize("amount", ["1e30", "-1e400", "1E+999999", "NaN", "Infinity", "ten"])
def test_what_no_amount_can_be_is_refused_as_a_value(amount: str) -> None:
    with pytest.raises(ValueError, match="Expected"):
        money(amount)
