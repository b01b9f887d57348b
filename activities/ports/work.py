"""A unit of work: one transaction over all books."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar

from activities.ports.agent_stores import Agents
from activities.ports.case_stores import (
    Anomalies,
    AuditTrail,
    Cases,
    Clocks,
    Complaints,
    Effects,
    Findings,
    HumanTasks,
    JournalBook,
    Messages,
    Notices,
    Operators,
    Replays,
    Signals,
    Surveys,
)
from activities.ports.consent_stores import Consents, DebitAuthorities
from activities.ports.contact_stores import ContactChanges, RiskAlerts
from activities.ports.core_system import CoreOrders
from activities.ports.data_stores import DataStores
from activities.ports.definition_store import Definitions
from activities.ports.law_stores import Calendars, JurisdictionPacks
from activities.ports.people_stores import Emergencies, StandIns
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
from activities.ports.population_store import Population
from activities.ports.trouble_store import Troubles


class Books(Protocol):
    """Everything one transaction can reach."""

    async def hold(self, case_id: str) -> None:
        """Be the only one at work on a case until the transaction ends."""
        ...

    @property
    def effects(self) -> Effects:
        """What was done, once per key."""
        ...

    @property
    def journal(self) -> JournalBook:
        """What cases did."""
        ...

    @property
    def replays(self) -> Replays:
        """Replays that were ordered."""
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
    def core_orders(self) -> CoreOrders:
        """What the insurer's core system was asked."""
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
    def population(self) -> Population:
        """What many cases show together."""
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
    def consents(self) -> Consents:
        """Who consented to what."""
        ...

    @property
    def debit_authorities(self) -> DebitAuthorities:
        """From which accounts premiums may be collected."""
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
    def complaints(self) -> Complaints:
        """What customers complain of."""
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
    def emergencies(self) -> Emergencies:
        """Levels that somebody has for a few hours."""
        ...

    @property
    def standing_in(self) -> StandIns:
        """Who acts for whom."""
        ...

    @property
    def agents(self) -> Agents:
        """Who serves policies."""
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
    def signals(self) -> Signals:
        """The signal broker."""
        ...

    @property
    def definitions(self) -> Definitions:
        """Deployed versions of processes."""
        ...

    @property
    def packs(self) -> JurisdictionPacks:
        """The law that cases go by."""
        ...

    @property
    def watch(self) -> Troubles:
        """What is seen of cases that cannot tell."""
        ...

    @property
    def data_stores(self) -> DataStores:
        """What outlives the processes that read it and write to it."""
        ...

    @property
    def calendars(self) -> Calendars:
        """Working-day calendars."""
        ...


T = TypeVar("T")


class Again(Protocol):
    """Does a whole unit of work; does it again when others were in its way."""

    def __call__(self, unit: Callable[[], Awaitable[T]]) -> Awaitable[T]:
        """``await again(unit)`` gives what the unit gave in the end."""
        ...


async def once_only(unit: Callable[[], Awaitable[T]]) -> T:
    """Do a unit of work a single time."""
    return await unit()


class Work(Protocol):
    """Begins a unit of work: one transaction over all books."""

    def __call__(self) -> AbstractAsyncContextManager[Books]:
        """``async with work() as books:`` commits at the end of the block, or nothing."""
        ...
