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
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from infra.auditing.offline import export_url, sources
from tests.encryption import CODEC
from tests.infra.travelling import Called, Everything, echo
from tests.journeys.canaries import (
    TEMPORAL_STORE,
    Cage,
    in_files,
    in_pack,
    in_tables,
    unpacked,
)
from tests.journeys.canary_paths import a_loan, events_and_repairs
from tests.journeys.clock import WallClock
from tests.journeys.crashing import ByCommand, Mortals, file_server
from tests.journeys.house import CALL, HEARD, House, house
from tests.journeys.serving import free_port, serving
from tests.journeys.wire import Receive, Scope, Send
from tests.shelf import Hand, Shelf
from tests.unsealing import unsealed
from workers.sandbox import sandboxed

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

PERSONAL_TABLES = frozenset(
    {
        # the case: what was asked, decided, said, and what it did
        "cases", "case_requests", "journal", "effects", "human_tasks", "human_task_deeds",
        "messages", "message_deliveries", "surveys", "verifications",
        # what was heard and what began a case; a failure in the words of the model
        "signals", "begun_cases", "incidents",
        # what processes keep beyond their own end
        "data_store_entries",
        # what a caller was answered, to be answered the same again
        "idempotency_keys",
    }
)  # fmt: skip
"""The tables that may hold personal data in clear; no other may, the policy book least of all."""

ELSEWHERE = frozenset({"documents", "mail", "bank.db", "bank.db-wal", "bank.db-shm"})
"""The store of documents, which are papers about people; the mailbox and the bank are other
people's systems: a letter has to name its addressee, and an order to pay the payee."""


LOOKED_AT = frozenset(
    {
        "api.log", "workers.log", "temporal.log", "histories", "answers", "figures", "otlp",
        "trail.jsonl", "traces.db", "anchors.jsonl",
    }
)  # fmt: skip
"""Files that have to be among those searched: a search of nothing finds nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found, by place."""

    stored: dict[str, set[str]]
    """In Temporal's store."""
    told: dict[str, set[str]]
    """In everything else that lies about or leaves the house."""
    tables: dict[str, set[str]]
    canaries: int


