"""Parties, how to reach them, their accounts, and what risk rules ask about their past."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from workflows.domain.money import Money

ContactKind = Literal["PHONE", "EMAIL", "ADDRESS"]
NameMatch = Literal["EXACT", "MANUAL", "NONE", "UNCHECKED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A person or organisation 当事人."""

    id: str
    kind: Literal["PERSON", "ORGANISATION"]
    name: str
    id_type: str
    id_no: str
    id_valid_to: date | None
    born_on: date | None
    sex: Literal["M", "F"] | None
    nationality: str = "CN"
    capacity: Literal["FULL", "LIMITED", "NONE"] = "FULL"
    vulnerable: bool = False
    """Needs an accessible channel, for a disability or the like: care, never suspicion."""
    aml_listed: bool = False
    """On a list of AML Law article 40."""
    deceased_on: date | None = None

    @property
    def is_erased(self) -> bool:
        """Nothing is known of the person any more (PIPL art. 47): nobody is given a role so."""
        return not self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPoint:
    """One way to reach a party; history stays, because fresh changes are a risk signal."""

    id: str
    party_id: str
    kind: ContactKind
    value: str
    since: datetime
    until: datetime | None = None
    verified_at: datetime | None = None
    voided_at: datetime | None = None
    """When a change that was never the person's was taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccount:
    """An account money may go to."""

    id: str
    party_id: str
    """Whose account it is on our books."""
    bank: str
    account_no: str
    holder_name: str
    added_at: datetime
    match: NameMatch = "UNCHECKED"
    checked_at: datetime | None = None

    @property
    def masked(self) -> str:
        """The number as it may be shown: its last four digits."""
        return f"**** {self.account_no[-4:]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskHistory:
    """What happened lately around a policy and its applicant; None: never."""

    last_contact_change: datetime | None
    last_account_change: datetime | None
    last_holder_change: date | None
    last_beneficiary_change: date | None
    last_reissue: date | None
    agent_surrenders_30d: int
    """Terminations the agent of record saw committed in 30 natural days, other cases included."""
    holder_money_out_30d: int
    """Obligations opened to the applicant in 30 natural days, this case's own left out."""
    holder_amount_out_30d: Money
    """Their sum: what splitting detection adds to the amount at hand."""
    phone_shared_with: int
    """Other parties, of other policies, with the applicant's current phone."""
    phone_is_agents: bool
    insured_critical: bool
    unrelated_payer: bool


_NO_CAPACITY, FULL_AGE = 8, 18


def age_on(born_on: date, on: date) -> int:
    """Count full years."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def capacity_on(party: Party, on: date) -> str:
    """Capacity by age where the book knows no less of it (民法典 art. 17-20)."""
    if party.born_on is None or party.capacity != "FULL":
        return party.capacity
    age = age_on(party.born_on, on)
    return "NONE" if age < _NO_CAPACITY else "LIMITED" if age < FULL_AGE else "FULL"
