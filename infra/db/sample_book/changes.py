"""The policies of the acceptance scenarios about people: S7 with its variants, S8."""

from dataclasses import replace
from datetime import date

from infra.db.sample_book.content import Content
from infra.db.sample_book.contracts import Contract, policy_of, put
from infra.db.sample_book.persons import LONG_AGO, Person, enter, open_account
from infra.db.sample_book.products import WHOLE_LIFE
from workflows.domain.consent import DebitAuthority
from workflows.domain.money import money
from workflows.domain.party import ContactPoint, Party
from workflows.domain.policy import Role

S7, S7_DEAD, S7_EMPLOYER, S7_CHILD, S7_OWN = "P-S7", "P-S7-D", "P-S7-E", "P-S7-C", "P-S7-O"
S8 = "P-S8"
_FIRST_NO = 10_000_100
_ISSUED = date(2019, 6, 1)
_PEOPLE: tuple[tuple[str, str, date, str], ...] = (
    ("PT-S7", "罗建平", date(1982, 3, 9), "M"),
    ("PT-S7-W", "宋雅琳", date(1984, 11, 2), "F"),
    ("PT-S7-M", "宋清芳", date(1956, 7, 15), "F"),
    ("PT-S7-B", "罗子轩", date(2012, 5, 20), "M"),
    ("PT-S7-D", "郑文博", date(1979, 1, 4), "M"),
    ("PT-S7-DW", "冯晓敏", date(1981, 8, 30), "F"),
    ("PT-S7-EI", "许志强", date(1990, 2, 17), "M"),
    ("PT-S7-C", "高凯", date(1986, 9, 12), "M"),
    ("PT-S7-CK", "高雨泽", date(2019, 1, 25), "M"),
    ("PT-S7-CM", "梁静", date(1988, 4, 6), "F"),
    ("PT-S7-O", "韩玲", date(1985, 12, 1), "F"),
    ("PT-S7-OS", "韩宇", date(2014, 3, 3), "M"),
    ("PT-S8", "唐国强", date(1960, 10, 10), "M"),
    ("PT-S8-I", "唐伟", date(1988, 6, 18), "M"),
    ("PT-S8-N", "唐怡", date(1991, 2, 27), "F"),
    ("PT-S8-N2", "唐海", date(1993, 9, 5), "M"),
)
_COMPANY = Party(
    id="PT-S7-E",
    kind="ORGANISATION",
    name="明远机械有限公司",
    id_type="CN_USCC",
    id_no="91310000MA1K000000",
    id_valid_to=None,
    born_on=None,
    sex=None,
)
_COMPANY_MAIL = ContactPoint(
    id="CT-S7-E-EMAIL",
    party_id="PT-S7-E",
    kind="EMAIL",
    value="hr@company.example",
    since=LONG_AGO,
    verified_at=LONG_AGO,
)


def changes(content: Content) -> None:
    """Put the policies of S7 and S8 on the book."""
    parties = {
        id: enter(content, Person(no=_FIRST_NO + no, id=id, name=name, born_on=born, sex=sex))
        for no, (id, name, born, sex) in enumerate(_PEOPLE)
    }
    content.parties.append(_COMPANY)
    content.contacts.append(_COMPANY_MAIL)
    content.parties = [
        replace(party, deceased_on=date(2026, 5, 1)) if party.id == "PT-S7-DW" else party
        for party in content.parties
    ]
    _policy(content, S7, ("PT-S7", "PT-S7-W", "PT-S7-M"), "PARENT")
    _policy(content, S7_DEAD, ("PT-S7-D", "PT-S7-DW", "PT-S7-D"), "SPOUSE")
    _policy(content, S7_EMPLOYER, ("PT-S7-E", "PT-S7-EI", "PT-S7-EI"), "SELF")
    _policy(content, S7_CHILD, ("PT-S7-C", "PT-S7-CK", "PT-S7-C"), "PARENT", guardian="PT-S7-CM")
    _policy(content, S7_OWN, ("PT-S7-O", "PT-S7-O", "PT-S7-OS"), "CHILD")
    _policy(content, S8, ("PT-S8", "PT-S8-I", "PT-S8"), "PARENT")
    for no, id in enumerate(("PT-S8", "PT-S8-N", "PT-S8-N2", "PT-S7")):
        account = f"AC{id[2:]}-1"
        open_account(content, parties[id], account, (_FIRST_NO + 50 + no) * 10)
    content.debit_authorities.append(
        DebitAuthority(
            id="DA-S8-1", policy_no=S8, party_id="PT-S8", account_id="AC-S8-1", since=_ISSUED
        )
    )


def _policy(
    content: Content,
    policy_no: str,
    people: tuple[str, str, str],
    relation: str,
    guardian: str | None = None,
) -> None:
    holder, insured, beneficiary = people
    policy = policy_of(
        Contract(
            policy_no=policy_no,
            product=WHOLE_LIFE,
            holder=holder,
            insured=insured,
            beneficiary=beneficiary,
            issued_on=_ISSUED,
            paid_to=date(2026, 6, 1),
            sum_assured=money(300_000),
            annual_premium=money(9_000),
            premiums_paid=money(63_000),
        )
    )
    roles = tuple(
        replace(role, relation=relation) if role.kind == "BENEF_DEATH" else role
        for role in policy.roles
    )
    if guardian is not None:
        roles += (Role(party_id=guardian, kind="GUARDIAN", since=_ISSUED, relation="MOTHER"),)
    put(
        content,
        replace(policy, roles=roles),
        ((_ISSUED, money(0)), (date(2025, 6, 1), money("48200.00"))),
    )
