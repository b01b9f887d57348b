"""Every way to forge a trail with the database in hand, and what the verifier says of it.

A way belongs to one of two kinds: it leaves the database at odds with itself, which the chain
shows; or it does not, and then only the anchors outside tell. With anchors there is none left.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.anchoring.anchorer import Anchorer
from infra.anchoring.folder import AnchorFolder
from infra.anchoring.keys import load_or_create_key, read_public_keys
from infra.auditing.anchor_log import AnchorLog, read_log
from infra.auditing.report import Report
from infra.auditing.verifier import verify_database
from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import (
    NOW,
    a_case,
    a_deed,
    accepted,
    batch,
    entry,
    offered,
    started,
)
from tests.shelf import Hand, Shelf
from workflows.domain.audit import GENESIS, AuditRecord, chain_hash
from workflows.domain.effects import Effect
from workflows.domain.findings import Verification
from workflows.domain.ledger import Journal, credit, debit
from workflows.domain.money import Money

CASE, OTHER = "BQ-1", "BQ-2"


async def a_lived_case(database: Database, case: str = CASE) -> None:
    """Six records: accepted, journal, three effects with what they wrote, a task taken."""
    await accepted(database, a_case(case))
    async with database.work() as books:
        await books.journal.append(
            batch(
                started(), entry(2, "statusChanged", status="ACCEPTED"), offered(3, 7, "L3"),
                instance=case, case=case,
            )
        )  # fmt: skip
        for no in (1, 2, 3):
            await books.ledger.post(a_posting(case, no))
            await books.findings.record(a_check(case, no))
            await books.effects.record(an_effect(case, no))
        await books.human_tasks.perform(a_deed(instance_id=case, case_id=case))


def an_effect(case: str, no: int) -> Effect:
    return Effect(
        key=f"{case}/e/{no}",
        kind="execution.commit",
        case_id=case,
        instance_id=case,
        element="e",
        result={"amount": {"t": "number", "v": str(no)}},
        at=NOW,
        detail={"amount": f"{no}.00"},
    )


def a_posting(case: str, no: int) -> Journal:
    amount = Money(100 * no, "CNY")
    return Journal(
        id=f"LJ-{case}-{no}",
        value_date=NOW.date(),
        text="paid",
        policy_no="P-S3",
        case_id=case,
        entries=(debit("2202", amount), credit("1001", amount)),
    )


def a_check(case: str, no: int) -> Verification:
    return Verification(
        id=f"V-{case}-{no}",
        case_id=case,
        subject="PT-S3",
        type="ID",
        provider="paper",
        result="PASS",
        at=NOW,
        evidence={"document": "DOC-1"},
    )


Forging = Callable[[Sequence[AuditRecord]], Iterable[str]]
"""The statements of a forger who has read the records of the case."""


def run(*statements: str) -> Forging:
    return lambda _: statements


def rewritten(*, until: int = 6, actor: str = "somebody") -> Forging:
    """The chain written anew from record 1, whose actor is another: every hash fits."""

    def forge(records: Sequence[AuditRecord]) -> Iterator[str]:
        previous = GENESIS
        for seq, old in enumerate(records[:until], start=1):
            change = replace(old.change, actor=actor) if seq == 1 else old.change
            own = chain_hash(change, seq, previous)
            yield (
                f"UPDATE audit SET actor = '{change.actor}', previous = '{previous}',"
                f" hash = '{own}' WHERE stream = '{CASE}' AND seq = {seq}"
            )
            previous = own
        yield f"DELETE FROM audit WHERE stream = '{CASE}' AND seq > {until}"
        yield (f"UPDATE audit_heads SET seq = {until}, hash = '{previous}' WHERE stream = '{CASE}'")

    return forge


def both(*ways: Forging) -> Forging:
    return lambda records: [statement for way in ways for statement in way(records)]


CUT = f"DELETE FROM audit WHERE seq = 6 AND stream = '{CASE}'"
HEAD_BACK = (
    f"UPDATE audit_heads SET seq = 5, hash = (SELECT hash FROM audit WHERE seq = 5 AND"
    f" stream = '{CASE}') WHERE stream = '{CASE}'"
)
EVIDENCE = (
    "effects", "journal", "human_task_deeds", "verifications",
    "ledger_entries", "ledger_journals",
)  # fmt: skip
EMPTIED = ("DELETE FROM audit", "DELETE FROM audit_heads")
SWAPPED = tuple(
    f"UPDATE {table} SET stream = '{new}' WHERE stream = '{old}'"
    for table in ("audit", "audit_heads")
    for old, new in ((CASE, "-"), (OTHER, CASE), ("-", OTHER))
)
SWAPPED_RECORD = (
    f"UPDATE audit SET stream = '-' WHERE stream = '{CASE}' AND seq = 3",
    f"UPDATE audit SET stream = '{CASE}' WHERE stream = '{OTHER}' AND seq = 3",
    f"UPDATE audit SET stream = '{OTHER}' WHERE stream = '-'",
)
ONE = f"stream = '{CASE}'"

AT_ODDS: dict[str, tuple[Forging, str, int]] = {
    "a field is changed": (
        run(f"UPDATE audit SET actor = 'x' WHERE seq = 2 AND {ONE}"), "content", 2),
    "a record and its own hash are changed": (
        run(f"UPDATE audit SET actor = 'x', hash = 'f' || substr(hash, 2) WHERE seq = 2 AND {ONE}"),
        "content", 2),
    "a record is taken out": (run(f"DELETE FROM audit WHERE seq = 3 AND {ONE}"), "missing", 3),
    "two records change places": (
        run(f"UPDATE audit SET seq = 99 WHERE seq = 3 AND {ONE}",
            f"UPDATE audit SET seq = 3 WHERE seq = 4 AND {ONE}",
            "UPDATE audit SET seq = 4 WHERE seq = 99"), "link", 3),
    "a record is put in": (
        run("UPDATE audit SET seq = seq + 100 WHERE seq > 2",
            "INSERT INTO audit SELECT stream, 3, previous, hash, action, actor, at, object_type,"
            " object_id, detail, recorded_at FROM audit WHERE seq = 2",
            "UPDATE audit SET seq = seq - 99 WHERE seq > 99"), "link", 3),
    "a record is added at the end": (
        run("INSERT INTO audit SELECT stream, 7, hash, hash, action, actor, at, object_type,"
            f" object_id, detail, recorded_at FROM audit WHERE seq = 6 AND {ONE}"), "content", 7),
    "the end is cut off": (run(CUT), "head", 6),
    "the end is cut off and the head put back": (
        run(CUT, HEAD_BACK), "human_task_deeds-unvouched", 6),
    "everything is emptied but what was done": (run(*EMPTIED), "effects-unvouched", 1),
    "records of two cases change places": (run(*SWAPPED_RECORD), "link", 3),
    "two cases change names": (run(*SWAPPED), "content", 1),
    "the result of an effect is changed": (
        run('UPDATE effects SET result = \'{"amount":{"t":"number","v":"9"}}\''
            " WHERE key = 'BQ-1/e/2'"), "effects-changed", 4),
    "an effect moves to another element": (
        run("UPDATE effects SET element = 'x' WHERE key = 'BQ-1/e/2'"), "effects-changed", 4),
    "an effect is taken out": (
        run("DELETE FROM effects WHERE key = 'BQ-1/e/2'"), "effects-missing", 4),
    "an effect is put in": (
        run("INSERT INTO effects SELECT 'BQ-1/e/9', kind, case_id, instance_id, element, result,"
            " at, actor, detail, salt FROM effects WHERE key = 'BQ-1/e/2'"),
        "effects-unvouched", 7),
    "an amount of the ledger is changed on both sides": (
        run("UPDATE ledger_entries SET amount_minor = 999 WHERE journal_id = 'LJ-BQ-1-2'"),
        "ledger_journals-changed", 4),
    "an account of the ledger is changed": (
        run("UPDATE ledger_entries SET account = '6401' WHERE journal_id = 'LJ-BQ-1-2'"
            " AND line = 2"), "ledger_journals-changed", 4),
    "a value date is changed": (
        run("UPDATE ledger_journals SET value_date = '2020-01-01' WHERE id = 'LJ-BQ-1-1'"),
        "ledger_journals-changed", 3),
    "a posting is taken out": (
        run("DELETE FROM ledger_entries WHERE journal_id = 'LJ-BQ-1-3'",
            "DELETE FROM ledger_journals WHERE id = 'LJ-BQ-1-3'"), "ledger_journals-missing", 5),
    "a posting moves to another case": (
        run("UPDATE ledger_journals SET case_id = 'BQ-2' WHERE id = 'LJ-BQ-1-3'"),
        "ledger_journals-missing", 5),
    "a posting of no case is put in": (
        run("INSERT INTO ledger_journals (id, value_date, text, policy_no)"
            " VALUES ('LJ-X', '2026-10-12', 'x', 'P-S3')"), "ledger_journals-unvouched", 1),
    "an entry of no posting is put in": (
        run("INSERT INTO ledger_entries SELECT 'LJ-X', line, account, side, amount_minor, currency"
            " FROM ledger_entries WHERE journal_id = 'LJ-BQ-1-1'"), "ledger_journals-unvouched", 1),
    "an entry of the journal is changed": (
        run(f"UPDATE journal SET data = '{{}}' WHERE case_id = '{CASE}' AND seq = 2"),
        "journal-changed", 2),
    "an entry of the journal is taken out": (
        run(f"DELETE FROM journal WHERE case_id = '{CASE}' AND seq = 3"), "journal-changed", 2),
    "an entry of the journal is put in": (
        run("INSERT INTO journal (instance_id, generation, seq, case_id, run_id, at, kind, data,"
            " hash) SELECT instance_id, generation, 4, case_id, run_id, at, kind, data, hash"
            f" FROM journal WHERE case_id = '{CASE}' AND seq = 3"), "journal-unvouched", 7),
    "an entry of the journal moves to another run": (
        run(f"UPDATE journal SET run_id = 'r9' WHERE case_id = '{CASE}' AND seq = 2"),
        "journal-changed", 2),
    "what somebody said of a task is changed": (
        run(f"UPDATE human_task_deeds SET comment = 'x' WHERE case_id = '{CASE}'"),
        "human_task_deeds-changed", 6),
    "a check passed that had not": (
        run("UPDATE verifications SET result = 'FAIL' WHERE id = 'V-BQ-1-1'"),
        "verifications-changed", 3),
}  # fmt: skip
"""Way, and what the verifier says of it: kind and first bad record."""

UNTYPED: dict[str, tuple[Forging, str, int]] = {
    "a record holds nonsense": (
        run(f"UPDATE audit SET at = 'never' WHERE seq = 4 AND {ONE}"), "unreadable", 4),
    "a record holds no JSON": (
        run(f"UPDATE audit SET detail = '{{' WHERE seq = 4 AND {ONE}"), "unreadable", 4),
}  # fmt: skip
"""What only SQLite lets anybody write."""

CONSISTENT: dict[str, tuple[Forging, str, int]] = {
    "the whole chain is written anew, with its head": (rewritten(), "rewritten", 1),
    "the chain is cut, and written anew with all evidence": (
        both(
            rewritten(until=5),
            run(f"DELETE FROM human_task_deeds WHERE case_id = '{CASE}'"),
        ), "rolled-back", 6),
    "the end is cut off, with what it vouched for": (
        run(CUT, HEAD_BACK, f"DELETE FROM human_task_deeds WHERE case_id = '{CASE}'"),
        "rolled-back", 6),
    "everything is emptied, with what was done": (
        run(*EMPTIED, *(f"DELETE FROM {table}" for table in EVIDENCE)), "gone", 1),
    "one case is emptied, with what was done": (
        run(*(f"DELETE FROM {table} WHERE stream = '{CASE}'" for table in ("audit", "audit_heads")),
            *(f"DELETE FROM {table} WHERE case_id = '{CASE}'" for table in EVIDENCE[:4]),
            "DELETE FROM ledger_entries WHERE journal_id LIKE 'LJ-BQ-1-%'",
            f"DELETE FROM ledger_journals WHERE case_id = '{CASE}'"), "gone", 1),
}  # fmt: skip
"""The same for what only anchors tell."""

ALL = {**AT_ODDS, **UNTYPED, **CONSISTENT}


async def anchored(database: Database, folder: Path) -> None:
    key = load_or_create_key(folder / "key.pem")
    await Anchorer(database, AnchorFolder(folder), key).round()


def log_of(folder: Path) -> AnchorLog:
    keys = read_public_keys([load_or_create_key(folder / "key.pem").public_pem()])
    return read_log(AnchorFolder(folder).lines(), keys)


async def forged(database: Database, hand: Hand, way: Forging) -> None:
    async with database.reading() as room:
        records = await room.audit.records(CASE)
    hand.forge(*way(records))


def url_of(database: Database) -> str:
    return str(database.engine.url)


async def report_of(database: Database, log: AnchorLog) -> Report:
    async with database.engine.connect() as connection:
        return await verify_database(connection, log)


async def two_lived_cases(database: Database) -> None:
    await a_lived_case(database)
    await a_lived_case(database, OTHER)


async def test_an_untouched_trail_is_intact(database: Database, tmp_path: Path) -> None:
    await two_lived_cases(database)
    await anchored(database, tmp_path)

    report = await report_of(database, log_of(tmp_path))

    assert report.intact, report.findings
    assert (report.streams, report.anchored, report.records) == (2, 2, 12)


@pytest.mark.parametrize("way", ALL)
async def test_every_forgery_is_found_and_named(
    database: Database, hand: Hand, tmp_path: Path, way: str
) -> None:
    if way in UNTYPED and hand.kind == "postgresql":
        pytest.skip("a column has its type here")
    forge, kind, seq = ALL[way]
    await two_lived_cases(database)
    await anchored(database, tmp_path)

    await forged(database, hand, forge)
    report = await report_of(database, log_of(tmp_path))

    assert not report.intact
    named = [(finding.kind, finding.seq) for finding in report.findings]
    assert (kind, seq) in named, named
    if way not in CONSISTENT:  # the chain alone tells
        alone = await report_of(database, AnchorLog())
        assert (kind, seq) in [(finding.kind, finding.seq) for finding in alone.findings]


@pytest.mark.parametrize("way", CONSISTENT)
async def test_a_forgery_consistent_in_itself_needs_the_anchors(
    database: Database, hand: Hand, way: str
) -> None:
    await two_lived_cases(database)

    await forged(database, hand, CONSISTENT[way][0])
    report = await report_of(database, AnchorLog())

    assert report.intact
    assert report.notes


async def test_an_older_copy_of_the_database_is_found_by_the_anchors(
    database: Database, shelf: Shelf, tmp_path: Path
) -> None:
    await accepted(database)
    await database.close()
    older = Database.at(shelf.copy(url_of(database), "older"))
    async with database.work() as books:
        await books.effects.record(an_effect(CASE, 1))
    await anchored(database, tmp_path)

    report = await report_of(older, log_of(tmp_path))

    await older.close()
    shelf.drop(url_of(older))
    (finding,) = report.findings
    assert (finding.kind, finding.stream, finding.seq) == ("rolled-back", CASE, 2)


async def test_a_rollback_that_went_on_since_is_found_where_it_left_the_way(
    database: Database, hand: Hand, tmp_path: Path
) -> None:
    await a_lived_case(database)
    await anchored(database, tmp_path)
    cut = CONSISTENT["the end is cut off, with what it vouched for"][0]
    await forged(database, hand, cut)
    async with database.work() as books:
        for no in (4, 5):
            await books.effects.record(an_effect(CASE, no))
    await anchored(database, tmp_path)

    report = await report_of(database, log_of(tmp_path))

    (finding,) = report.findings
    assert (finding.kind, finding.seq) == ("rewritten", 1)


async def test_what_came_after_the_last_anchor_is_no_finding(
    database: Database, tmp_path: Path
) -> None:
    await a_lived_case(database)
    await anchored(database, tmp_path)
    async with database.work() as books:
        await books.effects.record(an_effect(CASE, 4))
    await a_lived_case(database, OTHER)

    assert (await report_of(database, log_of(tmp_path))).intact


REPLACING = {
    "sqlite": "INSERT OR REPLACE INTO audit {}",
    "postgresql": "INSERT INTO audit {} ON CONFLICT (stream, seq) DO UPDATE SET actor = 'x'",
}


async def test_not_even_replacing_a_record_gets_past_the_guards(
    database: Database, hand: Hand, owner: AsyncEngine
) -> None:
    await a_lived_case(database)
    replacing = REPLACING[hand.kind].format(
        "SELECT stream, seq, previous, hash, action, 'x', at, object_type, object_id, detail,"
        " recorded_at FROM audit WHERE seq = 1"
    )

    async with owner.begin() as connection:
        with pytest.raises(DBAPIError, match="append-only"):
            await connection.exec_driver_sql(replacing)


async def test_rows_that_no_record_took_get_one_of_their_own(database: Database) -> None:
    await accepted(database)

    async with database.work() as books:
        await books.ledger.post(a_posting(CASE, 1))

    async with database.reading() as room:
        (_, bound) = await room.audit.records(CASE)
    assert bound.change.action == "rows"
    assert "LJ-BQ-1-1" in str(bound.change.detail)
    assert bound.change.at <= NOW + timedelta(days=1)
