"""The outside systems and stores as the stages need them.

``async with work() as books:`` is one transaction: what happens inside is committed when the block
ends, or nothing is. Implementations live in ``infra`` and never import this package.
"""

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
from activities.ports.core_system import CoreOrders, CoreSystem
from activities.ports.data_stores import DataStores
from activities.ports.definition_store import Definitions, DeployedVersion
from activities.ports.law_stores import Calendars, JurisdictionPacks
from activities.ports.people_stores import StandIns
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
from activities.ports.systems import (
    Claims,
    DocumentStore,
    Identity,
    Letters,
    Notifier,
    Payments,
    Post,
    Texts,
)
from activities.ports.work import Again, Books, Work, once_only

__all__ = [
    "Again",
    "Agents",
    "Anomalies",
    "AuditTrail",
    "Books",
    "Calendars",
    "Cases",
    "Claims",
    "Clocks",
    "Commissions",
    "Communications",
    "Complaints",
    "Consents",
    "ContactChanges",
    "CoreOrders",
    "CoreSystem",
    "DataStores",
    "DebitAuthorities",
    "Definitions",
    "DeployedVersion",
    "DocumentStore",
    "Documents",
    "Effects",
    "Endorsements",
    "Findings",
    "HumanTasks",
    "Identity",
    "JournalBook",
    "JurisdictionPacks",
    "Ledger",
    "Letters",
    "Locks",
    "Messages",
    "Notices",
    "Notifier",
    "Obligations",
    "Operators",
    "Parties",
    "Payments",
    "PolicyBook",
    "Post",
    "Replays",
    "RiskAlerts",
    "Signals",
    "StandIns",
    "Surveys",
    "Texts",
    "Work",
    "once_only",
]
