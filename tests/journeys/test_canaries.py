"""Nothing personal in clear outside the policy book: canaries on every path, every byte searched.

The same search finds them with encryption switched off, on the same paths.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import secrets
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from tests.encryption import CODEC
from tests.infra.travelling import Called, Everything, echo
from tests.journeys.canaries import TEMPORAL_STORE, Cage, in_files, in_tables
from tests.journeys.clock import WallClock
from tests.journeys.crashing import ByCommand, Mortals, file_server
from tests.journeys.house import House, house
from workers.sandbox import sandboxed

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

PERSONAL_TABLES = frozenset(
    {
        # the policy book: who people are
        "parties", "contact_points", "bank_accounts", "contact_proposals", "party_versions",
        # the case: what was asked, decided, said, and what it did
        "cases", "case_requests", "journal", "effects", "human_tasks", "human_task_deeds",
        "messages", "message_deliveries", "surveys", "decisions", "verifications",
        # what a caller was answered, to be answered the same again
        "idempotency_keys",
    }
)  # fmt: skip
"""The tables that may hold personal data; no other may."""

ELSEWHERE = frozenset({"documents", "mail", "bank.db", "bank.db-wal", "bank.db-shm"})
"""The store of documents; the mailbox and the bank are other people's systems."""


@pytest.mark.parametrize("encryption", ["required", "off"])
async def test_canaries(furnished: Path, tmp_path: Path, encryption: str) -> None:
    cage, home, server = Cage(), tmp_path / "house", tmp_path / "temporal"
    shutil.copytree(furnished, home)
    server.mkdir()
    codec = CODEC if encryption == "required" else None
    with _logs(home / "api.log"):
        async with (
            file_server(server, codec=codec) as (client, address),
            house(home, client, WallClock("2026-10-12T09:30:00+08:00")) as inside,
            _worker(inside, address, encryption),
        ):
            inside.patience = 60.0
            answers = await _a_case(inside, cage)
            await _every_other_path(client, cage)
            (tmp_path / "histories").write_bytes(await _histories(client))
            (tmp_path / "answers").write_text("\n".join(answers))
    stored = in_files(cage, server.glob(TEMPORAL_STORE))
    told = in_files(
        cage, [tmp_path / "answers", tmp_path / "histories", server / "temporal.log", *_told(home)]
    )

    tables = in_tables(cage, home / "baoquan.db")
    told_tables = {table: sorted(paths) for table, paths in tables.items()}
    assert set(tables) <= PERSONAL_TABLES, told_tables
    assert len(cage.known) >= 22
    if encryption == "required":
        assert (stored, told) == ({}, {})
    else:
        places = {(path, file) for file, paths in stored.items() for path in paths}
        assert len({path for path, _ in places}) >= 15, sorted(places)
        assert set(told) == {"histories"}


def _told(home: Path) -> Iterator[Path]:
    """Everything in the data folder but the policy book, the documents, and others' systems."""
    for path in home.rglob("*"):
        inside = path.relative_to(home).parts
        if path.is_file() and inside[0] not in ELSEWHERE and not inside[0].startswith("baoquan.db"):
            yield path


# --- a case of the product ---------------------------------------------------------------------


async def _a_case(inside: House, cage: Cage) -> list[str]:
    """S3 with canaries on every way in; returns what callers were refused with."""
    for path, query in {
        "name": "SELECT name FROM parties WHERE id = 'PT-S3'",
        "national id": "SELECT id_no FROM parties WHERE id = 'PT-S3'",
        "contact": "SELECT value FROM contact_points WHERE party_id = 'PT-S3'",
        "account": "SELECT account_no FROM bank_accounts WHERE id = 'AC-S3-1'",
    }.items():
        cage.put(path, inside.rows(query)[0][0])
    document = await inside.ask(
        "back-office", "POST", "/v1/documents",
        params={"type": "MEDICAL_REPORT", "partyId": "PT-S3", "policyNo": "P-S3"},
        content=f"%PDF-1.4 {cage.new('document')}".encode(),
        headers={"Content-Type": "application/pdf"},
    )  # fmt: skip
    assert document.is_success
    noted = {"note": cage.new("request"), "lossAcknowledged": False}
    case = await inside.request("P-S3", request=noted)
    await inside.waits(case, "loss_acknowledged")
    statement = hashlib.sha256(inside.letters(case)[0].pdf).hexdigest()
    told = {
        "name": "loss-statement.acknowledged",
        "key": case,
        "id": cage.new("message id"),
        "variables": {"statementHash": statement, "note": cage.new("message")},
    }
    await inside.post("back-office", "/v1/messages", told)
    refused = await _refused(inside, cage)
    for operator, element in (
        ("clerk-1", "make"),
        ("checker-1", "approval/check"),
        ("lead-1", "approval/approve"),
    ):
        task = await inside.task(operator, case, element)
        body = {"outcome": "approve", "contentHash": task["contentHash"]}
        body["comment"] = cage.new(f"comment {element}")
        key = cage.new(f"idempotency key {element}")
        path = f"/v1/tasks/{task['taskId']}/complete"
        decided = await inside.ask(operator, "POST", path, json=body, key=key)
        assert decided.is_success, decided.text
    answer = await inside.waits(case, "follow_up/survey_answered")
    await inside.tell("survey.answered", answer["key"], csat=5, comment=cage.new("survey"))
    await inside.when(case, status="CLOSED", outcome="completed")
    return refused


