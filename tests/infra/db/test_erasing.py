"""A person's data goes, with a record of it; chains stay whole, and forged gaps are found."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.auditing.case_file import read_case_file
from infra.db.chain.emptying import EMPTIED
from infra.db.chain.erasing import Erasure, Extent
from infra.db.tables import cases, metadata, parties
from infra.db.tables.erasures import erased_cases, erasures
from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import NOW
from tests.infra.db.test_salting import PHONE, a_life
from tests.unsealing import write_sealed

LATER = NOW + timedelta(days=3_660)
LATEST = LATER.date()
PERSON: dict[str, Any] = {
    "id": "PT-S3", "kind": "PERSON", "name": PHONE, "id_type": "CN_RIC", "id_no": PHONE,
    "nationality": "CN", "capacity": "FULL", "vulnerable": False, "aml_listed": False,
    "critically_ill": False, "salt": "5a",
}  # fmt: skip
ERASURE = Erasure(
    id="ER-1", party_id="PT-S3", basis="RETENTION_OVER", reason="asked for",
    proposed_by="admin-1", proposed_at=LATER,
)  # fmt: skip


@pytest.fixture
async def lived(database: Database, owner: AsyncEngine) -> Database:
    """A case of a person, over for good, with their telephone number wherever it may stand."""
    async with owner.begin() as connection:
        await write_sealed(connection, parties.parties, PERSON)
    await a_life(database)
    await over(owner, NOW)
    return database


async def over(owner: AsyncEngine, at: datetime | None) -> None:
    async with owner.begin() as connection:
        await connection.execute(update(cases.cases).values(finished_at=at))


async def extent(database: Database, today: date = LATEST) -> Extent:
    async with database.work() as books:
        found = await books.erasures.extent("PT-S3", today=today, keep_years=10)
    assert found is not None
    return found


async def erase(database: Database) -> None:
    found = await extent(database)
    async with database.work() as books:
        await books.erasures.propose(ERASURE)
        await books.erasures.carry_out(ERASURE, found, "auditor-1", LATER)


async def is_whole(database: Database) -> bool:
    async with database.work() as books:
        return (await books.audit.verify("BQ-1")).intact


async def tables_with(database: Database, text: str) -> set[str]:
    async with database.snapshot() as connection:
        return {
            table.name
            for table in metadata.sorted_tables
            if any(
                text in str(value)
                for row in await connection.execute(select(table))
                for value in row
            )
        }


async def test_nothing_of_an_erased_person_is_left_and_the_chain_is_whole(lived: Database):
    assert await tables_with(lived, PHONE) >= {"parties", "journal", "effects", "messages"}

    await erase(lived)

    assert await tables_with(lived, PHONE) == {"messages"}, "which retention has forgotten by then"
    assert await is_whole(lived)


async def test_the_record_says_who_when_and_why_in_every_chain_that_lost_something(
    lived: Database,
):
    await erase(lived)

    async with lived.work() as books:
        of_case = (await books.audit.chain("BQ-1"))[-1].change
        register = [each.change for each in await books.audit.chain("erasures")]
        assert (await books.audit.verify("erasures")).intact
    assert (of_case.action, of_case.actor, of_case.at) == ("case.erase", "auditor-1", LATER)
    assert of_case.detail["basis"] == "RETENTION_OVER"
    assert of_case.detail["proposedBy"] == "admin-1"
    emptied: Any = of_case.detail["emptied"]
    assert emptied["journal"] == 3
    assert [(each.action, each.actor) for each in register] == [
        ("subject.propose-erasure", "admin-1"), ("subject.erase", "auditor-1"),
    ]  # fmt: skip


async def test_a_pack_of_an_erased_case_shows_hashes_where_the_content_was(lived: Database):
    await erase(lived)

    async with lived.snapshot() as connection:
        file = await read_case_file(connection, "BQ-1")
    assert {row["masked"] for row in file.journal} == {True}
    assert {len(row["sha256"]) for row in file.journal} == {64}


@pytest.mark.parametrize("table", sorted(EMPTIED))
async def test_a_row_emptied_without_a_record_is_a_finding(
    lived: Database, owner: AsyncEngine, table: str
):
    """Somebody lists the case as erased by hand, empties rows, and writes no record."""
    async with owner.begin() as connection:
        await connection.execute(insert(erasures), dict(_row()))
        await connection.execute(insert(erased_cases), {"case_id": "BQ-1", "erasure_id": "ER-1"})
        await connection.execute(update(metadata.tables[table]).values(**EMPTIED[table]))

    assert not await is_whole(lived)


@pytest.mark.parametrize("table", sorted(EMPTIED))
async def test_the_database_lets_nothing_but_the_content_of_an_erased_case_go(
    lived: Database, owner: AsyncEngine, table: str
):
    changed = {name: left for name, left in EMPTIED[table].items() if name != "salt"}
    with pytest.raises(DBAPIError):
        await _change(owner, table, EMPTIED[table])
    await erase(lived)

    with pytest.raises(DBAPIError):
        await _change(owner, table, {"case_id": "BQ-2"})
    with pytest.raises(DBAPIError):
        await _change(owner, table, {**changed, "salt": "5a"})
    with pytest.raises(DBAPIError):
        await _change(owner, table, None)


async def _change(owner: AsyncEngine, name: str, values: Any) -> None:
    table = metadata.tables[name]
    async with owner.begin() as connection:
        await connection.execute(table.delete() if values is None else update(table).values(values))


def _row() -> dict[str, Any]:
    return {
        "id": "ER-1", "party_id": "PT-S3", "basis": "UNLAWFUL", "reason": "",
        "proposed_by": "m", "proposed_at": NOW,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("ended", "today", "until"),
    [(None, LATEST, None), (NOW, date(2036, 10, 11), date(2036, 10, 12))],
    ids=["open", "too-lately"],
)
async def test_a_case_that_is_open_or_ended_too_lately_is_kept(
    lived: Database, owner: AsyncEngine, ended: datetime | None, today: date, until: date | None
):
    await over(owner, ended)

    (kept,) = (await extent(lived, today)).kept

    assert (kept.what, kept.id, kept.until) == ("case", "BQ-1", until)


async def test_whoever_is_under_a_legal_hold_is_kept(lived: Database, owner: AsyncEngine):
    async with owner.begin() as connection:
        await connection.execute(update(parties.parties).values(aml_listed=True))

    assert [kept.what for kept in (await extent(lived)).kept] == ["legal-hold"]
