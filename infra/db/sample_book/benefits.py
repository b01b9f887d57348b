"""Policies of benefits, claims and items as data: S13, S14, a maturity, dividends, Hong Kong."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from infra.db.sample_book.content import Content
from infra.db.sample_book.contracts import Contract, lend, policy_of, put
from infra.db.sample_book.persons import Person, enter, open_account
from infra.db.sample_book.products import ANNUITY, SAVINGS_HK, WHOLE_LIFE
from workflows.domain.money import money
from workflows.domain.policy import Benefit, BenefitKind, Loan, Policy, Product, Role

S13, S14, MATURING, DIVIDENDS, ITEMS, HONG_KONG = (
    "P-S13", "P-S14", "P-M1", "P-D1", "P-G1", "P-HK1",
)  # fmt: skip
_FIRST_NO = 10_001_300
_PEOPLE = (
    ("PT-S13", "顾承安", date(1980, 5, 20), "M"),
    ("PT-S13-I", "岑若兰", date(1982, 9, 3), "F"),
    ("PT-S13-B", "顾子衿", date(2004, 2, 1), "F"),
    ("PT-S14", "方以宁", date(1988, 7, 7), "F"),
    ("PT-S14-C", "方小满", date(2017, 5, 1), "M"),
    ("PT-M1", "秦知远", date(1966, 10, 1), "M"),
    ("PT-D1", "姚静姝", date(1970, 3, 12), "F"),
    ("PT-HK1", "霍俊贤", date(1978, 11, 2), "M"),
)
_ISSUED = date(2016, 10, 1)


def benefits(content: Content) -> None:
    """Put them on the book."""
    for no, (id, name, born, sex) in enumerate(_PEOPLE, start=_FIRST_NO):
        party = enter(content, Person(no=no, id=id, name=name, born_on=born, sex=sex))
        open_account(content, party, f"AC{id[2:]}-1", no * 10)
    worth = ((_ISSUED, money(0)), (date(2026, 6, 1), money(23_500)))
    for policy in (_in_grace(), _for_a_child(), _maturing(), _with_dividends(), _plain()):
        put(content, policy, worth)
    put(content, _in_hong_kong(), ((_ISSUED, money(0)), (date(2026, 6, 1), money(50_000))))


def _contract(policy_no: str, product: Product, holder: str, insured: str, assured: int) -> Policy:
    return policy_of(
        Contract(
            policy_no=policy_no,
            product=product,
            holder=holder,
            insured=insured,
            beneficiary=holder,
            issued_on=_ISSUED,
            paid_to=date(2027, 10, 1),
            sum_assured=money(assured),
            annual_premium=money(9_600),
            premiums_paid=money(96_000),
        )
    )


def _in_grace() -> Policy:
    """S13: a premium is overdue since 1 June; the beneficiaries were named three weeks ago."""
    policy = _contract(S13, WHOLE_LIFE, "PT-S13", "PT-S13-I", 300_000)
    since = date(2026, 7, 2)
    kept = tuple(role for role in policy.roles if role.kind != "BENEF_DEATH")
    named = tuple(
        Role(party_id=party, kind="BENEF_DEATH", since=since, share_bp=share, relation=relation)
        for party, share, relation in (("PT-S13", 6_000, "SPOUSE"), ("PT-S13-B", 4_000, "CHILD"))
    )
    return replace(
        policy, roles=(*kept, *named), unpaid_premium=money(9_600), paid_to=date(2026, 6, 1)
    )


def _for_a_child() -> Policy:
    """S14: the mother holds it and is the guardian; the child is due a survival benefit.

    More was paid than fell due: it is kept in suspense.
    """
    policy = _contract(S14, ANNUITY, "PT-S14", "PT-S14-C", 150_000)
    guardian = Role(party_id="PT-S14", kind="GUARDIAN", since=_ISSUED, relation="MOTHER")
    due = _benefit(S14, 1, "SURVIVAL", date(2026, 10, 1), "5000")
    roles = (*policy.roles, guardian)
    return replace(policy, roles=roles, benefits=(due,), suspense_premium=money(3_000))


def _maturing() -> Policy:
    policy = replace(
        _contract(MATURING, ANNUITY, "PT-M1", "PT-M1", 100_000),
        accumulated_dividends=money("1250.30"),
        benefits=(_benefit(MATURING, 1, "MATURITY", date(2026, 10, 1), "100000"),),
    )
    lent = date(2026, 7, 1)
    loan = Loan(
        id="LN-M1",
        kind="LOAN",
        principal=money(10_000),
        rate=Decimal("0.055"),
        started_on=lent,
        balance=money(10_000),
        balance_since=lent,
    )
    return lend(policy, loan)


def _with_dividends() -> Policy:
    policy = _contract(DIVIDENDS, ANNUITY, "PT-D1", "PT-D1", 100_000)
    declared = tuple(
        _benefit(DIVIDENDS, no, "DIVIDEND", date(year, 10, 1), amount)
        for no, (year, amount) in enumerate(((2024, "400"), (2025, "420"), (2026, "437")), start=1)
    )
    return replace(policy, benefits=declared)


def _plain() -> Policy:
    """Paid up it would be: (23,500.00 - 2,000.00 - interest) at 0.58240."""
    policy = _contract(ITEMS, ANNUITY, "PT-D1", "PT-D1", 100_000)
    lent = date(2026, 1, 1)
    loan = Loan(
        id="LN-G1",
        kind="LOAN",
        principal=money(2_000),
        rate=Decimal("0.055"),
        started_on=lent,
        balance=money(2_000),
        balance_since=lent,
    )
    return lend(policy, loan)


def _in_hong_kong() -> Policy:
    return _contract(HONG_KONG, SAVINGS_HK, "PT-HK1", "PT-HK1", 100_000)


def _benefit(policy_no: str, no: int, kind: BenefitKind, due_on: date, amount: str) -> Benefit:
    return Benefit(id=f"BN{policy_no[1:]}-{no}", kind=kind, due_on=due_on, amount=money(amount))
