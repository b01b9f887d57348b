"""Who holds the trail and not the rows can try out no value, however few there are to try."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Table, select, update

from infra.auditing.case_file import read_case_file
from infra.db.casework import findings, human_tasks
from infra.db.chain.evidence import entry_hash
from infra.db.chain.vouching import VOUCHED
from infra.db.connections.locking import WRITES
from infra.db.journal import effects, journal
from infra.db.tables import cases, parties, trail
from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import (
    NOW,
    a_case,
    a_deed,
    a_message,
    accepted,
    batch,
    entry,
    offered,
    started,
)
from tests.infra.db.test_records import LETTER
from workflows.domain.canonical import canonical_json, content_hash
from workflows.domain.contact import PartyImage, image_hash
from workflows.domain.effects import Effect
from workflows.domain.findings import Verification
from workflows.domain.ids import derive

PHONE = "13800000000"
PAYLOAD = {"payeeAccountId": "AC-S3-1"}
TOLD = entry(2, "elementActivated", 3, variables={"phone": PHONE})
BOUND: tuple[Table, ...] = (
    trail.effects, trail.human_task_deeds, cases.verifications,
)  # fmt: skip


async def a_life(database: Database) -> None:
    """A case that leaves a row wherever the trail keeps a hash of one."""
    await accepted(database)
    async with database.work() as books:
        await books.journal.append(batch(started(), TOLD, offered(3, 7, "L3")))
        await books.findings.record(
            Verification(id="V1", case_id="BQ-1", subject="PT-S3", type="ID", provider="paper",
                         result="PASS", at=NOW, evidence={"phone": PHONE})
        )  # fmt: skip
        await books.effects.record(
            Effect(key="BQ-1/e/1", kind="execution.commit", case_id="BQ-1", instance_id="BQ-1",
                   element="e", result={"phone": PHONE}, at=NOW, detail={})
        )  # fmt: skip
        await books.human_tasks.perform(a_deed(comment=PHONE))
        await books.messages.publish(a_message(PHONE))
        await books.communications.record(replace(LETTER, case_id="BQ-1"), at=NOW)


async def rows(database: Database, table: Table) -> list[dict[str, Any]]:
    async with database.snapshot() as connection:
        return [dict(row) for row in (await connection.execute(select(table))).mappings()]


async def in_the_trail(database: Database) -> set[str]:
    """Everything in the trail that may be a hash."""
    text = "".join(canonical_json(row) for row in await rows(database, trail.audit))
    return set(re.findall(r"[0-9a-f]{64}", text)) | set(re.findall(r"message-[0-9A-F]+", text))


async def guesses(database: Database) -> set[str]:
    """What somebody would try who guessed every value right, and has no salt."""
    publication = a_message(PHONE)
    made = {
        content_hash(PAYLOAD),
        content_hash({"phone": PHONE}),
        content_hash({"variables": publication.variables}),
        derive("message", PHONE),
        LETTER.content_hash,
        entry_hash(TOLD, None),
        content_hash([entry_hash(each, None) for each in (started(), TOLD, offered(3, 7, "L3"))]),
    }
    for table in BOUND:
        kind = VOUCHED[table.name]
        made |= {kind.hash_of(row | {"salt": None}) for row in await rows(database, table)}
    return made


async def test_nothing_in_the_trail_can_be_tried_out(database: Database) -> None:
    await a_life(database)

    told, tried = await in_the_trail(database), await guesses(database)

    assert len(tried) == 10
    assert tried & told == set()
    for table in BOUND:  # with its salt every row is the one that the trail speaks of
        own = {VOUCHED[table.name].hash_of(row) for row in await rows(database, table)}
        assert own <= told, table.name
    async with database.reading() as room:
        assert (await room.audit.verify("BQ-1")).intact


async def test_the_same_value_twice_has_two_hashes(database: Database) -> None:
    await accepted(database)
    await accepted(database, a_case("BQ-2"))

    chains = [row for row in await rows(database, trail.audit) if row["action"] == "case.accept"]

    assert len({row["detail"]["payloadHash"] for row in chains}) == 2


async def test_rows_from_before_there_were_salts_still_hold(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        for module in (effects, findings, human_tasks, journal):
            patch.setattr(module, "new_salt", lambda: None)
        await a_life(database)
    async with database.work() as books:  # told again, and then something new
        await books.journal.append(
            batch(started(), TOLD, offered(3, 7, "L3"), entry(4, "elementCompleted", 3))
        )

    async with database.reading() as room:
        verdict = await room.audit.verify("BQ-1")
    assert verdict.intact, verdict.reason
    assert len(await rows(database, trail.journal)) == 4
    assert {row["generation"] for row in await rows(database, trail.journal)} == {1}


async def test_a_salt_that_was_exchanged_is_found(database: Database) -> None:
    await a_life(database)
    async with database.snapshot() as connection:
        row = (await connection.execute(select(trail.effects))).mappings().one()

    changed = VOUCHED["effects"].hash_of({**row, "salt": "0" * 32})

    assert changed not in await in_the_trail(database)


async def test_a_pack_brings_no_salt_of_what_it_masks(database: Database) -> None:
    await a_life(database)

    async with database.snapshot() as connection:
        entries = (await read_case_file(connection, "BQ-1")).journal

    assert {each["masked"] for each in entries} == {True, False}
    assert all((each["salt"] is None) == each["masked"] for each in entries)


# --- images of a person ------------------------------------------------------------------------


async def image(database: Database) -> PartyImage:
    async with database.work() as books:
        found = await books.contact_changes.image("PT-S3")
    assert found is not None
    return found


async def test_an_image_has_the_salt_of_its_person_and_keeps_it(insurer: Database) -> None:
    first, again = await image(insurer), await image(insurer)

    assert first.salt is not None
    assert image_hash(first) == image_hash(again)
    assert image_hash(first) != image_hash(replace(first, salt=None))


async def test_a_case_that_looked_before_there_were_salts_may_change_the_person(
    insurer: Database,
) -> None:
    before = await image(insurer)
    known = image_hash(replace(before, salt=None))
    async with insurer.engine.connect() as connection:
        await connection.execution_options(**{WRITES: True})
        async with connection.begin():
            await connection.execute(update(parties.parties).values(salt=None))

    async with insurer.work() as books:
        made = await books.contact_changes.change(before, before_hash=known, case_id="BQ-1", at=NOW)
        back = await books.contact_changes.take_back(made, case_id="BQ-2", at=NOW)

    assert (made.before_hash, made.after_hash) == (back.after_hash, back.before_hash)
    assert known not in (made.before_hash, made.after_hash)
