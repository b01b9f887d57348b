"""Benefits: due, accumulated and drawn, to the cent; claims shared out, to the cent."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import get_args

import pytest

from tests.domain.policies import a_policy, a_product
from workflows.domain.bases import BASES, quote
from workflows.domain.benefits import accumulated, due, told_on
from workflows.domain.claims import agreed_entries, hand_off, paid_entries
from workflows.domain.item_effects import EFFECTS, Wanted, entries, paid_up_sum, problem
from workflows.domain.items import CATALOGUE
from workflows.domain.ledger import Journal
from workflows.domain.money import money, total
from workflows.domain.policy import Benefit, Loan, Nonforfeiture, Policy, Role
from workflows.domain.premium import PaidUpRate, RenewalRule
from workflows.domain.quote import NotQuotable, Valuation

ON = date(2026, 10, 1)


def declared() -> tuple[Benefit, ...]:
    return tuple(
        Benefit(id=f"B{year}", kind="DIVIDEND", due_on=date(year, 10, 1), amount=money(amount))
        for year, amount in ((2024, 400), (2025, 420), (2026, 437))
    )


def test_dividends_left_with_the_insurer_accumulate() -> None:
    worth = total((accumulated(each, Decimal("0.03"), ON) for each in declared()), "CNY")

    assert str(worth) == "1293.96"


def test_what_is_not_due_yet_or_drawn_already_is_not_due() -> None:
    first, second, third = declared()
    policy = a_policy(benefits=(replace(first, paid_on=ON), second, third))

    assert [each.id for each in due(policy, "DIVIDEND", date(2026, 9, 30))] == ["B2025"]


def test_a_benefit_is_told_on_its_day_and_on_its_day_every_year() -> None:
    leap = Benefit(id="BN-1", kind="ANNUITY", due_on=date(2024, 2, 29), amount=money(1))
    week = ((2024, 2, 24), (2024, 3, 1), (2025, 2, 28), (2026, 3, 7))

    told = [told_on(leap, date(*day) - timedelta(days=7), date(*day)) for day in week]

    assert told == [None, date(2024, 2, 29), date(2025, 2, 28), date(2026, 2, 28)]


def test_nothing_due_cannot_be_quoted() -> None:
    with pytest.raises(NotQuotable, match="ANNUITY"):
        quote(valued(a_policy(), "BENEFIT_ANNUITY"))


def valued(policy: Policy, basis: str) -> Valuation:
    return Valuation(
        policy=policy,
        product=a_product(accumulation_rate=Decimal("0.03")),
        cash_value=money(0),
        basis=basis,  # type: ignore[arg-type]
        as_of=datetime(2026, 10, 1, 10, tzinfo=UTC),
    )


@pytest.mark.parametrize("kind", ["SURVIVAL", "ANNUITY", "MATURITY", "DIVIDEND"])
def test_a_benefit_drawn_balances_and_is_drawn_once(kind: str) -> None:
    benefit = Benefit(
        id="B1",
        kind=kind,  # type: ignore[arg-type]
        due_on=date(2025, 9, 1),
        amount=money(1_000),
    )
    found = quote(valued(a_policy(benefits=(benefit,)), f"BENEFIT_{kind}"))
    rule = BASES[found.basis]
    loan = Loan(
        id="-", kind="LOAN", principal=money(1), rate=Decimal(0), started_on=ON,
        balance=money(1), balance_since=ON,
    )  # fmt: skip

    after = rule.after(a_policy(benefits=(benefit,)), found, loan)

    journals = [posted(lines) for _, lines in rule.postings(found)]  # unbalanced ones cannot be
    assert (str(found.net), len(journals)) == ("1030.00", 1)
    assert after.benefits[0].paid_on == ON
    assert after.state == ("MATURED" if kind == "MATURITY" else "IN_FORCE")


def posted(lines: object) -> Journal:
    return Journal(
        id="J",
        value_date=ON,
        text="",
        policy_no="P1",
        case_id=None,
        entries=lines,  # type: ignore[arg-type]
    )


def insured(*shares: int) -> Policy:
    roles = tuple(
        Role(party_id=f"PT-{no}", kind="BENEF_DEATH", since=date(2020, 1, 1), share_bp=share)
        for no, share in enumerate(shares, start=1)
    )
    return a_policy(roles=roles, unpaid_premium=money(9_600))


def test_a_death_in_grace_pays_the_sum_assured_less_the_overdue_premium_by_shares() -> None:
    policy = insured(6_000, 4_000)
    policy = replace(
        policy,
        coverages=tuple(replace(c, sum_assured=money(300_000)) for c in policy.coverages),
    )

    found = hand_off(policy, "DEATH", date(2026, 7, 20))

    assert str(found.payable) == "290400.00"
    assert [str(share.amount) for share in found.shares] == ["174240.00", "116160.00"]
    assert posted(agreed_entries(policy, found, ON))
    assert posted(paid_entries(found))


def test_thirds_add_up_to_the_whole() -> None:
    found = hand_off(insured(3_334, 3_333, 3_333), "DEATH", ON)

    assert total((share.amount for share in found.shares), "CNY") == found.payable


def test_without_a_beneficiary_it_is_the_estates() -> None:
    (share,) = hand_off(insured(), "DEATH", ON).shares

    assert share.party_id == ""


def test_a_contract_that_had_lapsed_before_the_event_pays_nothing() -> None:
    lapsed = replace(insured(10_000), state="LAPSED", lapsed_on=date(2026, 7, 1))

    before, after = (
        hand_off(lapsed, "DEATH", day) for day in (date(2026, 6, 30), date(2026, 7, 1))
    )

    assert (before.covered, after.covered) == (True, False)
    assert not after.payable.is_positive


def test_a_policy_is_paid_up_with_what_is_left_after_debts() -> None:
    generic = CATALOGUE["REDUCED_PAID_UP"].generic
    assert generic is not None
    loan = Loan(
        id="L1",
        kind="LOAN",
        principal=money(2_000),
        rate=Decimal("0.055"),
        started_on=date(2026, 1, 1),
        balance=money(2_000),
        balance_since=date(2026, 1, 1),
        term_months=12,
    )
    policy = a_policy(loans=(loan,), flags=("LOAN",))
    wanted = Wanted(
        generic=generic,
        value="",
        party_id="",
        on=date(2026, 10, 8),
        product=a_product(
            renewal=RenewalRule(paid_up=(PaidUpRate(age=0, rate=Decimal("0.58240")),))
        ),
        cash_value=money(23_500),
        insured_age=45,
    )

    after = EFFECTS["PAID_UP"](policy, wanted)

    assert str(paid_up_sum(policy, wanted)) == "36771.00"
    assert posted(entries(policy, wanted))
    assert (after.state, after.flags, str(after.annual_premium)) == ("REDUCED_PAID_UP", (), "0.00")


@pytest.mark.parametrize("choice", get_args(Nonforfeiture))
def test_what_the_item_chooses_is_what_becomes_of_an_unpaid_premium(choice: str) -> None:
    generic = CATALOGUE["APL_OPTION"].generic
    assert generic is not None
    wanted = Wanted(
        generic=generic,
        value=choice,
        party_id="",
        on=date(2026, 10, 8),
        product=a_product(),
        cash_value=money(0),
        insured_age=45,
    )

    after = EFFECTS["OPTION"](a_policy(), wanted)

    assert choice in generic.values
    assert (a_policy().nonforfeiture, after.nonforfeiture) == ("LAPSE", choice)


@pytest.mark.parametrize(("lender", "why"), [("PT-1", "PLEDGED_TO_HOLDER"), ("PT-9", "")])
def test_a_policy_is_pledged_to_another(lender: str, why: str) -> None:
    generic = CATALOGUE["PLEDGE"].generic
    assert generic is not None
    wanted = Wanted(
        generic=generic,
        value="",
        party_id=lender,
        on=ON,
        product=a_product(),
        cash_value=money(0),
        insured_age=45,
    )
    holder = Role(party_id="PT-1", kind="PH", since=date(2020, 1, 1))

    assert problem(a_policy(roles=(holder,)), wanted) == why
