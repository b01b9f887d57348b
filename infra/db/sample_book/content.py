"""What a sample book consists of, before it is written."""

from dataclasses import dataclass, field
from datetime import date

from workflows.domain.consent import DebitAuthority
from workflows.domain.ledger import Journal
from workflows.domain.money import Money
from workflows.domain.party import BankAccount, ContactPoint, Party
from workflows.domain.policy import Policy


@dataclass(slots=True)
class Content:
    """Nouns collected for writing."""

    parties: list[Party] = field(default_factory=list)
    contacts: list[ContactPoint] = field(default_factory=list)
    accounts: list[BankAccount] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    cash_values: list[tuple[str, date, Money]] = field(default_factory=list)
    """Policy number, first day, amount."""
    postings: list[Journal] = field(default_factory=list)
    debit_authorities: list[DebitAuthority] = field(default_factory=list)
