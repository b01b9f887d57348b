"""Invented persons: names, resident identity numbers with check digits, contacts, accounts."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random

from infra.db.sample_book.content import Content
from workflows.domain.party import BankAccount, ContactPoint, Party

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = (
    "安博晨成德恩芳刚光国海浩华慧佳嘉建杰静军俊凯兰磊丽琳玲敏明宁平"
    "强青清蓉瑞森珊思涛婷伟文霞晓欣旭雅燕洋怡艺英颖宇雨玉远月云泽哲振志子"
)
REGIONS = ("110101", "110102", "110106", "120102", "120104", "310101")
BANKS = ("ICBC", "CCB", "ABC", "BOC", "CMB")
LONG_AGO = datetime(2017, 6, 1, 2, tzinfo=UTC)
_OF_THEM = 50
"""One in so many needs an accessible channel."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who to invent; ``no`` makes ids, phone and accounts unique."""

    no: int
    id: str
    name: str
    born_on: date
    sex: str


def invent(chance: Random, no: int, party_id: str, *, born: tuple[int, int]) -> Person:
    """A person born in a range of years."""
    length = chance.choice((1, 2, 2))
    name = chance.choice(SURNAMES) + "".join(chance.choice(GIVEN) for _ in range(length))
    born_on = date(chance.randint(*born), chance.randint(1, 12), chance.randint(1, 28))
    return Person(no=no, id=party_id, name=name, born_on=born_on, sex=chance.choice("MF"))


def enter(content: Content, person: Person) -> Party:
    """Put a person on the books, with phone and mail of long standing."""
    party = Party(
        id=person.id,
        kind="PERSON",
        name=person.name,
        id_type="CN_RIC",
        id_no=resident_id(person),
        id_valid_to=date(2036, 1, 1),
        born_on=person.born_on,
        sex="M" if person.sex == "M" else "F",
        vulnerable=person.no % _OF_THEM == 0,
    )
    content.parties.append(party)
    for kind, value in (
        ("PHONE", f"139{person.no:08d}"),
        ("EMAIL", f"customer{person.no}@mail.example"),
    ):
        content.contacts.append(
            ContactPoint(
                id=f"CT-{person.no}-{kind}",
                party_id=person.id,
                kind="PHONE" if kind == "PHONE" else "EMAIL",
                value=value,
                since=LONG_AGO,
                verified_at=LONG_AGO,
            )
        )
    return party


def open_account(
    content: Content,
    party: Party,
    account_id: str,
    no: int,
    *,
    holder: str | None = None,
    added_at: datetime = LONG_AGO,
) -> None:
    """Put an account of a party on the books; another ``holder`` is somebody else's account."""
    content.accounts.append(
        BankAccount(
            id=account_id,
            party_id=party.id,
            bank=BANKS[no % len(BANKS)],
            account_no=f"6222{no:015d}",
            holder_name=party.name if holder is None else holder,
            added_at=added_at,
        )
    )


def resident_id(person: Person) -> str:
    """A well-formed resident identity number: region, birth date, order (odd: male), check."""
    order = (person.no * 2 + (1 if person.sex == "M" else 0)) % 1_000
    stem = f"{REGIONS[person.no % len(REGIONS)]}{person.born_on:%Y%m%d}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(stem, _WEIGHTS, strict=True))
    return stem + _CHECK_DIGITS[total % 11]
