"""The policies of S16: two served by an agent who is about to leave, and who may follow."""

from datetime import date

from infra.db.sample_book.content import Content
from infra.db.sample_book.contracts import Contract, policy_of, put
from infra.db.sample_book.persons import Person, enter, open_account
from infra.db.sample_book.products import WHOLE_LIFE
from workflows.domain.money import money

S16, S16_SECOND, S16_FOLLOWER = "P-S16", "P-S16-2", "P-S16-F"
LEAVER, FOLLOWER = "AG-S16", "AG-S16-F"
_FIRST_NO = 10_000_200
_ISSUED = date(2019, 4, 1)
_POLICIES = (
    (S16, "PT-S16", "潘秀兰", LEAVER),
    (S16_SECOND, "PT-S16-2", "杜明轩", LEAVER),
    (S16_FOLLOWER, "PT-S16-F", "石磊", FOLLOWER),
)


def leaver(content: Content) -> None:
    """Put the policies of S16 on the book."""
    for place, (policy_no, party_id, name, agent_id) in enumerate(_POLICIES):
        no = _FIRST_NO + place
        born = date(1970 + place, 5, 6)
        party = enter(content, Person(no=no, id=party_id, name=name, born_on=born, sex="F"))
        open_account(content, party, f"AC{party_id[2:]}-1", no * 10)
        contract = Contract(
            policy_no=policy_no,
            product=WHOLE_LIFE,
            holder=party.id,
            insured=party.id,
            beneficiary=party.id,
            issued_on=_ISSUED,
            paid_to=date(2027, 4, 1),
            sum_assured=money(200_000),
            annual_premium=money(6_000),
            premiums_paid=money(48_000),
            agent_id=agent_id,
        )
        put(content, policy_of(contract), ((_ISSUED, money(0)), (date(2026, 4, 1), money(31_200))))