async def _refused(inside: House, cage: Cage) -> list[str]:
    """Bad requests with canaries at every place; what comes back must not repeat them."""
    text, field = cage.new("problem"), cage.put("field name", f"id{secrets.randbelow(10**18):018}")
    answers = [
        await inside.ask("back-office", "POST", "/v1/cases", json={field: text, "item": [text]}),
        await inside.ask("back-office", "POST", "/v1/cases", content=f'{{"{text}'.encode(),
                         headers={"Content-Type": "application/json"}),
        await inside.ask("auditor-1", "GET", f"/v1/cases/{text}"),
        await inside.ask("auditor-1", "GET", "/v1/cases", params={field: text, "cursor": text}),
        await inside.ask("ops-1", "POST", "/v1/messages", json={"name": text}),
        await inside.ask("ops-1", "POST", "/codec/decode", json={"payloads": [{"data": text}]}),
        await inside.http.get(f"/{text}", headers={"Authorization": f"Bearer {text}"}),
        await inside.http.get("/v1/cases", headers={"Authorization": f"Bearer {text}"}),
    ]  # fmt: skip
    assert all(400 <= answer.status_code < 500 for answer in answers)
    metrics = await inside.http.get("/metrics")
    return [f"{dict(answer.headers)} {answer.text}" for answer in (*answers, metrics)]


@contextlib.asynccontextmanager
async def _worker(inside: House, address: str, encryption: str) -> AsyncIterator[None]:
    mortals = Mortals(
        house=inside, address=address, spawning=ByCommand(), deaths=[],
        more={"BAOQUAN_PAYLOAD_ENCRYPTION": encryption},
    )  # fmt: skip
    working = asyncio.create_task(mortals.work())
    try:
        yield
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


# --- what a case does not happen to do ---------------------------------------------------------


async def _every_other_path(client: Client, cage: Cage) -> None:
    """A workflow that fails, beats, remembers, calls and passes on, with one canary everywhere."""
    text, name = cage.new("workflow input"), f"BQ-{uuid.uuid4().hex[:8]}"
    for told in (
        "beats", "failed", "details", "back", "pause", "remote", "local", "child", "memo",
        "case", "fail in a child", "fail details", "said", "taken", "refused",
    ):  # fmt: skip
        cage.put(told, f"{text} {told}")
    async with Worker(
        client, task_queue="others", workflows=[Everything, Called], activities=[echo],
        workflow_runner=sandboxed(),
    ):  # fmt: skip
        case = await client.start_workflow(
            Everything.run, text, id=name, task_queue="others", memo={"who": f"{text} memo"},
            static_summary=f"{text} case", static_details=f"{text} details",
        )  # fmt: skip
        await case.signal(Everything.say, f"{text} said")
        await case.execute_update(Everything.tell, text)
        with contextlib.suppress(Exception):
            await case.execute_update(Everything.tell, f"{text} refused")
        await case.query(Everything.hears, text)
        for _ in range(200):
            if (await case.describe()).run_id != case.first_execution_run_id:
                break
            await asyncio.sleep(0.05)
        await client.get_workflow_handle(name).terminate("over", f"{text} details")


async def _histories(client: Client) -> bytes:
    """Every history, as it is exported: in Temporal's JSON, and in its wire format."""
    exported = b""
    async for one in client.list_workflows(""):
        handle = client.get_workflow_handle(one.id, run_id=one.run_id)
        history = await handle.fetch_history()
        exported += history.to_json().encode()
        exported += b"".join(event.SerializeToString() for event in history.events)
    assert exported
    return exported


@contextlib.contextmanager
def _logs(path: Path) -> Iterator[None]:
    """Everything that this process logs (API, client), down to the last detail."""
    handler = logging.FileHandler(path)
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("temporalio.activity").setLevel(logging.ERROR)  # as `python -m workers` does
    logging.getLogger("httpx").setLevel(logging.WARNING)  # the callers' own side
    try:
        yield
    finally:
        for name in ("temporalio.activity", "httpx"):
            logging.getLogger(name).setLevel(logging.NOTSET)
        root.setLevel(before)
        root.removeHandler(handler)
        handler.close()
