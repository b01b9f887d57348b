"""The policies of the acceptance scenarios about premiums: S5 and S6, each in its variants."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from infra.db.sample_book.content import Content
from infra.db.sample_book.contracts import Contract, lend, policy_of, put
from infra.db.sample_book.persons import Person, enter, open_account
from infra.db.sample_book.products import WHOLE_LIFE
from workflows.domain.money import NOTHING, Money, money
from workflows.domain.policy import NONFORFEITURE, Loan, Nonforfeiture, Policy, PolicyOption
from workflows.domain.premium import PaymentInstruction

S5, S5_LAPSE, S5_PAID_UP, S5_PART = "P-S5", "P-S5-L", "P-S5-U", "P-S5-P"
S6, S6_LAPSED = "P-S6", "P-S6-L"
_FIRST_NO = 10_000_500
_PEOPLE = (
    ("PT-S5", "秦慕云", date(1975, 9, 18), "F"),
    ("PT-S6", "卫长风", date(1984, 3, 5), "M"),
    ("PT-S6-I", "沈若兰", date(1986, 7, 22), "F"),
)
_DUE, _DUE_S6 = date(2026, 6, 1), date(2026, 1, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Premium:
    """A policy whose premium falls due."""

    policy_no: str
    option: Nonforfeiture
    value: Money
    due: date = _DUE
    premium: Money = money(9_600)  # noqa: RUF009 - frozen, nobody changes it
    holder: str = "PT-S5"
    insured: str = "PT-S5"


def renewals(content: Content) -> None:
    """Put the policies of P5 and P6 on the book."""
    for no, (id, name, born, sex) in enumerate(_PEOPLE, start=_FIRST_NO):
        party = enter(content, Person(no=no, id=id, name=name, born_on=born, sex=sex))
        open_account(content, party, f"AC{id[2:]}-1", no * 10)
    for each in (
        _Premium(policy_no=S5, option="APL", value=money(21_300)),
        _Premium(policy_no=S5_LAPSE, option="LAPSE", value=money(21_300)),
        _Premium(policy_no=S5_PART, option="APL", value=money(4_800)),
    ):
        _put(content, _policy(each), each)
    kept = _Premium(policy_no=S5_PAID_UP, option="RPU", value=money(23_500))
    _put(content, lend(_policy(kept), _old_loan()), kept)
    ours = _Premium(
        policy_no=S6,
        option="LAPSE",
        value=money(18_000),
        due=_DUE_S6,
        premium=money(6_000),
        holder="PT-S6",
        insured="PT-S6-I",
    )
    _put(content, _policy(ours), ours)
    lapsed = replace(ours, policy_no=S6_LAPSED)
    suspended = replace(
        _policy(lapsed), state="LAPSED", lapsed_on=date(2026, 3, 12), unpaid_premium=money(6_000)
    )
    _put(content, suspended, lapsed)


def _old_loan() -> Loan:
    started = date(2025, 10, 25)
    return Loan(
        id="LN-S5-U",
        kind="LOAN",
        principal=money(2_000),
        rate=Decimal("0.055"),
        started_on=started,
        balance=money(2_000),
        balance_since=started,
        term_months=12,
    )


def _policy(each: _Premium) -> Policy:
    issued = each.due.replace(year=2018)
    policy = policy_of(
        Contract(
            policy_no=each.policy_no,
            product=WHOLE_LIFE,
            holder=each.holder,
            insured=each.insured,
            beneficiary=each.holder,
            issued_on=issued,
            paid_to=each.due,
            sum_assured=money(300_000),
            annual_premium=each.premium,
            premiums_paid=Money(each.premium.minor * 8),
        )
    )
    authority = PaymentInstruction(
        id=f"PI{each.policy_no[1:]}",
        party_id=each.holder,
        account_id=f"AC{each.holder[2:]}-1",
        frequency="ANNUAL",
        premium=each.premium,
        limit=each.premium,
        authorised_on=issued,
        since=issued,
    )
    chosen = PolicyOption(name=NONFORFEITURE, value=each.option, since=issued)
    return replace(policy, options=(chosen,), reminders_wanted=True, instructions=(authority,))


def _put(content: Content, policy: Policy, each: _Premium) -> None:
    put(content, policy, ((policy.issued_on, NOTHING), (date(2025, 12, 1), each.value)))
