"""Personal data lies under a key of its person: nowhere in clear, in no other's row, erasable."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.chain.sealing import destroy_key, needs, rewrap
from infra.db.connections.field_keys import NAMED_BY, FieldKeys, give_field_keys
from infra.db.tables import metadata
from infra.db.tables.parties import contact_points, parties
from infra.db.tables.sealed import Mark, Sealed, subject_keys
from infra.db.unit_of_work import Database
from infra.payload_keys import FILE_NAME, KeyFile, PayloadKeyError
from tests.shelf import Hand
from workflows.domain.party import BankAccount, Party

AT = datetime(2026, 10, 12, 1, tzinfo=UTC)
BORN = date(1980, 2, 29)
SECRETS = ("林晓梅", "11010519800229002X", "6222000000000017", "1980-02-29")


def person(party_id: str) -> Party:
    return Party(
        id=party_id, kind="PERSON", name=SECRETS[0], id_type="CN_RIC", id_no=SECRETS[1],
        id_valid_to=None, born_on=BORN, sex="F", nationality="CN", capacity="FULL",
        vulnerable=False, aml_listed=False,
    )  # fmt: skip


def account(party_id: str) -> BankAccount:
    return BankAccount(
        id=f"AC-{party_id}", party_id=party_id, bank="ICBC", account_no=SECRETS[2],
        holder_name=SECRETS[0], added_at=AT, match="UNCHECKED",
    )  # fmt: skip


@pytest.fixture
async def books(database: Database) -> Database:
    async with database.work() as work:
        for party_id in ("PT-A", "PT-B"):
            await work.parties.enter(person(party_id))
            await work.parties.open_account(account(party_id))
    return database


@pytest.mark.usefixtures("books")
async def test_nothing_personal_lies_in_clear(hand: Hand):
    lying = str(hand.contents())

    assert "PT-A" in lying
    assert [each for each in SECRETS if each in lying] == []


async def test_who_reads_through_the_product_gets_it(books: Database):
    async with books.reading() as room:
        assert await room.parties.get("PT-A") == person("PT-A")
        assert await room.parties.accounts("PT-B") == (account("PT-B"),)
        found = await room.parties.named("CN_RIC", SECRETS[1])
        assert found is not None
        assert await room.parties.named("CN_RIC", "110105198002290000") is None


@pytest.mark.usefixtures("books")
async def test_equal_values_lie_there_differently_and_have_equal_marks(owner: AsyncEngine):
    query = "SELECT count(DISTINCT account_no), count(DISTINCT mark) FROM bank_accounts"
    async with owner.connect() as connection:
        counts = (await connection.execute(text(query))).one()

    assert tuple(counts) == (2, 1)


async def test_a_destroyed_key_erases_every_value_where_it_lies(
    books: Database, owner: AsyncEngine
):
    async with owner.begin() as connection:
        before = await _lying(connection)
        assert await destroy_key(connection, "PT-A", AT) == 1
        assert await _lying(connection) == before, "nothing has to be found and emptied"

    async with books.reading() as room:
        gone, other = await room.parties.get("PT-A"), await room.parties.get("PT-B")
        (emptied,) = await room.parties.accounts("PT-A")
    assert gone is not None
    assert (gone.name, gone.id_no, gone.born_on) == ("", "", None)
    assert (emptied.account_no, emptied.holder_name) == ("", "")
    assert other == person("PT-B")


async def _lying(connection: AsyncConnection) -> list[Any]:
    return list((await connection.execute(text("SELECT * FROM parties ORDER BY id"))).all())


async def test_who_was_erased_and_comes_back_gets_another_key(books: Database, owner: AsyncEngine):
    async with owner.begin() as connection:
        await destroy_key(connection, "PT-A", AT)
    async with books.work() as work:
        await work.parties.open_account(
            BankAccount(
                id="AC-NEW", party_id="PT-A", bank="ICBC", account_no="42", holder_name="林",
                added_at=AT, match="UNCHECKED",
            )
        )  # fmt: skip

    async with books.reading() as room:
        numbers = {each.id: each.account_no for each in await room.parties.accounts("PT-A")}
    assert numbers == {"AC-PT-A": "", "AC-NEW": "42"}


@pytest.mark.parametrize(
    "theft",
    [
        "UPDATE bank_accounts SET account_no ="
        " (SELECT account_no FROM bank_accounts WHERE id = 'AC-PT-B') WHERE id = 'AC-PT-A'",
        "UPDATE bank_accounts SET account_no = holder_name WHERE id = 'AC-PT-A'",
        "UPDATE bank_accounts SET account_no = substr(account_no, 1, 40) || 'AAAA'"
        " || substr(account_no, 45) WHERE id = 'AC-PT-A'",
    ],
    ids=["another's", "another column's", "changed"],
)
async def test_a_value_that_does_not_belong_there_is_refused(
    books: Database, owner: AsyncEngine, theft: str
):
    async with owner.begin() as connection:
        await connection.execute(text(theft))

    with pytest.raises(PayloadKeyError):
        async with books.reading() as room:
            await room.parties.account("AC-PT-A")


async def test_plain_text_is_not_written(owner: AsyncEngine):
    row = {"id": "CP-1", "party_id": "PT-A", "kind": "PHONE", "value": "138", "since": AT}
    async with owner.connect() as connection:
        with pytest.raises(StatementError, match="key"):
            await connection.execute(insert(contact_points), row)


async def test_two_who_enter_a_person_at_once_make_one_key(database: Database):
    async def enter() -> None:
        async with database.work() as work:
            await work.parties.enter(person("PT-A"))
            await work.parties.open_account(account("PT-A"))

    await asyncio.gather(enter(), enter(), return_exceptions=True)

    async with database.snapshot() as connection:
        count = await connection.execute(select(func.count()).select_from(subject_keys))
        assert count.scalar() == 1
        room = await connection.execute(select(parties.c.name).where(parties.c.id == "PT-A"))
        assert room.scalar_one() == SECRETS[0]


async def test_keys_are_wrapped_anew_before_an_older_one_goes(books: Database, owner: AsyncEngine):
    keys = KeyFile(Path(os.environ[NAMED_BY]))
    former = keys.ring.active.id
    keys.rotate()
    async with owner.begin() as connection:
        assert await needs(connection, former)
        assert await rewrap(connection) == 2
        assert await rewrap(connection) == 0
        assert not await needs(connection, former)

    async with books.reading() as room:
        assert await room.parties.get("PT-A") == person("PT-A")


@pytest.mark.usefixtures("books")
async def test_another_deployments_keys_say_which_one_is_missing(
    owner: AsyncEngine, tmp_path: Path
):
    KeyFile.opened(tmp_path / FILE_NAME)
    give_field_keys(owner.sync_engine, tmp_path / FILE_NAME)

    async with owner.connect() as connection:
        with pytest.raises(PayloadKeyError, match="not in"):
            (await connection.execute(select(parties))).all()


def test_without_a_key_file_it_is_said_where_to_name_one():
    with pytest.raises(PayloadKeyError, match=NAMED_BY):
        FieldKeys(None).mark("138")


def test_a_file_from_before_marks_gets_what_they_are_made_with_once(tmp_path: Path):
    path = KeyFile.opened(tmp_path / FILE_NAME).path
    path.write_text(path.read_text().replace("marking", "other"))

    marking = KeyFile(path).marking

    assert len(marking) == 32
    assert KeyFile(path).marking == marking
    assert len(KeyFile(path).ring.keys) == 1


def test_every_table_with_sealed_columns_says_whose_its_rows_are():
    for table in metadata.sorted_tables:
        held = [column for column in table.c if isinstance(column.type, Sealed)]
        assert not held or table.info["subject"] in table.c
        for column in held:
            assert getattr(column.type, "place", "") == f"{table.name}.{column.name}"
        for column in table.c:
            assert not isinstance(column.type, Mark) or column.type.of in table.c
