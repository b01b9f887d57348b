"""Eleven ways to forge a trail with the file in hand: which the verifier sees by itself.

It sees whatever leaves chain, head or evidence at odds. It cannot see a database that is consistent
in itself and yet not the one that was: those need anchors kept outside, and are listed here so that
nobody takes the chain for more than it is.
"""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import NOW, accepted, batch, entry, started
from tests.infra.db.conftest import url_of
from workflows.domain.audit import GENESIS, AuditRecord, Change, chain_hash
from workflows.domain.canonical import canonical_json
from workflows.domain.effects import Effect

CASE = "BQ-1"


async def a_lived_case(database: Database) -> None:
    await accepted(database)
    async with database.work() as books:
        await books.journal.append(batch(started(), entry(2, "statusChanged", status="ACCEPTED")))
        for no in (1, 2, 3):
            await books.effects.record(
                Effect(
                    key=f"{CASE}/e/{no}",
                    kind="execution.commit",
                    case_id=CASE,
                    instance_id=CASE,
                    element="e",
                    result={"amount": {"t": "number", "v": str(no)}},
                    at=NOW,
                    detail={"amount": f"{no}.00"},
                )
            )


async def the_chain(database: Database) -> list[AuditRecord]:
    async with database.reading() as room:
        return list(await room.audit.records(CASE))


def rewrite(file: sqlite3.Connection, records: list[AuditRecord], **changed: str) -> None:
    """Write the chain anew from its contents, with one record's actor changed: all hashes fit."""
    file.execute("DELETE FROM audit WHERE stream = ?", (CASE,))
    previous = GENESIS
    for seq, made in enumerate(records, start=1):
        change = made.change
        actor = changed.get("actor", change.actor) if seq == 1 else change.actor
        forged = Change(
            stream=CASE, action=change.action, actor=actor, at=change.at,
            object_type=change.object_type, object_id=change.object_id, detail=change.detail,
        )  # fmt: skip
        own = chain_hash(forged, seq, previous)
        file.execute(
            "INSERT INTO audit (stream, seq, previous, hash, action, actor, at, object_type,"
            " object_id, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (CASE, seq, previous, own, change.action, actor,
             change.at.strftime("%Y-%m-%d %H:%M:%S.%f"), change.object_type, change.object_id,
             canonical_json(change.detail)),
        )  # fmt: skip
        previous = own
    file.execute(
        "UPDATE audit_heads SET seq = ?, hash = ? WHERE stream = ?", (len(records), previous, CASE)
    )


def run(*statements: str) -> Callable[[sqlite3.Connection, list[AuditRecord]], None]:
    def forge(file: sqlite3.Connection, _: list[AuditRecord]) -> None:
        for statement in statements:
            file.execute(statement)

    return forge


CUT = "DELETE FROM audit WHERE seq = 5"
HEAD_BACK = (
    "UPDATE audit_heads SET seq = 4, hash = (SELECT hash FROM audit WHERE seq = 4)"
    " WHERE stream = 'BQ-1'"
)
EVIDENCE = ("DELETE FROM effects", "DELETE FROM journal", "DELETE FROM human_task_deeds")
SEEN = {
    "a field is changed": run("UPDATE audit SET actor = 'x' WHERE seq = 2"),
    "a record is taken out": run("DELETE FROM audit WHERE seq = 3"),
    "two records change places": run(
        "UPDATE audit SET seq = 99 WHERE seq = 3",
        "UPDATE audit SET seq = 3 WHERE seq = 4",
        "UPDATE audit SET seq = 4 WHERE seq = 99",
    ),
    "a record is put in": run(
        "UPDATE audit SET seq = seq + 100 WHERE seq > 2",
        "INSERT INTO audit SELECT stream, 3, previous, hash, action, actor, at, object_type,"
        " object_id, detail, recorded_at FROM audit WHERE seq = 2",
        "UPDATE audit SET seq = seq - 99 WHERE seq > 99",
    ),
    "a record and its own hash are changed": run(
        "UPDATE audit SET actor = 'x', hash = 'f' || substr(hash, 2) WHERE seq = 2"
    ),
    "the end is cut off": run(CUT),
    "the end is cut off and the head put back": run(CUT, HEAD_BACK),
    "everything is emptied but what was done": run("DELETE FROM audit", "DELETE FROM audit_heads"),
    "the result of an effect is changed": run(
        'UPDATE effects SET result = \'{"amount":{"t":"number","v":"9"}}\' WHERE key = \'BQ-1/e/2\''
    ),
}
UNSEEN = {
    "the whole chain is written anew, with its head": lambda file, records: rewrite(
        file, records, actor="somebody"
    ),
    "everything is emptied, with what was done": run(
        "DELETE FROM audit", "DELETE FROM audit_heads", *EVIDENCE
    ),
    "the end is cut off, with what it vouched for": run(
        CUT, HEAD_BACK, "DELETE FROM effects WHERE key = 'BQ-1/e/3'"
    ),
}


async def intact_after(
    database: Database, forge: Callable[[sqlite3.Connection, list[AuditRecord]], None]
) -> bool:
    records = await the_chain(database)
    file = sqlite3.connect(str(database.engine.url.database), isolation_level=None)
    for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        file.execute(f"DROP TRIGGER {name}")
    forge(file, records)
    file.close()
    async with database.reading() as room:
        return (await room.audit.verify(CASE)).intact


@pytest.mark.parametrize("way", SEEN)
async def test_a_forgery_at_odds_with_itself_is_seen(database: Database, way: str) -> None:
    await a_lived_case(database)

    assert not await intact_after(database, SEEN[way])


@pytest.mark.parametrize("way", UNSEEN)
async def test_a_forgery_consistent_in_itself_needs_an_anchor(database: Database, way: str) -> None:
    await a_lived_case(database)

    assert await intact_after(database, UNSEEN[way])


async def test_an_older_copy_of_the_file_needs_an_anchor(
    database: Database, tmp_path: Path
) -> None:
    await accepted(database)
    await database.close()
    shutil.copy(tmp_path / "baoquan.db", tmp_path / "older.db")
    older = Database.at(url_of(tmp_path / "older.db"))

    async with older.reading() as room:
        verdict = await room.audit.verify(CASE)

    await older.close()
    assert verdict.intact


async def test_not_even_replacing_a_record_gets_past_the_guards(database: Database) -> None:
    await a_lived_case(database)
    replacing = (
        "INSERT OR REPLACE INTO audit SELECT stream, seq, previous, hash, action, 'x', at,"
        " object_type, object_id, detail, recorded_at FROM audit WHERE seq = 1"
    )

    async with database.engine.begin() as connection:
        with pytest.raises(Exception, match="append-only"):
            await connection.exec_driver_sql(replacing)
