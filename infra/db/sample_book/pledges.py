"""Policies held in pledge, and the one bank of the sample book that holds them."""

from dataclasses import replace

from infra.db.sample_book.content import Content
from infra.db.sample_book.persons import LONG_AGO
from workflows.domain.party import ContactPoint, Party
from workflows.domain.policy import Policy, Role

_BANK = Party(
    id="PT-BANK",
    kind="ORGANISATION",
    name="江海银行股份有限公司",
    id_type="CN_USCC",
    id_no="91310000MA1K000001",
    id_valid_to=None,
    born_on=None,
    sex=None,
)
_BANK_MAIL = ContactPoint(
    id="CT-BANK-EMAIL",
    party_id=_BANK.id,
    kind="EMAIL",
    value="pledges@bank.example",
    since=LONG_AGO,
    verified_at=LONG_AGO,
)


def bank(content: Content) -> None:
    """Put the bank on the book."""
    content.parties.append(_BANK)
    content.contacts.append(_BANK_MAIL)


def pledged(policy: Policy) -> Policy:
    """The policy in pledge to the bank since it was issued: flag and pledgee together."""
    lender = Role(party_id=_BANK.id, kind="PLEDGEE", since=policy.issued_on, relation="LENDER")
    return replace(policy, flags=(*policy.flags, "PLEDGED"), roles=(*policy.roles, lender))
