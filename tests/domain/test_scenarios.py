"""The check values of the acceptance scenarios that the rules at hand produce."""

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import pytest

from tests.domain.calendars import china_2026
from tests.domain.packs import bound, clock
from tests.domain.policies import a_loan, a_policy, a_product
from workflows.domain.bases import quote
from workflows.domain.clocks import deadline
from workflows.domain.cooling_off import cooling_off_period
from workflows.domain.interest import debt_on, simple_interest
from workflows.domain.lending import limit
from workflows.domain.loan_terms import maturity
from workflows.domain.money import money
from workflows.domain.policy import Policy
from workflows.domain.premium import RenewalRule
from workflows.domain.quote import Valuation, debts_on
from workflows.domain.reinstatement import arrears_on
from workflows.domain.renewal import grace_ends

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = china_2026()


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def due(rule: str, start: str) -> date:
    started = datetime.combine(day(start), datetime.min.time(), tzinfo=SHANGHAI)
    return deadline(clock(rule), started, CALENDAR, SHANGHAI).due_on


def cooling_off(receipt: str, *, rolled: bool) -> date:
    period = cooling_off_period(bound(a_product()).cooling_off, day(receipt), CALENDAR, SHANGHAI)
    return period.last_day if rolled else period.last_day_strict


def interest(principal: str, rate: str, days: int) -> str:
    return str(simple_interest(money(principal), Decimal(rate), days))


def s6_interest() -> str:
    policy = a_policy(
        issued_on=date(2018, 1, 10), annual_premium=money(6_000), paid_to=day("01-10")
    )
    return str(arrears_on(policy, RenewalRule(), day("09-21")).interest)


def s3_loan(part: str) -> str:
    debt = debt_on(a_loan("30000.00", "0.05", day("03-20")), day("10-12"))
    return str(debt.principal + debt.interest if part == "all" else getattr(debt, part))


def s3_pay() -> str:
    policy = a_policy(
        accumulated_dividends=money("1250.30"),
        loans=(a_loan("30000.00", "0.05", day("03-20")),),
    )
    valuation = Valuation(
        policy=policy,
        product=a_product(),
        cash_value=money("86400.00"),
        basis="SURRENDER",
        as_of=datetime(2026, 10, 12, 10, tzinfo=SHANGHAI),
    )
    return str(quote(valuation).net)


def s2_refund() -> str:
    valuation = Valuation(
        policy=a_policy(),
        product=a_product(),
        cash_value=money(0),
        basis="COOLING_OFF",
        as_of=datetime(2026, 9, 30, 23, 59, 59, tzinfo=SHANGHAI),
    )
    return str(quote(valuation).net)


def s4_debts(on: str) -> str:
    debt = debt_on(a_loan("10000.00", "0.055", day("07-01")), day(on))
    return str(debt.principal + debt.interest)


def s4_limit(formula: Literal["RATIO_THEN_NET", "NET_THEN_RATIO"], on: str) -> str:
    product = replace(a_product(), loan_formula=formula)
    return str(limit(s4_policy(), product, money("50000.00"), day(on)))


def s4_policy() -> Policy:
    return a_policy(loans=(a_loan("10000.00", "0.055", day("07-01")),))


def s4_after(on: str) -> str:
    made = replace(s4_policy().loans[0], id="L2", principal=money(29_000), balance=money(29_000))
    policy = replace(
        s4_policy(),
        loans=(*s4_policy().loans, replace(made, started_on=day(on), balance_since=day(on))),
    )
    return str(debts_on(policy, day(on)))


def s4_maturity_interest() -> str:
    return str(maturity(a_loan("29000.00", "0.055", day("10-12")), day("10-12")).interest)


def s11_warn() -> date:
    started = datetime(2026, 9, 24, 10, tzinfo=SHANGHAI)
    return deadline(clock("K-DO"), started, CALENDAR, SHANGHAI).warn_at.date()


