"""The numbers of law are data: the same question, another law, another answer."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from infra.packs import BadPack, Packs, installed, read_pack
from tests.domain.calendars import china_2026
from tests.domain.packs import CN, HK, bound, clock
from tests.domain.policies import a_policy, a_product
from tests.domain.test_clocks import SHANGHAI, at
from workflows.domain.clocks import deadline
from workflows.domain.cooling_off import cooling_off_period
from workflows.domain.jurisdiction import JurisdictionPack, Law, UnknownRule
from workflows.domain.lending import limit
from workflows.domain.money import money


@pytest.mark.parametrize(
    ("rule", "under_cn", "under_hk"),
    [("K-ACC", "2026-10-14", "2026-10-15"), ("K-SUR", "2026-11-11", "2026-12-11")],
)
def test_the_same_notice_has_other_limits_under_another_law(
    rule: str, under_cn: str, under_hk: str
) -> None:
    ends = [
        str(deadline(clock(rule, pack), at("2026-10-12T10:00"), china_2026(), SHANGHAI).due_on)
        for pack in (CN, HK)
    ]

    assert ends == [under_cn, under_hk]


def test_the_same_policy_may_be_lent_more_on_under_another_law() -> None:
    policy, product = a_policy(), a_product(loan_ratio=Decimal(1))

    most = [
        str(limit(policy, bound(product, pack), money(50_000), date(2026, 6, 1)))
        for pack in (CN, HK)
    ]

    assert most == ["40000.00", "45000.00"]


def test_a_product_may_give_more_time_than_the_law_but_never_less() -> None:
    short = a_product(cooling_off=replace(a_product().cooling_off, days=10, roll=False))
    long = replace(short, cooling_off=replace(short.cooling_off, days=30))

    ends = [
        str(
            cooling_off_period(
                bound(product, pack).cooling_off, date(2026, 9, 1), china_2026(), SHANGHAI
            ).last_day
        )
        for product in (short, long)
        for pack in (CN, HK)
    ]

    assert ends == ["2026-09-16", "2026-09-22", "2026-10-01", "2026-10-01"]


def test_a_change_of_law_reaches_cases_accepted_from_its_day_on() -> None:
    before = CN.figures[0]
    changed = replace(before, value=Decimal(20), since=date(2027, 1, 1))
    pack = replace(CN, figures=(replace(before, until=changed.since), changed))

    last, first = (
        Law(pack=pack, on=changed.since - timedelta(days=back)).figure(before.id) for back in (1, 0)
    )

    assert (last, first) == (Decimal(15), Decimal(20))


def test_a_pack_cannot_say_two_things_of_the_same_day() -> None:
    with pytest.raises(ValueError, match=r"one cooling_off\.days a day"):
        replace(CN, figures=(CN.figures[0], replace(CN.figures[0], value=Decimal(20))))


def test_what_a_law_has_no_number_for_is_no_number() -> None:
    with pytest.raises(UnknownRule):
        HK.figure("proxy.told_from", date(2026, 6, 1))


def test_the_newest_version_in_force_is_bound() -> None:
    later = replace(CN, id="cn-life-2027.1", since=date(2027, 1, 1))
    packs = Packs((CN, later))

    bound_to = [packs.in_force("cn-life", date(2026 + year, 6, 1)).id for year in (0, 1)]

    assert bound_to == ["cn-life-2026.3", "cn-life-2027.1"]


def test_two_files_cannot_differ_about_one_version() -> None:
    with pytest.raises(BadPack, match=r"cn-life-2026\.3"):
        Packs((CN, replace(CN, title="another")))


@pytest.mark.parametrize("pack", installed().known.values(), ids=lambda pack: str(pack.id))
def test_every_number_says_where_it_is_written_and_how_well_we_know_it(
    pack: JurisdictionPack,
) -> None:
    assert all(rule.basis and rule.evidence for rule in (*pack.limits, *pack.figures))


def test_no_product_gives_less_grace_or_time_to_come_back_than_the_law() -> None:
    meagre = a_product(renewal=replace(a_product().renewal, grace_days=10, window_months=6))

    given = [
        (bound(meagre, pack).renewal.grace_days, bound(meagre, pack).renewal.window_months)
        for pack in (CN, HK)
    ]

    assert given == [(60, 24), (30, 36)]


def test_a_version_may_take_over_another_and_add_to_it() -> None:
    first = installed().get("cn-life-2026.1")

    assert {rule.id for rule in CN.limits} - {rule.id for rule in first.limits} == {
        "K-CMX", "K-CME", "K-CMW", "K-CMR", "K-CMA", "K-PIA", "K-PIS", "K-MIS", "K-NEW",
    }  # fmt: skip
    assert set(first.figures) < set(CN.figures)
    assert (CN.family, CN.calendar) == (first.family, first.calendar)


def test_a_version_cannot_take_over_what_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "xx-life-1.toml"
    file.write_text('extends = "xx-life-0"\nid = "xx-life-1"\nsince = 2026-01-01\n')

    with pytest.raises(BadPack, match="xx-life-0, which is not there"):
        read_pack(file)
