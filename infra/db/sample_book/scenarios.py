"""The policies of the acceptance scenarios, to the cent: S1, S2 (four rows), S3, S9, S10, S12."""

from datetime import date, datetime
from decimal import Decimal
from random import Random

from infra.db.sample_book.content import Content
from infra.db.sample_book.contracts import Contract, lend, policy_of, put
from infra.db.sample_book.persons import Person, enter, open_account
from infra.db.sample_book.products import ENDOWMENT, ENDOWMENT_NO_ROLL, WHOLE_LIFE
from workflows.domain.money import money
from workflows.domain.party import Party
from workflows.domain.policy import Loan, Product

S2_1, S2_2, S2_3, S2_4 = "P-S2-1", "P-S2-2", "P-S2-3", "P-S2-4"
S3, S10, PARTIAL = "P-S3", "P-S10", "P-PARTIAL"
S1, S1_SECOND, S9, S12 = "P-S1", "P-S1-SECOND", "P-S9", "P-S12"

_NAMES = {
    S2_1: "林若安",
    S2_2: "周明远",
    S2_3: "许静怡",
    S2_4: "何振宇",
    S3: "沈嘉宁",
    S10: "郭海清",
    PARTIAL: "唐思琳",
    S1: "叶知秋",
    S9: "程慧兰",
    S12: "罗念慈",
}
_FIRST_NO = 10_000_000
"""Far from the numbers of generated persons."""
_BORN_IN = {S9: 1954}
_LONG_BORN = 1980


def holder_of(policy_no: str) -> str:
    """The party id of a scenario policy's holder."""
    return f"PT-{policy_no[2:]}"


def account_of(policy_no: str, no: int = 1) -> str:
    """The id of an account of a scenario policy's holder."""
    return f"AC-{policy_no[2:]}-{no}"


def scenarios(content: Content) -> None:
    """Put the scenario policies on the book."""
    holders = {
        policy_no: _holder(content, policy_no, _FIRST_NO + place)
        for place, policy_no in enumerate(_NAMES)
    }
    for policy_no, signed, product in (
        (S2_1, date(2026, 9, 15), ENDOWMENT),
        (S2_2, date(2026, 9, 15), ENDOWMENT),
        (S2_3, date(2026, 9, 16), ENDOWMENT),
        (S2_4, date(2026, 9, 16), ENDOWMENT_NO_ROLL),
    ):
        _cooling_off(content, policy_no, signed, product)
    _surrender_with_loan(content)
    _bounced_payout(content, holders[S10])
    _partial(content)
    _contact_change(content)
    _impersonated(content, holders[S9])
    _complained(content)


def _holder(content: Content, policy_no: str, no: int) -> Party:
    chance = Random(no)  # noqa: S311 - invented birthdays, not secrets
    born_on = date(
        _BORN_IN.get(policy_no, _LONG_BORN), chance.randint(1, 12), chance.randint(1, 28)
    )
    person = Person(
        no=no, id=holder_of(policy_no), name=_NAMES[policy_no], born_on=born_on, sex="F"
    )
    party = enter(content, person)
    open_account(content, party, account_of(policy_no), no * 10)
    return party


def _cooling_off(content: Content, policy_no: str, signed: date, product: Product) -> None:
    issued = date(2026, 9, 10)
    policy = policy_of(
        Contract(
            policy_no=policy_no,
            product=product,
            holder=holder_of(policy_no),
            insured=holder_of(policy_no),
            beneficiary=holder_of(policy_no),
            issued_on=issued,
            receipt_signed_on=signed,
            paid_to=date(2027, 9, 10),
            sum_assured=money(200_000),
            annual_premium=money(12_000),
            premiums_paid=money(12_000),
            agent_id=f"AG-{policy_no[2:]}",
        )
    )
    put(content, policy, ((issued, money("3240.00")),))


