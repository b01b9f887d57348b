"""Many small cases: begun by messages, stuck together or waiting together, seen in the database."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.builders.process import ProcessBuilder, a_flow, a_process, message, timer
from tests.host.world import wire
from tests.journeys.house import House
from workflows.domain.start import Trigger

Json = dict[str, Any]
LATER = "P-LATER"
"""A policy that is not on the books yet."""


def stuck() -> ProcessBuilder:
    """Something is done for good, then a policy is asked for that nobody knows."""
    drawn = a_process("manystuck").start("s", message("go"))
    drawn.service(
        "note", "anomaly.record", inputs={"class": '="SYSTEM"', "reason": '="for a test"'}
    )
    drawn.service(
        "look",
        "verification.policy",
        retries="1",
        inputs={
            "policyNo": f'="{LATER}"',
            "noticeArrivedAt": '=date and time("2026-10-12T09:30:00+08:00")',
        },
    )
    return drawn.end("e")


def waiting() -> ProcessBuilder:
    """Two papers are awaited side by side, and one hour at most."""
    drawn = a_process("manywait").start("s", message("come")).parallel("fork")
    drawn.receive("first", message("first", "=name")).parallel("join").end("e")
    return drawn.at("fork").receive("second", message("second", "=name")).connect("join")


def changed() -> ProcessBuilder:
    """The first paper belongs to a sub-process with a limit of its own; the join is another."""
    inner = a_flow().start("in").receive("first", message("first", "=name")).end("out")
    drawn = a_process("manywait").start("s", message("come")).parallel("fork")
    drawn.sub_process("gather", inner).inclusive("gathered").end("e")
    drawn.boundary("gather", "late", timer(duration="P3D")).end("too_late")
    return drawn.at("fork").receive("second", message("second", "=name")).connect("gathered")


async def deploy(home: House, drawn: ProcessBuilder) -> int:
    """Deploy a model; returns its version."""
    files = {"model.bpmn": drawn.xml().decode()}
    told = await home.post("ops-1", "/v1/definitions", {"files": files})
    return int(told["definitions"][0]["version"])


async def begin(home: House, process: str, count: int) -> None:
    """Begin cases, each by a message of its own, as the broker does."""
    at = datetime.now(UTC) + timedelta(seconds=home.settings.clock_offset)
    for first in range(0, count, 50):
        async with home.database.work() as books:
            for number in range(first, min(first + 50, count)):
                trigger = Trigger(
                    kind="message",
                    source=f"{process}-{number}",
                    at=at,
                    by="back-office",
                    name=process,
                    key=f"k{number}",
                    variables=wire({"name": f"k{number}"}),
                    clock_offset=home.settings.clock_offset,
                )
                assert await books.starts.begin_at(trigger, process, "s") is not None


async def tell(home: House, name: str, keys: list[str]) -> None:
    """Publish a message for each key, some at a time."""
    turns = asyncio.Semaphore(8)

    async def one(key: str) -> None:
        async with turns:
            while True:
                body = {"name": name, "key": key, "variables": {"name": key}, "ttl": "PT2H"}
                answer = await home.ask(
                    "back-office", "POST", "/v1/messages", key=f"published-{name}-{key}", json=body
                )
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    assert answer.is_success, answer.text
                    return
                await asyncio.sleep(0.5)

    async with asyncio.TaskGroup() as group:
        for key in keys:
            group.create_task(one(key))


def put_on_the_books(home: House) -> None:
    """The policy that nobody knew is there now."""
    with sqlite3.connect(home.folder / "baoquan.db", timeout=30) as books:
        columns = [row[1] for row in books.execute("PRAGMA table_info(policies)")]
        kept = ", ".join(name for name in columns if name != "policy_no")
        books.execute(
            f"INSERT INTO policies (policy_no, {kept}) "
            f"SELECT '{LATER}', {kept} FROM policies WHERE policy_no = 'P-PARTIAL'"
        )


def count(home: House, query: str, *values: str) -> int:
    """What a query of one number says."""
    return int(home.rows(query, *values)[0][0])


async def until(home: House, query: str, wanted: int, patience: float = 60.0) -> None:
    """Wait until a query gives a number."""
    end = time.monotonic() + patience
    found = -1
    while time.monotonic() < end:
        found = count(home, query)
        if found == wanted:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"not {wanted} but {found}: {query}")


async def batch(home: House, do: str, wanted: Json, **more: Any) -> Json:
    """Order a batch."""
    body = {"do": do, "filter": wanted, "reason": "for a test", **more}
    return await home.post("ops-1", "/v1/batches", body)


async def finished(home: House, batch_id: str, patience: float = 60.0) -> Json:
    """Wait for the end of a batch."""
    end = time.monotonic() + patience
    told: Json = {}
    while time.monotonic() < end:
        told = await home.get("ops-1", f"/v1/batches/{batch_id}")
        if told["state"] in ("COMPLETED", "STOPPED", "CANCELLED"):
            return told
        await asyncio.sleep(0.2)
    raise AssertionError(f"not finished: {told}")


def nothing_twice(home: House, cases: int) -> None:
    """Every case has had each of its effects once, and is over."""
    effects = Counter(
        home.rows(
            "SELECT effects.element, count(*) FROM effects JOIN cases ON cases.id = case_id "
            "WHERE process_id = 'manystuck' GROUP BY effects.element"
        )
    )
    assert set(effects) == {("note", cases), ("look", cases)}
    noted = "SELECT count(*), count(DISTINCT case_id) FROM anomalies WHERE element = 'note'"
    assert home.rows(noted) == [(cases, cases)]
    over = "SELECT outcome, count(*) FROM cases WHERE process_id = 'manystuck' GROUP BY outcome"
    assert home.rows(over) == [("completed", cases)]
    replayed = "SELECT count(*), count(DISTINCT case_id), count(finished_at) FROM replays"
    assert home.rows(replayed) == [(cases, cases, cases)]


def refusals(home: House) -> list[tuple[Any, ...]]:
    """What batches could not do, and why."""
    query = "SELECT problem, detail, count(*) FROM batch_items WHERE state = 'FAILED' GROUP BY 1, 2"
    return home.rows(query)
