"""One request or activity, one transaction: nobody else commits."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    nullcontext,
)
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.book.agents import AgentTable
from infra.db.book.certificate_reminders import CertificateReminderTable
from infra.db.book.commissions import CommissionTable
from infra.db.book.communications import CommunicationTable
from infra.db.book.consents import ConsentTable, DebitAuthorityTable
from infra.db.book.contact_changes import ContactChangeTable
from infra.db.book.core_orders import CoreOrderTable
from infra.db.book.documents import DocumentTable
from infra.db.book.emergency import EmergencyTable
from infra.db.book.endorsements import EndorsementTable
from infra.db.book.ledger import LedgerTable
from infra.db.book.obligations import ObligationTable
from infra.db.book.operators import OperatorTable
from infra.db.book.parties import PartyTable
from infra.db.book.policies import PolicyTable
from infra.db.book.population import PopulationTable
from infra.db.book.registry import RegistryTable
from infra.db.book.standing_in import StandingInTable
from infra.db.casework.anomalies import AnomalyTable
from infra.db.casework.anomaly_desk import AnomalyDesk
from infra.db.casework.cases import CaseTable
from infra.db.casework.clocks import ClockTable
from infra.db.casework.complaint_letters import ComplaintLetterTable
from infra.db.casework.complaints import ComplaintTable, RecoveryTable
from infra.db.casework.data_stores import DataStoreTable
from infra.db.casework.findings import FindingTable
from infra.db.casework.human_tasks import HumanTaskTable
from infra.db.casework.improvements import ImprovementTable
from infra.db.casework.limit_alarms import LimitAlarmTable
from infra.db.casework.risk_alerts import RiskAlertTable
from infra.db.casework.surveys import SurveyTable
from infra.db.chain.audit import AuditTable
from infra.db.chain.audit_survey import AuditSurvey
from infra.db.chain.erasing import ErasureTable
from infra.db.chain.legal_holds import LegalHoldTable
from infra.db.chain.retention import RetentionTable
from infra.db.connections.away import NO_CONNECTION, DatabaseAway
from infra.db.connections.engine import PATIENCE, create_engine
from infra.db.connections.locking import WRITES, hold
from infra.db.events.acceptance import AcceptanceTable
from infra.db.events.definitions import DefinitionTable
from infra.db.events.locks import LockTable
from infra.db.events.messages import MessageTable
from infra.db.events.signals import SignalTable
from infra.db.events.standstills import StandstillTable
from infra.db.events.starts import StartTable
from infra.db.journal.acts_told import ActsTold
from infra.db.journal.effects import EffectTable
from infra.db.journal.heat import HeatMap
from infra.db.journal.journal import JournalTable
from infra.db.journal.replays import ReplayTable
from infra.db.journal.undo_views import UndoViews
from infra.db.journal.versions import VersionViews
from infra.db.law.calendars import CalendarCache, CalendarTable
from infra.db.law.packs import PackTable
from infra.db.operations.attendance import AttendanceTable
from infra.db.operations.batches import BatchTable
from infra.db.operations.breach_mails import BreachMailTable
from infra.db.operations.breaches import BreachTable
from infra.db.operations.compared_core import ComparedCore
from infra.db.operations.incident_marks import IncidentMarks
from infra.db.operations.incident_pages import IncidentPages
from infra.db.operations.incidents import IncidentViews
from infra.db.operations.notices import NoticeTable
from infra.db.operations.reconciliation import ReconciliationTable
from infra.db.operations.repairs import ProposalTable
from infra.db.operations.replay_views import ReplayViews
from infra.db.operations.retries import RelayFailures
from infra.db.operations.watch import WatchTable, WatchViews
from infra.db.pages.case_views import CaseViews
from infra.db.pages.inbox import Inbox
from infra.db.pages.reasons import Reasons
from infra.packs import Packs, installed

logger = logging.getLogger(__name__)


class UnitOfWork:
    """Every repository, on one connection inside one transaction."""

    def __init__(  # noqa: PLR0915 - one line for each repository
        self, connection: AsyncConnection, calendars: CalendarCache, packs: Packs
    ) -> None:
        self._connection = connection
        self.audit = AuditTable(connection)
        self.effects = EffectTable(connection, self.audit)
        self.packs = PackTable(connection, packs)
        self.starts = StartTable(connection, self.audit, packs)
        self.messages = MessageTable(connection, self.audit, self.starts)
        self.calendars = CalendarTable(connection, calendars)
        self.signals = SignalTable(connection, self.audit, self.starts)
        self.journal = JournalTable(connection, self.audit, self.messages, self.signals)
        self.cases = CaseTable(connection)
        self.acceptance = AcceptanceTable(connection, self.audit, packs)
        self.locks = LockTable(connection, self.messages)
        self.policies = PolicyTable(connection)
        self.ledger = LedgerTable(connection, self.audit)
        self.obligations = ObligationTable(connection, self.audit)
        self.commissions = CommissionTable(connection)
        self.parties = PartyTable(connection)
        self.contact_changes = ContactChangeTable(connection)
        self.risk_alerts = RiskAlertTable(connection, self.audit)
        self.population = PopulationTable(connection, self.audit)
        self.documents = DocumentTable(connection)
        self.communications = CommunicationTable(connection, self.audit)
        self.endorsements = EndorsementTable(connection)
        self.consents = ConsentTable(connection)
        self.debit_authorities = DebitAuthorityTable(connection)
        self.clocks = ClockTable(connection)
        self.findings = FindingTable(connection, self.audit)
        self.anomalies = AnomalyTable(connection)
        self.surveys = SurveyTable(connection, self.audit)
        self.complaints = ComplaintTable(connection, self.audit)
        self.breaches = BreachTable(connection, self.audit)
        self.recoveries = RecoveryTable(connection, self.audit)
        self.improvements = ImprovementTable(connection, self.audit)
        self.operators = OperatorTable(connection)
        self.agents = AgentTable(connection, self.audit)
        self.human_tasks = HumanTaskTable(connection, self.audit)
        self.definitions = DefinitionTable(connection, self.audit, self.starts)
        self.notices = NoticeTable(connection, self.audit)
        self.retention = RetentionTable(connection)
        self.relay_failures = RelayFailures(connection)
        self.replays = ReplayTable(connection, self.audit)
        self.repairs = ProposalTable(connection, self.audit)
        self.reconciliation = ReconciliationTable(connection, self.audit)
        self.batches = BatchTable(connection, self.audit)
        self.watch = WatchTable(connection, self.audit)
        self.attendance = AttendanceTable(connection)
        self.incident_marks = IncidentMarks(connection, self.audit)
        self.standstills = StandstillTable(connection, self.audit)

    @property
    def standing_in(self) -> StandingInTable:
        """Who acts for whom."""
        return StandingInTable(self._connection, self.audit)

    @property
    def emergencies(self) -> EmergencyTable:
        """Levels that somebody has for a few hours."""
        return EmergencyTable(self._connection, self.audit)

    @property
    def registry(self) -> RegistryTable:
        """Certificates and limits of those who work here."""
        return RegistryTable(self._connection, self.audit)

    @property
    def core_orders(self) -> CoreOrderTable:
        """What the insurer's core system was asked."""
        return CoreOrderTable(self._connection, self.audit)

    @property
    def data_stores(self) -> DataStoreTable:
        """What outlives the processes that read it and write to it."""
        return DataStoreTable(self._connection)

    @property
    def compared_core(self) -> ComparedCore:
        """What is compared with the insurer's core system."""
        return ComparedCore(self._connection, self.core_orders)

    @property
    def limit_alarms(self) -> LimitAlarmTable:
        """Alarms of time limits."""
        return LimitAlarmTable(self._connection)

    @property
    def breach_mails(self) -> BreachMailTable:
        """Mails about limits to tell of a breach."""
        return BreachMailTable(self._connection)

    @property
    def certificate_reminders(self) -> CertificateReminderTable:
        """Reminders of certificates that run out."""
        return CertificateReminderTable(self._connection)

    @property
    def anomaly_desk(self) -> AnomalyDesk:
        """Anomalies as people deal with them."""
        return AnomalyDesk(self._connection, self.audit)

    @property
    def complaint_letters(self) -> ComplaintLetterTable:
        """Letters that complaints owe."""
        return ComplaintLetterTable(self._connection)

    @property
    def legal_holds(self) -> LegalHoldTable:
        """Orders to keep."""
        return LegalHoldTable(self._connection, self.audit)

    @property
    def erasures(self) -> ErasureTable:
        """Erasures of people's data."""
        return ErasureTable(self._connection, self.audit)

    async def hold(self, case_id: str) -> None:
        """Be the only one at work on a case until the transaction ends."""
        await hold(self._connection, ("case", case_id))


