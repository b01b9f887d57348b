"""The policies of the working day: one row each, held by the same invented customers every day."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from infra.db.sample_book.content import Content
from infra.db.sample_book.contracts import Contract, lend, policy_of, put
from infra.db.sample_book.persons import Person, enter, open_account
from infra.db.sample_book.pledges import pledged
from infra.db.sample_book.products import ENDOWMENT, WHOLE_LIFE
from workflows.domain.money import NOTHING, money
from workflows.domain.party import ContactPoint, Party
from workflows.domain.policy import NONFORFEITURE, Loan, Policy, PolicyOption, Product
from workflows.domain.premium import PaymentInstruction

_FIRST_NO = 10_001_500
_ISSUED = date(2018, 10, 12)
_BORN = date(1979, 4, 8)
_NEXT_YEAR = date(2027, 10, 12)
_LENT = date(2026, 7, 1)
_LATELY = datetime.fromisoformat("2026-10-10T01:40:00+08:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """What is particular to one of them."""

    no: str
    name: str
    value: int
    """Cash value, in yuan."""
    product: Product = WHOLE_LIFE
    premium: int = 6_000
    paid_to: date = _NEXT_YEAR
    insured: str | None = None
    """The name of another person insured: the spouse."""
    holder_of: str | None = None
    """Held by the holder of this other policy."""
    option: str | None = None
    """What becomes of it when a premium stays unpaid; then the account may be debited."""
    loan: int = 0
    born: date = _BORN
    person: Mapping[str, Any] = field(default_factory=dict)
    """What else is known of the holder."""
    policy: Mapping[str, Any] = field(default_factory=dict)
    """What else stands on the policy."""
    account_of: str | None = None
    """In whose name the second account is; None: the holder's own."""
    mail: str | None = None
    """An e-mail address that is not like the others'."""
    is_pledged: bool = False
    """To the bank of the book."""
    is_fresh: bool = False
    """Phone and second account are of the other night."""


_LAPSED = {"state": "LAPSED", "lapsed_on": date(2026, 8, 1), "unpaid_premium": money(6_000)}
_ROWS = (
    # contact data, account, policyholder, beneficiaries
    _Row(no="P-W01", name="孔令仪", value=20_000),
    _Row(no="P-W02", name="严若水", value=20_000),
    _Row(no="P-W03", name="华清扬", value=20_000),
    _Row(no="P-W04", name="金世安", value=240_000, insured="金玉书", premium=24_000),
    _Row(no="P-W05", name="魏子航", value=30_000, insured="魏明珠"),
    _Row(no="P-W06", name="陶渊泽", value=20_000),
    _Row(no="P-W07", name="姜雨桐", value=20_000),
    # premiums and reinstatement
    _Row(no="P-W11", name="戚一鸣", value=20_000, option="LAPSE", paid_to=date(2026, 10, 12)),
    _Row(no="P-W12", name="谢安澜", value=20_000, option="LAPSE", paid_to=date(2026, 10, 12)),
    _Row(no="P-W13", name="邹文韬", value=20_000, option="APL", paid_to=date(2026, 8, 5)),
    _Row(no="P-W14", name="喻思源", value=20_000, option="LAPSE", paid_to=date(2026, 8, 5)),
    _Row(no="P-W15", name="柏承志", value=20_000, option="LAPSE", paid_to=date(2026, 9, 10)),
    _Row(no="P-W18", name="水灵珊", value=20_000, policy=_LAPSED),
    _Row(
        no="P-W19",
        name="窦明远",
        value=20_000,
        policy={**_LAPSED, "lapsed_on": date(2024, 9, 1)},
    ),
    # ends of contracts
    _Row(no="P-W22", name="章怀远", value=30_000, person={"aml_listed": True}),
    _Row(no="P-W23", name="云初夏", value=26_000, account_of="云小川"),
    _Row(no="P-W24", name="苏念慈", value=60_000, born=date(1950, 3, 3), is_fresh=True),
    _Row(no="P-W25", name="潘若溪", value=30_000),
    _Row(no="P-W26", name="潘若溪", value=28_000, holder_of="P-W25"),
    _Row(no="P-W28", name="葛长庚", value=24_000),
    _Row(no="P-W30", name="奚静好", value=22_000, mail="xi@unknown.example"),
    _Row(no="P-W31", name="范仲平", value=40_000, insured="范秋实"),
    # loans, benefits, items
    _Row(no="P-W34", name="彭泽宇", value=50_000, is_pledged=True),
    _Row(no="P-W37", name="鲁思齐", value=20_000, product=ENDOWMENT),
    _Row(no="P-W38", name="韦若彤", value=20_000),
    _Row(no="P-W39", name="昌平川", value=20_000),
    _Row(no="P-W40", name="马嘉树", value=23_500, loan=2_000),
)


