"""The policies of the acceptance scenarios about payment: S15, its payer, and a debit in flight."""

from dataclasses import replace
from datetime import date

from infra.db.sample_book.content import Content
from infra.db.sample_book.contracts import Contract, policy_of, put
from infra.db.sample_book.persons import Person, enter, open_account
from infra.db.sample_book.products import WHOLE_LIFE
from workflows.domain.consent import DebitAuthority
from workflows.domain.money import money
from workflows.domain.policy import Policy

S15, S15_DEBIT = "P-S15", "P-S15-D"
_FIRST_NO = 10_000_300
_PEOPLE = (
    ("PT-S15", "顾佳宁", date(1983, 4, 18), "F"),
    ("PT-S15-H", "顾远航", date(1981, 9, 7), "M"),
)


def payments(content: Content) -> None:
    """Put the policies of P2 on the book."""
    for no, (id, name, born, sex) in enumerate(_PEOPLE, start=_FIRST_NO):
        party = enter(content, Person(no=no, id=id, name=name, born_on=born, sex=sex))
        for place in (1, 2):
            open_account(content, party, f"AC{id[2:]}-{place}", no * 10 + place)
    for policy_no in (S15, S15_DEBIT):
        _policy(content, policy_no)
    content.debit_authorities.append(
        DebitAuthority(
            id="DA-S15-1",
            policy_no=S15,
            party_id="PT-S15",
            account_id="AC-S15-1",
            since=date(2020, 11, 20),
        )
    )


def _policy(content: Content, policy_no: str) -> None:
    issued, holder = date(2020, 11, 20), "PT-S15"
    policy = policy_of(
        Contract(
            policy_no=policy_no,
            product=WHOLE_LIFE,
            holder=holder,
            insured=holder,
            beneficiary=holder,
            issued_on=issued,
            paid_to=date(2026, 11, 20),
            sum_assured=money(400_000),
            annual_premium=money(12_000),
            premiums_paid=money(72_000),
        )
    )
    put(content, _in_flight(policy), ((issued, money(0)), (date(2025, 11, 20), money("41600.00"))))


def _in_flight(policy: Policy) -> Policy:
    """The debit file of one of them is with the bank."""
    if policy.policy_no != S15_DEBIT:
        return policy
    return replace(policy, flags=(*policy.flags, "DEBIT_IN_FLIGHT"))