async def test_canaries(furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = await _searched(furnished, tmp_path, monkeypatch, "required")

    assert (found.stored, found.told) == ({}, {})
    assert set(found.tables) <= PERSONAL_TABLES, found.tables
    assert found.canaries >= 22


async def test_canaries_are_found_with_encryption_off(
    furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await _searched(furnished, tmp_path, monkeypatch, "off")

    places = {path for paths in found.stored.values() for path in paths}
    assert len(places) >= 15, sorted(places)
    assert set(found.told) == {"histories"}


@pytest.mark.long
async def test_canaries_on_events_repairs_and_loans(
    furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await _searched(furnished, tmp_path, monkeypatch, "required", further=True)

    assert (found.stored, found.told) == ({}, {})
    assert set(found.tables) <= PERSONAL_TABLES, found.tables
    assert found.canaries >= 45


@pytest.mark.long
async def test_canaries_on_postgresql(
    furnished_server: tuple[Path, Shelf, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnished, shelf, template = furnished_server
    hand = shelf.hand(shelf.copy(template, "canaries"))

    found = await _searched(furnished, tmp_path, monkeypatch, "required", hand)

    assert (found.stored, found.told) == ({}, {})
    assert "journal" in found.tables
    assert set(found.tables) <= PERSONAL_TABLES, found.tables


async def _searched(
    furnished: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    encryption: str,
    hand: Hand | None = None,
    *,
    further: bool = False,
) -> Found:
    """Live through everything with canaries, then look at every byte that is left."""
    cage, home, server = Cage(), tmp_path / "house", tmp_path / "temporal"
    shutil.copytree(furnished, home)
    server.mkdir()
    codec = CODEC if encryption == "required" else None
    monkeypatch.setenv("BAOQUAN_TRACES", "local")
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(_logs(home / "api.log"))
        collector = await stack.enter_async_context(_collector(tmp_path / "otlp"))
        monkeypatch.setenv("BAOQUAN_OTLP_ENDPOINT", collector)
        client, address = await stack.enter_async_context(file_server(server, codec=codec))
        clock = WallClock("2026-10-12T09:30:00+08:00")
        inside = await stack.enter_async_context(house(home, client, clock, hand=hand))
        inside.patience = 110.0
        ports = await stack.enter_async_context(_worker(inside, address, encryption))
        case, answers = await _a_case(inside, cage)
        if further:
            answers += await events_and_repairs(inside, client, cage)
            await a_loan(inside, cage)
        await _every_other_path(client, cage)
        (tmp_path / "histories").write_bytes(await _histories(client))
        (tmp_path / "answers").write_text("\n".join(answers))
        (tmp_path / "figures").write_bytes(await _figures(inside, ports))
        (tmp_path / "trail.jsonl").write_bytes(await _exported(inside))
        pack = await inside.ask("auditor-1", "GET", f"/v1/cases/{case}/evidence")
    evidence = in_pack(cage, pack.content)
    files = [
        *(tmp_path / name for name in ("otlp", "histories", "answers", "figures", "trail.jsonl")),
        server / "temporal.log", *_told(home),
    ]  # fmt: skip
    assert {path.name for path in files} >= LOOKED_AT
    assert all(path.stat().st_size for path in files if path.name in LOOKED_AT)
    papers = {name for name in evidence if name.startswith(("documents/", "letters/"))}
    return Found(
        stored=in_files(cage, server.glob(TEMPORAL_STORE)),
        told=in_files(cage, files) | {name: evidence[name] for name in set(evidence) - papers},
        tables=in_tables(cage, inside.hand),
        canaries=len(cage.known),
    )


def _told(home: Path) -> Iterator[Path]:
    """Everything in the data folder but the policy book, the documents, and others' systems."""
    for path in home.rglob("*"):
        inside = path.relative_to(home).parts
        if path.is_file() and inside[0] not in ELSEWHERE and not inside[0].startswith("baoquan.db"):
            yield path


@contextlib.asynccontextmanager
async def _collector(file: Path) -> AsyncIterator[str]:
    """An OTLP collector that keeps whatever it is sent, as it was before it was compressed."""

    async def collect(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        with file.open("ab") as kept:
            kept.write(unpacked(headers, body))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async with serving(collect, free_port(), lifespan="off") as address:
        yield address


async def _figures(inside: House, ports: tuple[int, ...]) -> bytes:
    """What Prometheus gets: from the API, the workers, and Temporal's SDK in them."""
    async with httpx.AsyncClient() as scraper:
        addresses = [f"http://127.0.0.1:{port}/metrics" for port in ports]
        answers = [
            await scraper.get(address)
            for address in (f"{inside.settings.public_url}/metrics", *addresses)
        ]
    assert all(answer.is_success and answer.content for answer in answers)
    return b"\n".join(answer.content for answer in answers)


async def _exported(inside: House) -> bytes:
    """The whole trail, as an auditor takes it away: once there is an anchor to prove it with."""
    given = sources(inside.settings.database_url, inside.folder / "anchors", ())
    lines = [line async for line in export_url(given, None)]
    assert len(lines) > 20
    return "\n".join(lines).encode()


# --- a case of the product ---------------------------------------------------------------------


async def _a_case(inside: House, cage: Cage) -> tuple[str, list[str]]:
    """S3 with canaries on every way in; returns the case, and what callers were refused with."""
    for path, place, where in (
        ("name", "parties.name", "x.id = 'PT-S3'"),
        ("national id", "parties.id_no", "x.id = 'PT-S3'"),
        ("contact", "contact_points.value", "party_id = 'PT-S3' AND kind = 'PHONE'"),
        ("account", "bank_accounts.account_no", "x.id = 'AC-S3-1'"),
    ):
        cage.put(path, unsealed(inside.rows, place, where)[0])
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
        ("checker-2", CALL),
        ("checker-1", "approval/check"),
        ("lead-1", "approval/approve"),
    ):
        task = await inside.task(operator, case, element)
        body = {"outcome": "approve", "contentHash": task["contentHash"]}
        body["comment"] = cage.new(f"comment {element}")
        if element == CALL:
            body["variables"] = {"answers": HEARD, "note": cage.new("call-back")}
        key = cage.new(f"idempotency key {element}")
        path = f"/v1/tasks/{task['taskId']}/complete"
        decided = await inside.ask(operator, "POST", path, json=body, key=key)
        assert decided.is_success, decided.text
    answer = await inside.waits(case, "follow_up/survey_answered")
    await inside.tell("survey.answered", answer["key"], csat=5, comment=cage.new("survey"))
    await inside.when(case, status="CLOSED", outcome="completed")
    return case, refused


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
    return [f"{dict(answer.headers)} {answer.text}" for answer in answers]


@contextlib.asynccontextmanager
async def _worker(inside: House, address: str, encryption: str) -> AsyncIterator[tuple[int, ...]]:
    """A worker process as it is shipped; yields the ports of its figures."""
    ports = free_port(), free_port()
    mortals = Mortals(
        house=inside, address=address, spawning=ByCommand(), deaths=[],
        more={
            "BAOQUAN_PAYLOAD_ENCRYPTION": encryption,
            "BAOQUAN_DATABASE_URL": inside.settings.database_url,
            "BAOQUAN_WORKER_METRICS_PORT": str(ports[0]),
            "BAOQUAN_SDK_METRICS_PORT": str(ports[1]),
            "BAOQUAN_ANCHOR_SECONDS": "1",
        },
    )  # fmt: skip
    working = asyncio.create_task(mortals.work())
    try:
        yield ports
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
