"""Any edit of any row of the trail is found: hundreds at random here, ten thousand when slow.

Edits are made inside a transaction that is rolled back, with the guards taken away.
"""

import json
import os
import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.auditing.anchor_log import AnchorLog
from infra.auditing.verifier import verify_database
from infra.db.unit_of_work import Database
from tests.infra.auditing.test_tampering import EVIDENCE, OTHER, a_lived_case, anchored, log_of
from tests.shelf import Hand

MANY = int(os.environ.get("BAOQUAN_RANDOM_EDITS", "1000"))
"""Ten thousand take four minutes: set it for a long run."""

TABLES = ("audit", "audit_heads", *EVIDENCE)
UNBOUND = {"place", "no", "recorded_at"}
"""Places, numbers and times of the database's own; nothing is said about them."""
KINDS = ("change", "change", "change", "delete", "double", "exchange")


@dataclass(frozen=True)
class Dialect:
    """How a database is told to change one row, with its keys not looked after."""

    place: str
    mark: str
    loose: str

    def marks(self, count: int) -> list[str]:
        return [self.mark.format(no) for no in range(1, count + 1)]


DIALECTS = {
    "sqlite": Dialect("rowid", "?", "PRAGMA defer_foreign_keys=ON"),
    "postgresql": Dialect("ctid", "${}", "SET LOCAL session_replication_role = replica"),
}


def plain(value: Any) -> Any:
    """JSON as it is written down, wherever it was read already."""
    return json.dumps(value) if isinstance(value, dict | list) else value


def another(chance: random.Random, value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return value + chance.choice((-1, 1, 1_000))
        case date():  # and its times
            return value + timedelta(days=chance.choice((-1, 1)))
        case None:
            return chance.choice(("x", "2001-01-01 00:00:00.000000"))
        case str() if value[:1] in "{[":
            return chance.choice(('{"forged":1}', "nonsense", value + " x"))
    return chance.choice((value + "x", value[1:] + "?", "2001-01-01 00:00:00.000000", ""))


async def edit(connection: AsyncConnection, chance: random.Random) -> str:
    """One edit; answers what it was."""
    dialect = DIALECTS[connection.dialect.name]
    table, kind = chance.choice(TABLES), chance.choice(KINDS)
    query = f"SELECT {dialect.place} AS place, * FROM {table} ORDER BY 1"
    found = (await connection.exec_driver_sql(query)).mappings()
    rows = [{name: plain(value) for name, value in each.items()} for each in found]
    row, other = chance.choice(rows), chance.choice(rows)
    columns = [name for name in row if name not in UNBOUND]
    name = chance.choice(columns)
    where = f"WHERE {dialect.place} = '{row['place']}'"
    value = other[name] if kind == "exchange" else another(chance, row[name])
    match kind:
        case "delete":
            await connection.exec_driver_sql(f"DELETE FROM {table} {where}")
        case "double":
            listed = ", ".join(f'"{column}"' for column in columns)
            given = tuple(value if column == name else row[column] for column in columns)
            marks = ", ".join(dialect.marks(len(given)))
            await connection.exec_driver_sql(
                f"INSERT INTO {table} ({listed}) VALUES ({marks})", given
            )
        case _ if value == row[name]:
            return ""
        case _:
            (mark,) = dialect.marks(1)
            await connection.exec_driver_sql(
                f'UPDATE {table} SET "{name}" = {mark} {where}', (value,)
            )
    return f"{kind} {table}.{name} of {dict(row)}"


async def missed(owner: AsyncEngine, log: AnchorLog, seed: int, edits: int) -> list[str]:
    """What the verifier did not find."""
    chance, found, made = random.Random(seed), [], Counter[str]()  # noqa: S311
    async with owner.connect() as connection:
        for _ in range(edits):
            async with connection.begin() as transaction:
                await connection.exec_driver_sql(DIALECTS[connection.dialect.name].loose)
                try:
                    what = await edit(connection, chance)
                except DBAPIError:  # the schema itself refused it
                    what = ""
                if what:
                    made[what.split(".")[0]] += 1
                    report = await verify_database(connection, log)
                    if report.intact:
                        found.append(what)
                await transaction.rollback()
    assert sum(made.values()) > edits / 2, made
    return found


async def prepared(database: Database, hand: Hand, folder: Path) -> AnchorLog:
    await a_lived_case(database)
    await a_lived_case(database, OTHER)
    await anchored(database, folder)
    hand.unguard()
    return log_of(folder)


async def test_two_hundred_random_edits_are_all_found(
    database: Database, hand: Hand, owner: AsyncEngine, tmp_path: Path
) -> None:
    log = await prepared(database, hand, tmp_path)

    assert await missed(owner, log, seed=11, edits=200) == []


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_many_more_random_edits_are_all_found(
    database: Database, hand: Hand, owner: AsyncEngine, tmp_path: Path
) -> None:
    log = await prepared(database, hand, tmp_path)

    assert await missed(owner, log, seed=12, edits=MANY) == []
