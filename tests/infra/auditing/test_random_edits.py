"""Any edit of any row of the trail is found: hundreds at random here, ten thousand when slow.

Edits are made inside a transaction that is rolled back, with the guards taken away.
"""

import os
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.auditing.anchor_log import AnchorLog
from infra.auditing.verifier import verify_database
from infra.db.unit_of_work import Database
from tests.infra.auditing.test_tampering import EVIDENCE, OTHER, a_lived_case, anchored, log_of

MANY = int(os.environ.get("BAOQUAN_RANDOM_EDITS", "1000"))
"""Ten thousand take four minutes: set it for a long run."""

TABLES = ("audit", "audit_heads", *EVIDENCE)
UNBOUND = {"no", "recorded_at"}
"""Numbers and times of the database's own; nothing is said about them."""
KINDS = ("change", "change", "change", "delete", "double", "exchange")


async def columns_of(connection: AsyncConnection, table: str) -> list[str]:
    rows = (await connection.exec_driver_sql(f"PRAGMA table_info({table})")).mappings()
    return [row["name"] for row in rows if row["name"] not in UNBOUND]


def another(chance: random.Random, value: Any) -> Any:
    match value:
        case int():
            return value + chance.choice((-1, 1, 1_000))
        case None:
            return chance.choice(("x", "2001-01-01 00:00:00.000000"))
        case str() if value[:1] in "{[":
            return chance.choice(('{"forged":1}', "nonsense", value + " x"))
    return chance.choice((value + "x", value[1:] + "?", "2001-01-01 00:00:00.000000", ""))


async def edit(connection: AsyncConnection, chance: random.Random) -> str:
    """One edit; answers what it was."""
    table, kind = chance.choice(TABLES), chance.choice(KINDS)
    columns = await columns_of(connection, table)
    rows = (
        (await connection.exec_driver_sql(f"SELECT rowid AS place, * FROM {table}"))
        .mappings()
        .all()
    )
    row, other = chance.choice(rows), chance.choice(rows)
    name = chance.choice(columns)
    match kind:
        case "delete":
            await connection.exec_driver_sql(
                f"DELETE FROM {table} WHERE rowid = ?", (row["place"],)
            )
        case "double":
            listed = ", ".join(f'"{column}"' for column in columns)
            copied = ", ".join("?" if column == name else f'"{column}"' for column in columns)
            await connection.exec_driver_sql(
                f"INSERT INTO {table} ({listed}) SELECT {copied} FROM {table} WHERE rowid = ?",
                (another(chance, row[name]), row["place"]),
            )
        case _:
            value = other[name] if kind == "exchange" else another(chance, row[name])
            if value == row[name]:
                return ""
            await connection.exec_driver_sql(
                f'UPDATE {table} SET "{name}" = ? WHERE rowid = ?', (value, row["place"])
            )
    return f"{kind} {table}.{name} of {dict(row)}"


async def missed(database: Database, log: AnchorLog, seed: int, edits: int) -> list[str]:
    """What the verifier did not find."""
    chance, found, made = random.Random(seed), [], Counter[str]()  # noqa: S311
    async with database.engine.connect() as connection:
        for _ in range(edits):
            async with connection.begin() as transaction:
                await connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
                try:
                    what = await edit(connection, chance)
                except IntegrityError:  # the schema itself refused it
                    what = ""
                if what:
                    made[what.split(".")[0]] += 1
                    report = await verify_database(connection, log)
                    if report.intact:
                        found.append(what)
                await transaction.rollback()
    assert sum(made.values()) > edits / 2, made
    return found


async def prepared(database: Database, folder: Path) -> AnchorLog:
    await a_lived_case(database)
    await a_lived_case(database, OTHER)
    await anchored(database, folder)
    async with database.engine.begin() as connection:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in (await connection.exec_driver_sql(query)).all():
            await connection.exec_driver_sql(f"DROP TRIGGER {name}")
    return log_of(folder)


async def test_two_hundred_random_edits_are_all_found(database: Database, tmp_path: Path) -> None:
    log = await prepared(database, tmp_path)

    assert await missed(database, log, seed=11, edits=200) == []


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_many_more_random_edits_are_all_found(database: Database, tmp_path: Path) -> None:
    log = await prepared(database, tmp_path)

    assert await missed(database, log, seed=12, edits=MANY) == []