def _surrender_with_loan(content: Content) -> None:
    issued, party = date(2018, 3, 10), holder_of(S3)
    policy = policy_of(
        Contract(
            policy_no=S3,
            product=WHOLE_LIFE,
            holder=party,
            insured=party,
            beneficiary=party,
            issued_on=issued,
            paid_to=date(2027, 3, 10),
            sum_assured=money(500_000),
            annual_premium=money(12_000),
            premiums_paid=money(108_000),
            dividends=money("1250.30"),
        )
    )
    loan = Loan(
        id="LN-S3",
        kind="LOAN",
        principal=money(30_000),
        rate=Decimal("0.05"),
        started_on=date(2026, 3, 20),
        balance=money(30_000),
        balance_since=date(2026, 3, 20),
    )
    values = ((issued, money(0)), (date(2026, 3, 10), money("86400.00")))
    put(content, lend(policy, loan), values)


def _bounced_payout(content: Content, holder: Party) -> None:
    issued = date(2016, 5, 20)
    policy = policy_of(
        Contract(
            policy_no=S10,
            product=ENDOWMENT,
            holder=holder.id,
            insured=holder.id,
            beneficiary=holder.id,
            issued_on=issued,
            paid_to=date(2027, 5, 20),
            sum_assured=money(300_000),
            annual_premium=money(15_000),
            premiums_paid=money(165_000),
        )
    )
    put(content, policy, ((issued, money(0)), (date(2026, 5, 20), money("128000.00"))))
    no = _FIRST_NO * 10 + 900
    open_account(content, holder, account_of(S10, 2), no)
    open_account(content, holder, account_of(S10, 3), no + 1, holder="郭小清")


def _partial(content: Content) -> None:
    issued, party = date(2019, 4, 1), holder_of(PARTIAL)
    policy = policy_of(
        Contract(
            policy_no=PARTIAL,
            product=WHOLE_LIFE,
            holder=party,
            insured=party,
            beneficiary=party,
            issued_on=issued,
            paid_to=date(2027, 4, 1),
            sum_assured=money(500_000),
            annual_premium=money(12_000),
            premiums_paid=money(96_000),
        )
    )
    put(content, policy, ((issued, money(0)), (date(2026, 4, 1), money("86400.00"))))


def _contact_change(content: Content) -> None:
    """Two policies of one holder: both take note of a change of data."""
    for policy_no in (S1, S1_SECOND):
        issued, party = date(2020, 6, 1), holder_of(S1)
        policy = policy_of(
            Contract(
                policy_no=policy_no,
                product=WHOLE_LIFE,
                holder=party,
                insured=party,
                beneficiary=party,
                issued_on=issued,
                paid_to=date(2027, 6, 1),
                sum_assured=money(300_000),
                annual_premium=money(8_000),
                premiums_paid=money(48_000),
            )
        )
        put(content, policy, ((issued, money(0)), (date(2025, 6, 1), money("31200.00"))))


def _impersonated(content: Content, holder: Party) -> None:
    """Worth 57,000 yuan, with an account that was opened on the night of the surrender."""
    issued = date(2012, 8, 1)
    policy = policy_of(
        Contract(
            policy_no=S9,
            product=WHOLE_LIFE,
            holder=holder.id,
            insured=holder.id,
            beneficiary=holder.id,
            issued_on=issued,
            paid_to=date(2026, 8, 1),
            sum_assured=money(200_000),
            annual_premium=money(4_200),
            premiums_paid=money(58_800),
        )
    )
    put(content, policy, ((issued, money(0)), (date(2026, 8, 1), money("57000.00"))))
    no = _FIRST_NO * 10 + 950
    opened = datetime.fromisoformat("2026-08-05T01:50:00+08:00")
    open_account(content, holder, account_of(S9, 2), no, added_at=opened)


def _complained(content: Content) -> None:
    """Five premiums paid, half of them worth something: all are demanded back."""
    issued, party = date(2021, 10, 1), holder_of(S12)
    policy = policy_of(
        Contract(
            policy_no=S12,
            product=WHOLE_LIFE,
            holder=party,
            insured=party,
            beneficiary=party,
            issued_on=issued,
            paid_to=date(2026, 10, 1),
            sum_assured=money(300_000),
            annual_premium=money(12_000),
            premiums_paid=money(60_000),
        )
    )
    put(content, policy, ((issued, money(0)), (date(2025, 10, 1), money("31200.00"))))
