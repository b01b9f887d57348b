"""What is left when all is quiet: read once, judged afterwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, Table, select
from temporalio.client import Client
from temporalio.worker import Replayer

from infra.anchoring.place import anchor_folder
from infra.auditing.offline import CannotVerify, Sources, verify_url
from infra.db.journal.telling import as_told_now
from infra.db.tables import cases, money, papers, policies, trail
from infra.db.unit_of_work import Database
from infra.payload_codec import deployment_codec, key_path
from infra.systems.bank_simulator.ledger import BankLedger
from infra.systems.bank_wire import PaymentReport
from infra.temporal import connect
from tests.chaos.house import House
from tests.chaos.people import Life, Told
from workers.compose import programs_from
from workers.sandbox import sandboxed
from workflows.host.case_workflow import ServicingCase

Row = Mapping[str, Any]
ONE_IN = 5
"""Of so many cases one history is replayed."""

TABLES: Mapping[str, Table] = {
    "cases": cases.cases,
    "effects": trail.effects,
    "deeds": trail.human_task_deeds,
    "tasks": trail.human_tasks,
    "waits": trail.waits,
    "incidents": trail.incidents,
    "instances": trail.instances,
    "deliveries": trail.message_deliveries,
    "subscriptions": trail.subscriptions,
    "relay": trail.relay_failures,
    "audit": trail.audit,
    "journals": money.ledger_journals,
    "entries": money.ledger_entries,
    "obligations": money.obligations,
    "attempts": money.payment_attempts,
    "versions": policies.policy_versions,
    "endorsements": papers.endorsements,
    "communications": papers.communications,
}

_journal = trail.journal
TOLD: Mapping[str, Select[Any]] = {
    "told": select(_journal).where(
        _journal.c.kind.in_(("waitOpened", "waitClosed", "caseFinished")), as_told_now()
    ),
}
"""What the cases say of their waits, as they tell their history now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """The newest run of a workflow."""

    id: str
    status: str
    events: int


@dataclass(kw_only=True)
class Evidence:
    """Everything the invariants look at."""

    lives: Sequence[Life]
    notes: Sequence[Told]
    rows: Mapping[str, Sequence[Row]]
    payments: Sequence[PaymentReport] = ()
    broken_chains: Mapping[str, str] = field(default_factory=dict)
    """Case to what is wrong with its audit chain."""
    anchors: Sequence[str] = ()
    """What the offline verifier finds against the anchors."""
    workflows: Sequence[Execution] = ()
    replays: Mapping[str, str] = field(default_factory=dict)
    """Case to why its history does not replay."""
    replayed: int = 0
    repeated: Sequence[str] = ()
    """What had to be asked twice after everything was healed."""
    idle: Sequence[str] = ()
    """Workers that nothing came to after everything was healed."""
    sessions: Sequence[str] = ()
    """Sessions of the database left in a transaction."""

    def of_case(self, table: str) -> Mapping[str, Sequence[Row]]:
        """Group a table's rows by case."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows[table]:
            found[str(row["case_id"])].append(row)
        return found


async def gather(house: House, lives: Sequence[Life], notes: Sequence[Told]) -> Evidence:
    """Read everything; the histories first, the audit last: so nothing is judged ahead of time."""
    settings = house.settings
    client = await connect(settings.temporal_address, codec=deployment_codec(settings))
    database = Database.at(settings.database_url, keys=key_path(settings))
    try:
        workflows = await _workflows(client)
        sample = [life.case_id for life in lives if life.case_id][::ONE_IN]
        async with programs_from(settings):
            replays = await _replays(client, sample)
        queries = {**{name: select(table) for name, table in TABLES.items()}, **TOLD}
        rows = {name: await _rows(database, query) for name, query in queries.items()}
        return Evidence(
            lives=lives,
            notes=notes,
            rows=rows,
            payments=_payments(house),
            broken_chains=await _broken(database, [str(row["id"]) for row in rows["cases"]]),
            anchors=await _against_anchors(house),
            workflows=workflows,
            replays=replays,
            replayed=len(sample),
            sessions=await house.base.left_behind(),
        )
    finally:
        await database.close()


async def _workflows(client: Client) -> list[Execution]:
    """The newest run of each; pages may repeat."""
    newest: dict[str, Any] = {}
    async for found in client.list_workflows("WorkflowType = 'ServicingCase'"):
        known = newest.get(found.id)
        if known is None or found.start_time > known.start_time:
            newest[found.id] = found
    return [
        Execution(
            id=found.id,
            status=found.status.name if found.status else "?",
            events=found.history_length,
        )
        for found in newest.values()
    ]


async def _rows(database: Database, query: Select[Any]) -> Sequence[Row]:
    async with database.engine.connect() as connection:
        return [dict(row) for row in (await connection.execute(query)).mappings()]


def _payments(house: House) -> Sequence[PaymentReport]:
    ledger = BankLedger(house.folder / "bank.db")
    try:
        return ledger.payments()
    finally:
        ledger.close()


async def _broken(database: Database, case_ids: Sequence[str]) -> Mapping[str, str]:
    broken = {}
    for case_id in case_ids:
        async with database.reading() as room:
            verdict = await room.audit.verify(case_id)
        if not verdict.intact:
            broken[case_id] = verdict.reason or "broken"
    return broken


async def _against_anchors(house: House) -> Sequence[str]:
    settings = house.settings
    sources = Sources(database=settings.database_url, anchors=anchor_folder(settings).path)
    try:
        report = await verify_url(sources, lambda _done, _total: None)
    except CannotVerify as error:
        return [str(error)]
    return [finding.sentence() for finding in report.findings]


async def _replays(client: Client, case_ids: Sequence[str]) -> Mapping[str, str]:
    """Replay the programs' cases with the code at hand; the store of programs is installed."""
    replayer = Replayer(
        workflows=[ServicingCase], workflow_runner=sandboxed(), data_converter=client.data_converter
    )
    failed = {}
    for case_id in case_ids:
        try:
            history = await client.get_workflow_handle(case_id).fetch_history()
            await replayer.replay_workflow(history)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is evidence
            failed[case_id] = f"{type(error).__name__}: {error}"[:200]
    return failed