COMPUTED: Mapping[str, Callable[[], object]] = {
    "S1.accept_due": lambda: due("K-ACC", "02-13"),
    "S1.complete_due": lambda: due("K-DO", "02-14"),
    "S2.last_day_a": lambda: cooling_off("09-15", rolled=True),
    "S2.last_day_b": lambda: cooling_off("09-16", rolled=False),
    "S2.rolled_b": lambda: cooling_off("09-16", rolled=True),
    "S2.refund": s2_refund,
    "S3.i1": lambda: s3_loan("capitalised"),
    "S3.i2": lambda: s3_loan("interest"),
    "S3.debt": lambda: s3_loan("all"),
    "S3.pay": s3_pay,
    "S3.accept_due": lambda: due("K-ACC", "10-12"),
    "S3.complete_due": lambda: due("K-DO", "10-13"),
    "S3.law": lambda: due("K-SUR", "10-12"),
    "S4.debts": lambda: s4_debts("10-09"),
    "S4.max_ratio_then_net": lambda: s4_limit("RATIO_THEN_NET", "10-09"),
    "S4.max_net_then_ratio": lambda: s4_limit("NET_THEN_RATIO", "10-09"),
    "S4.max_at_commit": lambda: s4_limit("RATIO_THEN_NET", "10-12"),
    "S4.post_debts": lambda: s4_after("10-12"),
    "S4.maturity_interest": s4_maturity_interest,
    "S5.grace_end": lambda: grace_ends(day("06-01"), RenewalRule()),
    "S5.lapse_notice": lambda: due("K-LAP", "08-01"),
    "S5.apl_180d": lambda: interest("9600.00", "0.055", 180),
    "S6.grace_end": lambda: grace_ends(day("01-10"), RenewalRule()),
    "S6.lapse_notice": lambda: due("K-LAP", "03-12"),
    "S6.interest": s6_interest,
    "S6.silence": lambda: due("K-REI", "09-15"),
    "S6.accept_due": lambda: due("K-ACC", "09-15"),
    "S6.complete_due": lambda: due("K-DO", "09-21"),
    "S7.accept_due": lambda: due("K-ACC", "05-08"),
    "S7.one_notice": lambda: due("K-ONE", "05-08"),
    "S8.one_notice": lambda: due("K-ONE", "04-01"),
    "S8.accept_due": lambda: due("K-ACC", "04-15"),
    "S8.complete_due": lambda: due("K-DO", "04-20"),
    "S9.complete_due": lambda: due("K-DO", "08-06"),
    "S9.law": lambda: due("K-SUR", "08-05"),
    "S10.accept_due": lambda: due("K-ACC", "06-15"),
    "S10.complete_due": lambda: due("K-DO", "06-16"),
    "S10.law": lambda: due("K-SUR", "06-15"),
    "S11.warn": s11_warn,
    "S11.due": lambda: due("K-DO", "09-24"),
    "S12.15nd": lambda: due("K-CMP", "09-18"),
    "S12.30nd": lambda: due("K-CMX", "09-18"),
    "S12.60nd": lambda: due("K-CME", "09-18"),
    "S12.10wd": lambda: due("K-CMW", "09-18"),
}

ELSEWHERE = {
    "S9.score": "the score is a decision table: tests/processes/test_tables.py",
}


def vectors() -> dict[str, str]:
    root = Path(__file__).parents[3]
    conformance = os.environ.get("BAOQUAN_CONFORMANCE", str(root / "shared" / "conformance"))
    path = Path(conformance).parent / "domain_vectors.json"
    if not path.exists():
        return {}
    scenarios = json.loads(path.read_text())["scenarios"]
    return {check["name"]: check["value"] for checks in scenarios.values() for check in checks}


VECTORS = vectors()


@pytest.mark.skipif(not VECTORS, reason="domain_vectors.json is not beside the conformance cases")
@pytest.mark.parametrize("name", COMPUTED)
def test_the_check_value_comes_out(name: str) -> None:
    assert str(COMPUTED[name]()) == VECTORS[name]


@pytest.mark.skipif(not VECTORS, reason="domain_vectors.json is not beside the conformance cases")
def test_every_check_value_is_computed_or_named_as_missing() -> None:
    assert set(VECTORS) == set(COMPUTED) | set(ELSEWHERE)


ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "scenarios.md").read_text("utf-8").partition("## Whatever else")[0]


def held_by() -> Iterator[tuple[str, str]]:
    """Every scenario of the table with every file it names."""
    scenario = ""
    for line in TABLE.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 5:
            scenario = cells[1].split(" ")[0] or scenario
            yield from ((scenario, name) for name in re.findall(r"`(\S+\.py)`", cells[3]))


def test_the_table_of_scenarios_names_tests_that_are_there() -> None:
    named = sorted(set(held_by()))

    assert {scenario for scenario, _ in named} == {f"S{no}" for no in range(1, 18)}
    for _, name in named:
        path = ROOT / (name if "/" in name else f"tests/journeys/{name}")
        assert path.exists(), name


def test_monday_to_friday_would_be_wrong() -> None:
    naive = [d for d in (day("02-13") + timedelta(days=n) for n in (1, 2, 3, 4)) if d.weekday() < 5]

    assert naive[1] == day("02-17") != due("K-ACC", "02-13")
