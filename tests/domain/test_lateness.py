"""Money that comes after its limit of law earns interest by the days, and no cent before."""

from datetime import datetime
from decimal import Decimal

import pytest

from tests.domain.calendars import china_2026
from tests.domain.packs import CN, HK, clock
from tests.domain.test_clocks import SHANGHAI, at
from workflows.domain.clocks import deadline
from workflows.domain.jurisdiction import JurisdictionPack
from workflows.domain.lateness import LATE_RATE, lateness
from workflows.domain.money import money

LIMIT = deadline(clock("K-SUR"), at("2026-06-15T09:30"), china_2026(), SHANGHAI)


@pytest.mark.parametrize(
    ("paid_at", "days", "interest"),
    [
        ("2026-07-15T23:59:59", 0, None),
        ("2026-07-16T00:00", 1, "17.53"),
        ("2026-07-20T11:00", 5, "87.67"),
    ],
)
def test_s10_interest_runs_from_the_last_day_of_the_limit_to_the_day_of_payment(
    paid_at: str, days: int, interest: str | None
) -> None:
    late = lateness(money(128_000), Decimal("0.05"), LIMIT, _moment(paid_at))

    assert (None if late is None else (late.days, str(late.interest))) == (
        None if interest is None else (days, interest)
    )


@pytest.mark.parametrize(("pack", "rate"), [(CN, "0.05"), (HK, "0.08")])
def test_the_rate_is_a_number_of_the_pack_and_no_law(pack: JurisdictionPack, rate: str) -> None:
    (figure,) = [one for one in pack.figures if one.id == LATE_RATE]

    assert (str(figure.value), figure.evidence) == (rate, "CFG")


def test_less_than_a_cent_is_owed_to_nobody() -> None:
    assert lateness(money("0.10"), Decimal("0.05"), LIMIT, _moment("2026-07-20T11:00")) is None


def _moment(text: str) -> datetime:
    return at(text)
