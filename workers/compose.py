"""The worker composition root: who gets what."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import httpx
from temporalio.client import Client
from temporalio.common import WorkerDeploymentVersion
from temporalio.worker import Worker

from activities.batches import BatchDesk, build_batches
from activities.failpoints import failpoints
from activities.registry import build_activities
from activities.step import Equipment, Systems, utc_now
from infra.batching import BatchWork
from infra.circuits import CircuitRules, Circuits
from infra.db.connections.away import DatabaseAway, patiently
from infra.db.unit_of_work import Database
from infra.definitions import BundleReader
from infra.packs import installed
from infra.payload_codec import deployment_codec, key_path
from infra.secrets import load_or_create
from infra.settings import Settings
from infra.standing import StandingNow
from infra.systems.bank import HttpBank
from infra.systems.claims_http import HttpClaims
from infra.systems.core_http import HttpCore
from infra.systems.file_store import FileStore
from infra.systems.identity_http import HttpIdentity
from infra.systems.letters import INSURER, PdfLetters
from infra.systems.notifier import SmtpNotifier
from infra.systems.print_outbox import PrintOutbox
from infra.systems.texts import MailToText
from infra.telemetry.payments import CountedBank
from infra.telemetry.ports import sdk_runtime
from infra.telemetry.telemetry import Telemetry
from infra.temporal import connect, ensure_search_attributes
from workers.anchoring import anchoring
from workers.breach_notices import BreachNotices
from workers.certificate_reminders import CertificateReminders
from workers.complaint_letters import ComplaintLetters
from workers.crier import Crier
from workers.late_reviews import LateReviews
from workers.limit_alarms import LimitAlarms
from workers.reconciler import Reconciler
from workers.relay import Relay
from workers.retention import Retention
from workers.sandbox import sandboxed
from workers.sign_of_life import SignOfLife
from workers.starter import Starter
from workers.versioning import deployment_config, deployment_version
from workers.warden import Warden
from workers.watchdog import Watchdog
from workflows.host.batch_workflow import OperationsBatch
from workflows.host.case_workflow import ServicingCase
from workflows.host.programs import PROGRAMS

CACHED_CASES = 2_000
BANK_SECONDS = 20.0
BUREAU_SECONDS = 10.0
CLAIMS_SECONDS = 10.0
CORE_SECONDS = 10.0
GRACE = timedelta(seconds=10)
DATABASE_PATIENCE = 5.0
"""Seconds an activity queues for a connection: nobody waits at a counter for it."""


@asynccontextmanager
async def equipped(
    settings: Settings, database: Database, telemetry: Telemetry
) -> AsyncIterator[Equipment]:
    """Choose the implementation behind every port."""
    own = load_or_create(settings.data_folder)
    identity_token = settings.identity_token.get_secret_value() or own.identity_token
    claims_token = settings.claims_token.get_secret_value() or own.claims_token
    notifier = SmtpNotifier(
        host=settings.smtp_host, port=settings.smtp_port, sender=settings.mail_from
    )
    async with (
        banked(settings, telemetry) as bank,
        _calling(settings.identity_url, identity_token, BUREAU_SECONDS, telemetry) as bureau,
        _calling(settings.claims_url, claims_token, CLAIMS_SECONDS, telemetry) as claims,
        _core(settings, telemetry) as core,
    ):
        standing = StandingNow(database)
        yield Equipment(
            work=database.work,
            systems=Systems(
                payments=CountedBank(bank, telemetry.metrics),
                documents=FileStore(settings.data_folder / "documents"),
                notifier=notifier,
                post=PrintOutbox(settings.data_folder / "post"),
                texts=MailToText(mailer=notifier, domain=settings.text_domain),
                letters=PdfLetters(INSURER),
                identity=HttpIdentity(bureau),
                claims=HttpClaims(claims),
                core=core,
            ),
            zone=ZoneInfo(settings.zone),
            failpoint=failpoints(settings.failpoints, allowed=settings.profile != "production"),
            again=patiently,
            standing=standing,
            circuit=_circuits(settings, database, standing, telemetry),
            now=_business_time(settings),
            customer_site=settings.customer_site,
        )


def _business_time(settings: Settings) -> Callable[[], datetime]:
    offset = timedelta(seconds=settings.clock_offset)
    return lambda: utc_now() + offset


def _circuits(
    settings: Settings, database: Database, standing: StandingNow, telemetry: Telemetry
) -> Circuits:
    rules = CircuitRules(
        failures=settings.circuit_failures,
        share=settings.circuit_share,
        window=timedelta(seconds=settings.circuit_window_seconds),
        pause=timedelta(seconds=settings.circuit_pause_seconds),
    )
    now = _business_time(settings)
    return Circuits(database, standing, rules, now, telemetry.metrics.circuit_opened)


@asynccontextmanager
async def banked(settings: Settings, telemetry: Telemetry) -> AsyncIterator[HttpBank]:
    """Open the line to the bank."""
    token = settings.bank_token.get_secret_value()
    token = token or load_or_create(settings.data_folder).bank_token
    async with _calling(settings.bank_url, token, BANK_SECONDS, telemetry) as client:
        yield HttpBank(client)


@asynccontextmanager
async def _core(settings: Settings, telemetry: Telemetry) -> AsyncIterator[HttpCore | None]:
    """Open the line to the insurer's core system, where there is one."""
    if not settings.core_url:
        yield None
        return
    token = settings.core_token.get_secret_value()
    token = token or load_or_create(settings.data_folder).core_token
    async with _calling(settings.core_url, token, CORE_SECONDS, telemetry) as client:
        yield HttpCore(client)


