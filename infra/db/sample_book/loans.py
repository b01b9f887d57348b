"""The policies of the acceptance scenarios about loans: S4 and S17, each in both variants."""

from datetime import date
from decimal import Decimal

from infra.db.sample_book.content import Content
from infra.db.sample_book.contracts import Contract, lend, policy_of, put
from infra.db.sample_book.persons import Person, enter, open_account
from infra.db.sample_book.products import ENDOWMENT, WHOLE_LIFE
from workflows.domain.money import money
from workflows.domain.policy import Loan, Policy, Product

S4, S4_NET, S17, S17_ENDS = "P-S4", "P-S4-N", "P-S17", "P-S17-T"
_FIRST_NO = 10_000_400
_PEOPLE = (
    ("PT-S4", "陆明哲", date(1979, 6, 3), "M"),
    ("PT-S4-I", "贺思远", date(1981, 2, 14), "F"),
    ("PT-S17", "孟凡舒", date(1975, 8, 21), "F"),
)
_ISSUED = date(2017, 7, 1)


def loans(content: Content) -> None:
    """Put the policies of P8 on the book."""
    for no, (id, name, born, sex) in enumerate(_PEOPLE, start=_FIRST_NO):
        party = enter(content, Person(no=no, id=id, name=name, born_on=born, sex=sex))
        open_account(content, party, f"AC{id[2:]}-1", no * 10)
    for policy_no, product in ((S4, WHOLE_LIFE), (S4_NET, ENDOWMENT)):
        policy = _policy(policy_no, product, "PT-S4", "PT-S4-I")
        _put(content, lend(policy, _old_loan(policy_no)))
    for policy_no, product in ((S17, WHOLE_LIFE), (S17_ENDS, ENDOWMENT)):
        _put(content, _policy(policy_no, product, "PT-S17", "PT-S17"))


def _old_loan(policy_no: str) -> Loan:
    started = date(2026, 7, 1)
    return Loan(
        id=f"LN{policy_no[1:]}",
        kind="LOAN",
        principal=money(10_000),
        rate=Decimal("0.055"),
        started_on=started,
        balance=money(10_000),
        balance_since=started,
    )


def _policy(policy_no: str, product: Product, holder: str, insured: str) -> Policy:
    return policy_of(
        Contract(
            policy_no=policy_no,
            product=product,
            holder=holder,
            insured=insured,
            beneficiary=holder,
            issued_on=_ISSUED,
            paid_to=date(2027, 7, 1),
            sum_assured=money(200_000),
            annual_premium=money(8_000),
            premiums_paid=money(80_000),
        )
    )


def _put(content: Content, policy: Policy) -> None:
    """Worth 50,000 yuan, whatever day is asked for."""
    put(content, policy, ((_ISSUED, money(0)), (date(2026, 7, 1), money(50_000))))