class ReadingRoom:
    """What lists and pages need, on one connection inside one read transaction."""

    def __init__(  # noqa: PLR0915 - one line for each
        self,
        connection: AsyncConnection,
        calendars: CalendarCache | None = None,
        packs: Packs | None = None,
    ) -> None:
        self._connection = connection
        self.packs = PackTable(connection, packs or installed())
        self.cases = CaseViews(connection)
        self.clocks = ClockTable(connection)
        self.inbox = Inbox(connection)
        self.acts = ActsTold(connection)
        self.incidents = IncidentViews(connection)
        self.incident_pages = IncidentPages(connection)
        self.audit = AuditTable(connection)
        self.acceptance = AcceptanceTable(connection, self.audit)
        self.ledger = LedgerTable(connection, self.audit)
        self.obligations = ObligationTable(connection, self.audit)
        self.policies = PolicyTable(connection)
        self.operators = OperatorTable(connection)
        self.standing_in = StandingInTable(connection, self.audit)
        self.calendars = CalendarTable(connection, {} if calendars is None else calendars)
        self.agents = AgentTable(connection, self.audit)
        self.starts = StartTable(connection, self.audit)
        self.messages = MessageTable(connection, self.audit, self.starts)
        self.signals = SignalTable(connection, self.audit, self.starts)
        self.definitions = DefinitionTable(connection, self.audit, self.starts)
        self.data_stores = DataStoreTable(connection)
        self.parties = PartyTable(connection)
        self.contact_changes = ContactChangeTable(connection)
        self.risk_alerts = RiskAlertTable(connection, self.audit)
        self.population = PopulationTable(connection, self.audit)
        self.reconciliation = ReconciliationTable(connection, self.audit)
        self.complaints = ComplaintTable(connection, self.audit)
        self.complaint_letters = ComplaintLetterTable(connection)
        self.recoveries = RecoveryTable(connection, self.audit)
        self.anomaly_desk = AnomalyDesk(connection, self.audit)
        self.improvements = ImprovementTable(connection, self.audit)
        self.heat = HeatMap(connection)
        self.versions = VersionViews(connection)
        self.batches = BatchTable(connection, self.audit)
        self.audit_survey = AuditSurvey(connection)
        self.notices = NoticeTable(connection, self.audit)
        self.reasons = Reasons(connection)
        self.replay_views = ReplayViews(connection)
        self.undo_views = UndoViews(connection)
        self.replays = ReplayTable(connection, self.audit)
        self.relay_failures = RelayFailures(connection)
        self.watch = WatchViews(connection)
        self.watched = WatchTable(connection, self.audit)
        self.attendance = AttendanceTable(connection)
        self.standstills = StandstillTable(connection, self.audit)

    @property
    def limit_alarms(self) -> LimitAlarmTable:
        """Alarms of time limits."""
        return LimitAlarmTable(self._connection)

    @property
    def breach_mails(self) -> BreachMailTable:
        """Mails about limits to tell of a breach."""
        return BreachMailTable(self._connection)

    @property
    def certificate_reminders(self) -> CertificateReminderTable:
        """Reminders of certificates that run out."""
        return CertificateReminderTable(self._connection)

    @property
    def emergencies(self) -> EmergencyTable:
        """Levels that somebody has for a few hours."""
        return EmergencyTable(self._connection, self.audit)

    @property
    def legal_holds(self) -> LegalHoldTable:
        """Orders to keep."""
        return LegalHoldTable(self._connection, self.audit)

    @property
    def breaches(self) -> BreachTable:
        """The register of breaches."""
        return BreachTable(self._connection, self.audit)


