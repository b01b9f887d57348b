"""The work every variant does: one function behind every activity type, and what it writes.

``memory``: nothing is written, the step's typed result is returned; what is measured is the
orchestration alone. ``sqlite``: one transaction (WAL, synchronous FULL) writes the effect and the
journal that rode along, so what Temporal does is a smaller part of the whole.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

from temporalio import activity

from benchmarks.surrender import doorbell
from benchmarks.surrender.case import ANSWERS
from workflows.contracts.activity import TaskAnswer, TaskCall
from workflows.contracts.human_task import HUMAN_TASK_ACT, JOURNAL_FLUSH, ActAnswer, ActCall
from workflows.contracts.journal import JournalBatch, JournalReceipt

Effects = Literal["memory", "sqlite"]


class Book:
    """Where effects and journals go."""

    def __init__(self, file: Path | None) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._file = file
        self._connection: sqlite3.Connection | None = None

    async def write(self, effect_key: str, journal: JournalBatch | None) -> None:
        """Write an effect and the journal that rode along, in one transaction."""
        if self._file is not None:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._thread, self._write, effect_key, journal)
        if journal is not None:
            _ring(journal)

    def _write(self, effect_key: str, journal: JournalBatch | None) -> None:
        rows = (
            []
            if journal is None
            else [
                (journal.instance_id, entry.seq, entry.model_dump_json())
                for entry in journal.entries
            ]
        )
        connection = self._connect()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT OR IGNORE INTO effect VALUES (?)", (effect_key,))
        connection.executemany("INSERT OR IGNORE INTO journal VALUES (?, ?, ?)", rows)
        connection.execute("COMMIT")

    def _connect(self) -> sqlite3.Connection:
        if self._connection is None:
            connection = sqlite3.connect(str(self._file), isolation_level=None)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("CREATE TABLE IF NOT EXISTS effect (key TEXT PRIMARY KEY)")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS journal"
                " (instance TEXT, seq INTEGER, entry TEXT, PRIMARY KEY (instance, seq))"
            )
            self._connection = connection
        return self._connection


def _ring(journal: JournalBatch) -> None:
    for entry in journal.entries:
        if entry.kind == "taskOpened":
            doorbell.ring(journal.instance_id, entry.key or 0, entry.data["contentHash"])


def activities(book: Book) -> list[Callable[..., Any]]:
    """Build what a worker serves: every step by the same function, and the platform's own."""

    @activity.defn(name=JOURNAL_FLUSH)
    async def flush(batch: JournalBatch) -> JournalReceipt:
        last = batch.entries[-1].seq if batch.entries else 0
        await book.write(f"{batch.instance_id}/journal/{last}", batch)
        return JournalReceipt()

    @activity.defn(name=HUMAN_TASK_ACT)
    async def act(call: ActCall) -> ActAnswer:
        await book.write(f"{call.instance_id}/act/{call.act.request_id}", call.journal)
        return ActAnswer(assignee=call.act.actor)

    return [flush, act, *(_step(book, type_) for type_ in ANSWERS)]


def _step(book: Book, type_: str) -> Callable[..., Any]:
    answer = TaskAnswer(variables=ANSWERS[type_])

    @activity.defn(name=type_)
    async def run(call: TaskCall) -> TaskAnswer:
        await book.write(call.effect_key, call.journal)
        return answer

    return run