def _calling(url: str, token: str, seconds: float, telemetry: Telemetry) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=url,
        headers={"Authorization": f"Bearer {token}"},
        timeout=seconds,
        transport=telemetry.transport(),
    )


@asynccontextmanager
async def programs_from(settings: Settings) -> AsyncIterator[None]:
    """Let the program cache read from the deployment's definition store, warmed with the newest."""
    reader = BundleReader(settings.database_url, settings.golden_folders)
    PROGRAMS.install(reader)
    with suppress(DatabaseAway):  # then what is not warm is read when it is asked for
        for bundle_hash in reader.hashes()[-8:]:
            PROGRAMS.bundle(bundle_hash)
    try:
        yield
    finally:
        reader.close()


def case_worker(
    client: Client,
    equipment: Equipment,
    *,
    task_queue: str,
    current: WorkerDeploymentVersion | None = None,
    desk: BatchDesk | None = None,
) -> Worker:
    """Build the worker of the case queue: the workflow and every in-house activity.

    With ``current`` it polls as that version of the worker deployment, with ``desk`` it works
    batches off, too.
    """
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[ServicingCase, OperationsBatch],
        activities=[*build_activities(equipment), *(build_batches(desk) if desk else ())],
        workflow_runner=sandboxed(),
        max_cached_workflows=CACHED_CASES,
        graceful_shutdown_timeout=GRACE,
        deployment_config=deployment_config(current) if current else None,
    )


def batch_desk(settings: Settings, client: Client, database: Database) -> BatchDesk:
    """Return who works batches off."""
    clock_offset = timedelta(seconds=settings.clock_offset)
    return BatchWork(client=client, database=database, now=lambda: datetime.now(UTC) + clock_offset)


class Chore(Protocol):
    """Something that goes on until it is cancelled."""

    async def run(self) -> None:
        """Go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """What one worker process runs."""

    client: Client
    worker: Worker
    chores: tuple[Chore, ...]
    """What runs beside it until it stops."""
    version: WorkerDeploymentVersion
    telemetry: Telemetry


def _chores(
    settings: Settings,
    client: Client,
    database: Database,
    reconciler: Reconciler,
    equipment: Equipment,
) -> tuple[Chore, ...]:
    clock_offset = timedelta(seconds=settings.clock_offset)
    relay = Relay(
        client=client,
        database=database,
        task_queue=settings.task_queue,
        zone=settings.zone,
        clock_offset=clock_offset,
    )
    crier = Crier(client=client, database=database, clock_offset=clock_offset)
    starter = Starter(database=database, zone=settings.zone, clock_offset=clock_offset)
    retention = Retention(
        database=database,
        keep=timedelta(days=settings.keep_answers_days),
        clock_offset=clock_offset,
    )
    watchdog = Watchdog(client=client, database=database, clock_offset=clock_offset)
    warden = Warden(client=client, database=database, clock_offset=clock_offset)
    sign_of_life = SignOfLife(
        database=database, task_queue=settings.task_queue, clock_offset=clock_offset
    )
    return (
        relay,
        crier,
        starter,
        watchdog,
        warden,
        anchoring(settings, database),
        retention,
        reconciler,
        sign_of_life,
        *_writers(settings, database, equipment),
    )


def _writers(settings: Settings, database: Database, equipment: Equipment) -> tuple[Chore, ...]:
    """Return who writes what no case writes by itself."""
    mailer, zone = equipment.systems.notifier, ZoneInfo(settings.zone)
    ahead = timedelta(seconds=settings.clock_offset)
    return (
        LimitAlarms(database=database, mailer=mailer, zone=zone, clock_offset=ahead),
        CertificateReminders(database=database, mailer=mailer, zone=zone, clock_offset=ahead),
        LateReviews(database=database, zone=zone, clock_offset=ahead),
        BreachNotices(database=database, mailer=mailer, zone=zone, clock_offset=ahead),
        ComplaintLetters(database=database, equipment=equipment),
    )


@asynccontextmanager
async def _reconciling(
    settings: Settings, database: Database, telemetry: Telemetry
) -> AsyncIterator[Reconciler]:
    """Open lines of its own to whom the books are compared with."""
    async with banked(settings, telemetry) as bank, _core(settings, telemetry) as core:
        yield Reconciler(
            database=database,
            bank=bank,
            core=core,
            zone=ZoneInfo(settings.zone),
            clock_offset=timedelta(seconds=settings.clock_offset),
        )


def _database(settings: Settings) -> Database:
    packs, keys = installed(settings.packs), key_path(settings)
    return Database.at(settings.database_url, patience=DATABASE_PATIENCE, packs=packs, keys=keys)


@asynccontextmanager
async def composed(settings: Settings) -> AsyncIterator[Crew]:
    """Compose a worker process from settings."""
    telemetry = Telemetry(settings, "workers")
    connected = await connect(
        settings.temporal_address,
        codec=deployment_codec(settings),
        namespace=settings.temporal_namespace,
        runtime=sdk_runtime(settings, with_metrics=True),
    )
    await ensure_search_attributes(connected)
    database = _database(settings)
    telemetry.watch(database)
    await database.sound()
    telemetry.listen(settings.worker_metrics_port)
    client = telemetry.seen(connected)
    current = deployment_version()
    try:
        async with (
            programs_from(settings),
            equipped(settings, database, telemetry) as equipment,
            _reconciling(settings, database, telemetry) as reconciler,
        ):
            yield Crew(
                client=client,
                worker=case_worker(
                    client,
                    equipment,
                    task_queue=settings.task_queue,
                    current=current,
                    desk=batch_desk(settings, client, database),
                ),
                chores=_chores(settings, client, database, reconciler, equipment),
                version=current,
                telemetry=telemetry,
            )
    finally:
        await telemetry.close()
        await database.close()
