"""The worker inside the test's own loop (until workers.compose is there, composed here)."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Mapping
from zoneinfo import ZoneInfo

import httpx
from temporalio.client import Client
from temporalio.worker import Worker

from activities.registry import build_activities
from activities.step import Equipment, Systems
from infra.db.unit_of_work import Database
from infra.settings import Settings
from infra.systems.bank import HttpBank
from infra.systems.file_store import FileStore
from infra.systems.identity import PaperIdentity
from infra.systems.letters import PdfLetters
from infra.systems.notifier import SmtpNotifier
from workers.sandbox import sandboxed
from workflows.contracts.routing import CASE_QUEUE
from workflows.host.case_workflow import ServicingCase
from workflows.host.programs import PROGRAMS


@contextlib.asynccontextmanager
async def working(settings: Settings, client: Client) -> AsyncIterator[None]:
    database = Database.at(settings.database_url)
    path = settings.database_url.partition("///")[2]

    def load(program_hash: str) -> Mapping[str, bytes] | None:
        db = sqlite3.connect(path)
        try:
            rows = db.execute(
                "select name, content from bundle_files where bundle_hash=?", (program_hash,)
            ).fetchall()
        finally:
            db.close()
        return dict(rows) or None

    PROGRAMS.install(load)
    headers = {"Authorization": f"Bearer {settings.bank_token.get_secret_value()}"}
    async with httpx.AsyncClient(base_url=settings.bank_url, headers=headers, timeout=2) as bank:
        equipment = Equipment(
            work=database.work,
            systems=Systems(
                payments=HttpBank(bank),
                documents=FileStore(settings.data_folder / "documents"),
                notifier=SmtpNotifier(
                    host=settings.smtp_host, port=settings.smtp_port, sender=settings.mail_from
                ),
                letters=PdfLetters("Baoquan Life"),
                identity=PaperIdentity(),
            ),
            zone=ZoneInfo(settings.zone),
        )
        async with Worker(
            client,
            task_queue=CASE_QUEUE,
            workflows=[ServicingCase],
            activities=build_activities(equipment),
            workflow_runner=sandboxed(),
        ):
            yield
    await database.close()