class Database:
    """The one place where transactions begin and end."""

    def __init__(
        self, engine: AsyncEngine, *, patience: float = PATIENCE, packs: Packs | None = None
    ) -> None:
        self.engine = engine
        self.packs = packs or installed()
        self._patience = patience
        self._calendars: CalendarCache = {}
        self._embedded = engine.dialect.name == "sqlite"
        # SQLite has one writer; queueing here is fair, its busy handler is not.
        self._writer: AbstractAsyncContextManager[object] = (
            asyncio.Lock() if self._embedded else nullcontext()
        )

    @classmethod
    def at(
        cls,
        url: str,
        *,
        patience: float = PATIENCE,
        packs: Packs | None = None,
        keys: Path | None = None,
    ) -> "Database":
        """The database of a URL; ``patience``: seconds to wait for a connection to it.

        ``keys``: the file of the keys that personal data lies under (``create_engine``).
        """
        engine = create_engine(url, patience=patience, keys=keys)
        return cls(engine, patience=patience, packs=packs)

    @asynccontextmanager
    async def work(self) -> AsyncIterator[UnitOfWork]:
        """One write transaction: committed when the block ends, rolled back when it raises."""
        async with self.changing() as connection:
            books = UnitOfWork(connection, self._calendars, self.packs)
            yield books
            await books.audit.settle()

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[AsyncConnection]:
        """A connection inside one write transaction, for who keeps the tables themselves."""
        async with self._writer, self._connected() as connection:
            await connection.execution_options(**{WRITES: True})
            async with connection.begin():
                yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ReadingRoom]:
        """One read transaction: everything read belongs to one moment."""
        async with self.snapshot() as connection:
            yield ReadingRoom(connection, self._calendars, self.packs)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """A connection inside one read transaction, for who reads tables themselves."""
        async with self._connected() as connection:
            if not self._embedded:
                await connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            async with connection.begin():
                yield connection

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[UnitOfWork]:
        """One read transaction over every repository: for who asks what a step would find."""
        async with self.snapshot() as connection:
            yield UnitOfWork(connection, self._calendars, self.packs)

    async def sound(self) -> None:
        """Raise NotDurable for a database that is set up to lose data; one that is away may come.

        Every later connection is looked at in the same way.
        """
        try:
            async with self._connected():
                pass
        except DatabaseAway as error:
            logger.warning("database: %s Going on without it until it answers.", error)

    async def close(self) -> None:
        """Let go of every connection."""
        await self.engine.dispose()

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection]:
        async with AsyncExitStack() as stack:
            try:
                # Covers a place in the pool, the connecting, and a server that went silent.
                async with asyncio.timeout(None if self._embedded else self._patience):
                    connection = await stack.enter_async_context(self.engine.connect())
            except NO_CONNECTION as error:
                raise DatabaseAway(f"No connection: {type(error).__name__}.") from error
            yield connection
