"""A unit of work: one transaction over all books."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from activities.ports.case_stores import (
    Anomalies,
    AuditTrail,
    Calendars,
    Cases,
    Clocks,
    Effects,
    Findings,
    HumanTasks,
    JournalBook,
    Messages,
    Notices,
    Operators,
    Surveys,
)
from activities.ports.contact_stores import ContactChanges, RiskAlerts
from activities.ports.definition_store import Definitions
from activities.ports.policy_stores import (
    Commissions,
    Communications,
    Documents,
    Endorsements,
    Ledger,
    Locks,
    Obligations,
    Parties,
    PolicyBook,
)


class Books(Protocol):
    """Everything one transaction can reach."""

    @property
    def effects(self) -> Effects:
        """What was done, once per key."""
        ...

    @property
    def journal(self) -> JournalBook:
        """What cases did."""
        ...

    @property
    def audit(self) -> AuditTrail:
        """The chain of each case."""
        ...

    @property
    def cases(self) -> Cases:
        """Servicing cases."""
        ...

    @property
    def locks(self) -> Locks:
        """Cases in flight per policy."""
        ...

    @property
    def policies(self) -> PolicyBook:
        """The policy book."""
        ...

    @property
    def ledger(self) -> Ledger:
        """The ledger."""
        ...

    @property
    def obligations(self) -> Obligations:
        """Payables and payments."""
        ...

    @property
    def commissions(self) -> Commissions:
        """Commission taken back."""
        ...

    @property
    def parties(self) -> Parties:
        """Parties, contacts, accounts."""
        ...

    @property
    def contact_changes(self) -> ContactChanges:
        """Changes of a person's data."""
        ...

    @property
    def risk_alerts(self) -> RiskAlerts:
        """Alerts in a person's name."""
        ...

    @property
    def documents(self) -> Documents:
        """Documents."""
        ...

    @property
    def communications(self) -> Communications:
        """Letters and messages."""
        ...

    @property
    def endorsements(self) -> Endorsements:
        """Endorsements."""
        ...

    @property
    def clocks(self) -> Clocks:
        """Time limits."""
        ...

    @property
    def findings(self) -> Findings:
        """Verifications and decisions."""
        ...

    @property
    def anomalies(self) -> Anomalies:
        """Anomalies."""
        ...

    @property
    def surveys(self) -> Surveys:
        """Surveys and recoveries."""
        ...

    @property
    def operators(self) -> Operators:
        """The operator registry."""
        ...

    @property
    def human_tasks(self) -> HumanTasks:
        """The inbox."""
        ...

    @property
    def notices(self) -> Notices:
        """Notices to staff."""
        ...

    @property
    def messages(self) -> Messages:
        """The message broker."""
        ...

    @property
    def definitions(self) -> Definitions:
        """Deployed versions of processes."""
        ...

    @property
    def calendars(self) -> Calendars:
        """Working-day calendars."""
        ...


class Work(Protocol):
    """Begins a unit of work: one transaction over all books."""

    def __call__(self) -> AbstractAsyncContextManager[Books]:
        """``async with work() as books:`` commits at the end of the block, or nothing."""
        ...