def working_day(content: Content) -> None:
    """Put them on the book."""
    for place, row in enumerate(_ROWS):
        no, tag = _FIRST_NO + place * 10, row.no[2:]
        holder = f"PT-{(row.holder_of or row.no)[2:]}"
        insured = holder
        if row.holder_of is None:
            _holder(content, row, no)
        if row.insured is not None:
            insured = f"PT-{tag}-I"
            person = Person(no=no + 5, id=insured, name=row.insured, born_on=_BORN, sex="F")
            enter(content, person)
        put(content, _policy(row, holder, insured), _values(row))


def _values(row: _Row) -> tuple[tuple[date, Any], ...]:
    return ((_ISSUED, NOTHING), (date(2024, 6, 1), money(row.value)))


def _holder(content: Content, row: _Row, no: int) -> Party:
    tag = row.no[2:]
    person = Person(no=no, id=f"PT-{tag}", name=row.name, born_on=row.born, sex="F")
    party = replace(enter(content, person), **row.person)
    content.parties[-1] = party
    if row.mail is not None:
        content.contacts[-1] = replace(content.contacts[-1], value=row.mail)
    open_account(content, party, f"AC-{tag}-1", no * 10)
    fresh = {"added_at": _LATELY} if row.is_fresh else {}
    open_account(content, party, f"AC-{tag}-2", no * 10 + 1, holder=row.account_of, **fresh)
    if row.is_fresh:
        content.contacts.append(
            ContactPoint(
                id=f"CT-{no}-PHONE-2",
                party_id=party.id,
                kind="PHONE",
                value=f"138{no:08d}",
                since=_LATELY,
                verified_at=_LATELY,
            )
        )
    return party


def _policy(row: _Row, holder: str, insured: str) -> Policy:
    policy = policy_of(
        Contract(
            policy_no=row.no,
            product=row.product,
            holder=holder,
            insured=insured,
            beneficiary=holder,
            issued_on=_ISSUED,
            paid_to=row.paid_to,
            sum_assured=money(200_000),
            annual_premium=money(row.premium),
            premiums_paid=money(row.premium * 8),
        )
    )
    if row.option is not None:
        policy = _debited(row, policy)
    if row.is_pledged:
        policy = pledged(policy)
    policy = replace(policy, **row.policy)
    return lend(policy, _loan(row)) if row.loan else policy


def _debited(row: _Row, policy: Policy) -> Policy:
    authority = PaymentInstruction(
        id=f"PI{row.no[1:]}",
        party_id=f"PT-{row.no[2:]}",
        account_id=f"AC-{row.no[2:]}-1",
        frequency="ANNUAL",
        premium=policy.annual_premium,
        limit=policy.annual_premium,
        authorised_on=_ISSUED,
        since=_ISSUED,
    )
    chosen = PolicyOption(name=NONFORFEITURE, value=str(row.option), since=_ISSUED)
    return replace(policy, options=(chosen,), instructions=(authority,))


def _loan(row: _Row) -> Loan:
    return Loan(
        id=f"LN{row.no[1:]}",
        kind="LOAN",
        principal=money(row.loan),
        rate=Decimal("0.055"),
        started_on=_LENT,
        balance=money(row.loan),
        balance_since=_LENT,
    )
