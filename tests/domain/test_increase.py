"""An increase of the sum assured: its price, what stands against it, the cap of a minor."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.domain.packs import CN, HK
from tests.domain.policies import a_policy, a_product
from workflows.domain.increase import Increase, entries, increase_to, increased, problem
from workflows.domain.jurisdiction import JurisdictionPack, Law
from workflows.domain.ledger import credit, debit
from workflows.domain.minors import MinorCover, minor_cover
from workflows.domain.money import Money, money
from workflows.domain.policy import Policy, Role
from workflows.domain.premium import IncreaseRule, PaymentInstruction, YearlyRate

ON, DUE = date(2026, 11, 2), date(2027, 10, 1)
RULE = IncreaseRule(
    rates=(YearlyRate(age=0, rate=Decimal("0.064")), YearlyRate(age=18, rate=Decimal("0.071")))
)
PRODUCT = replace(a_product(), increase=RULE)
LAW = Law(pack=CN, on=ON)


def a_contract() -> Policy:
    policy = a_policy()
    (main,) = (cover for cover in policy.coverages if cover.kind == "MAIN")
    return replace(
        policy,
        coverages=(replace(main, sum_assured=money(150_000), premium=money(9_600)),),
        annual_premium=money(9_600),
        paid_to=DUE,
        suspense_premium=money(3_000),
        unpaid_premium=money(0),
        instructions=(),
    )


def to(amount: int, policy: Policy | None = None, *, age: int = 9, on: date = ON) -> Increase:
    return increase_to(policy or a_contract(), PRODUCT, money(amount), age=age, on=on)


def test_it_costs_the_rate_of_the_age_and_now_the_days_until_the_next_due_date():
    priced = to(200_000)

    assert str(priced.yearly) == "3200.00"
    assert str(priced.due_now) == "2919.45", "3,200.00 for 333 of 365 days"


def test_on_the_due_date_nothing_is_due_now():
    assert str(to(200_000, on=DUE).due_now) == "0.00"


def test_the_premium_until_the_due_date_comes_out_of_suspense():
    asked = to(200_000)

    after = increased(a_contract(), asked)

    assert str(after.sum_assured) == "200000.00"
    assert (str(after.annual_premium), str(after.suspense_premium)) == ("12800.00", "80.55")
    assert entries(asked) == (debit("2203", asked.due_now), credit("6001", asked.due_now))
    assert problem(a_contract(), asked, ON) == ""


def test_an_instruction_collects_the_higher_premium_of_its_mode_from_then_on():
    policy = replace(a_contract(), instructions=(paid_quarterly(limit=4_000),))

    after = increased(policy, to(200_000, policy))

    assert [str(each.premium) for each in after.instructions] == ["3456.00"]


def paid_quarterly(limit: int) -> PaymentInstruction:
    return PaymentInstruction(
        id="PI-1",
        party_id="PT-1",
        account_id="AC-1",
        frequency="QUARTERLY",
        premium=money(2_592),
        limit=money(limit),
        authorised_on=ON,
        since=DUE,
    )


@pytest.mark.parametrize(
    ("changed", "amount", "age", "reason"),
    [
        ({}, 150_000, 9, "NOT_AN_INCREASE"),
        ({}, 100_000, 9, "NOT_AN_INCREASE"),
        ({}, 200_000, 61, "NOT_INCREASABLE"),
        ({"paid_to": date(2026, 11, 1)}, 200_000, 9, "PREMIUM_OVERDUE"),
        ({"unpaid_premium": money(9_600)}, 200_000, 9, "PREMIUM_OVERDUE"),
        ({"instructions": (paid_quarterly(limit=3_000),)}, 200_000, 9, "DEBIT_LIMIT_TOO_LOW"),
        ({"suspense_premium": money("2919.44")}, 200_000, 9, "PREMIUM_NOT_PAID_IN"),
        ({"suspense_premium": money("2919.45")}, 200_000, 9, ""),
    ],
)
def test_what_stands_against_it(changed: dict[str, Any], amount: int, age: int, reason: str):
    policy = replace(a_contract(), **changed)

    assert problem(policy, to(amount, policy, age=age), ON) == reason


def test_a_product_without_rates_knows_no_increase():
    priced = increase_to(a_contract(), a_product(), money(200_000), age=9, on=ON)

    assert problem(a_contract(), priced, ON) == "NOT_INCREASABLE"


# --- the cap of a minor -----------------------------------------------------------------------


def cover(age: int, here: int, elsewhere: Money | None, pack: JurisdictionPack = CN) -> MinorCover:
    found = minor_cover(Law(pack=pack, on=ON), age, money(here), elsewhere)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("age", "here", "elsewhere", "reason"),
    [
        (9, 260_000, 0, "MINOR_CAP_EXCEEDED"),
        (9, 200_000, 0, ""),
        (9, 150_000, 50_000, ""),
        (9, 150_001, 50_000, "MINOR_CAP_EXCEEDED"),
        (10, 260_000, 0, ""),
        (17, 500_000, 0, ""),
        (17, 500_000, 1, "MINOR_CAP_EXCEEDED"),
    ],
)
def test_all_insurers_together_stay_within_the_cap(
    age: int, here: int, elsewhere: int, reason: str
):
    assert cover(age, here, money(elsewhere)).problem == reason


def test_what_is_not_declared_cannot_be_counted():
    assert cover(9, 100_000, None).problem == "COVER_ELSEWHERE_NOT_DECLARED"


def test_the_cap_says_where_it_is_written():
    found = cover(9, 260_000, money(0))

    assert (str(found.cap), found.age_below) == ("200000.00", 10)
    assert found.basis == "保监发〔2015〕90号; 保险法 art. 33"


def test_who_is_of_age_and_another_law_know_no_cap():
    assert minor_cover(LAW, 18, money(9_000_000), None) is None
    assert minor_cover(Law(pack=HK, on=ON), 9, money(9_000_000), None) is None


def test_the_cap_is_told_before_the_price():
    policy = replace(a_contract(), suspense_premium=money(0))
    asked = replace(to(260_000, policy), minor=cover(9, 260_000, money(0)))

    assert problem(policy, asked, ON) == "MINOR_CAP_EXCEEDED"


@pytest.mark.parametrize(
    ("relation", "known"),
    [("MOTHER", True), ("FATHER", True), ("PARENT", True), ("GRANDPARENT", False), ("SELF", False)],
)
def test_a_guardian_is_a_parent_by_relation(relation: str, known: bool):
    role = Role(party_id="PT-9", kind="GUARDIAN", since=ON, relation=relation)

    assert bool(replace(a_contract(), roles=(role,)).parents(ON)) is known
