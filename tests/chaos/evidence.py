"""What is left when all is quiet: read once, judged afterwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Select, Table, select
from temporalio.client import Client
from temporalio.worker import Replayer

from infra.db.tables import cases, money, papers, policies, trail
from infra.db.unit_of_work import Database
from infra.systems.bank_simulator.ledger import BankLedger
from infra.systems.bank_wire import PaymentReport
from tests.chaos.people import Life, Told
from workers.sandbox import sandboxed
from workflows.host.case_workflow import ServicingCase

Row = Mapping[str, Any]

TABLES: Mapping[str, Table] = {
    "cases": cases.cases,
    "effects": trail.effects,
    "deeds": trail.human_task_deeds,
    "tasks": trail.human_tasks,
    "waits": trail.waits,
    "incidents": trail.incidents,
    "instances": trail.instances,
    "deliveries": trail.message_deliveries,
    "journals": money.ledger_journals,
    "entries": money.ledger_entries,
    "obligations": money.obligations,
    "attempts": money.payment_attempts,
    "versions": policies.policy_versions,
    "endorsements": papers.endorsements,
    "communications": papers.communications,
}


@dataclass(kw_only=True)
class Evidence:
    """Everything the invariants look at."""

    lives: Sequence[Life]
    notes: Sequence[Told]
    rows: Mapping[str, Sequence[Row]]
    payments: Sequence[PaymentReport] = ()
    broken_chains: Mapping[str, str] = field(default_factory=dict)
    """Case to what is wrong with its audit chain."""
    workflows: Sequence[tuple[str, str]] = ()
    """Workflow id and status of every execution in Temporal."""
    replays: Mapping[str, str] = field(default_factory=dict)
    """Case to why its history does not replay."""
    replayed: int = 0

    def of_case(self, table: str) -> Mapping[str, Sequence[Row]]:
        """Group a table's rows by case."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows[table]:
            found[str(row["case_id"])].append(row)
        return found


async def gather(
    lives: Sequence[Life], notes: Sequence[Told], database: Database, bank: Path, client: Client
) -> Evidence:
    """Read everything; the histories first, the audit last: so nothing is judged ahead of time."""
    workflows = [
        (found.id, found.status.name if found.status else "?")
        async for found in client.list_workflows("WorkflowType = 'ServicingCase'")
    ]
    sample = [life.case_id for life in lives if life.case_id][::5]
    replays = await _replays(client, sample)
    rows = {name: await _rows(database, select(table)) for name, table in TABLES.items()}
    ledger = BankLedger(bank)
    try:
        payments = ledger.payments()
    finally:
        ledger.close()
    return Evidence(
        lives=lives,
        notes=notes,
        rows=rows,
        payments=payments,
        broken_chains=await _broken(database, [str(row["id"]) for row in rows["cases"]]),
        workflows=sorted(set(workflows)),
        replays=replays,
        replayed=len(sample),
    )


async def _rows(database: Database, query: Select[Any]) -> Sequence[Row]:
    async with database.engine.connect() as connection:
        return [dict(row) for row in (await connection.execute(query)).mappings()]


async def _broken(database: Database, case_ids: Sequence[str]) -> Mapping[str, str]:
    broken = {}
    for case_id in case_ids:
        async with database.reading() as room:
            verdict = await room.audit.verify(case_id)
        if not verdict.intact:
            broken[case_id] = verdict.reason or "broken"
    return broken


async def _replays(client: Client, case_ids: Sequence[str]) -> Mapping[str, str]:
    """Replay the programs' cases with the code at hand; the store of programs is installed."""
    replayer = Replayer(
        workflows=[ServicingCase], workflow_runner=sandboxed(), data_converter=client.data_converter
    )
    failed = {}
    for case_id in case_ids:
        history = await client.get_workflow_handle(case_id).fetch_history()
        try:
            await replayer.replay_workflow(history)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is evidence
            failed[case_id] = f"{type(error).__name__}: {error}"[:200]
    return failed
