"""Cases are accepted with their answer, listed in pages, found when they never started."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from infra.db.pages.case_views import CaseFilter
from infra.db.unit_of_work import Database
from tests.domain.packs import CN, clock
from tests.infra.db.cases_at_hand import NOW, a_case, accepted, batch, entry, started
from workflows.domain.calendar import WorkingCalendar
from workflows.domain.clocks import Clock, deadline


async def test_a_case_comes_back_as_it_was_accepted(database: Database) -> None:
    case = await accepted(database)

    async with database.reading() as room:
        found = await room.cases.get(case.id)
    assert found is not None
    assert (found.pack, found.pack_hash) == (CN.id, CN.hash)
    assert replace(found, pack=None, pack_hash=None) == case


async def test_the_answer_is_remembered_with_the_case(database: Database) -> None:
    await accepted(database)

    async with database.reading() as room:
        answer = await room.acceptance.remembered("key-BQ-1", "back-office")
        others = await room.acceptance.remembered("key-BQ-1", "somebody-else")

    assert answer is not None
    assert (answer.status_code, answer.response, others) == (202, {"id": "BQ-1"}, None)


async def test_a_key_that_is_taken_accepts_no_second_case(database: Database) -> None:
    await accepted(database)

    with pytest.raises(IntegrityError):
        await accepted(database, a_case("BQ-1", policy_no="P-S10"))

    async with database.reading() as room:
        assert len(await room.cases.list(CaseFilter())) == 1


async def test_cases_come_in_pages_newest_first(database: Database) -> None:
    for no in range(5):
        await accepted(database, a_case(f"BQ-{no}", accepted_at=NOW + timedelta(seconds=no // 2)))
    async with database.reading() as room:
        first = await room.cases.list(CaseFilter(limit=2))
        last = first[-1]
        rest = await room.cases.list(CaseFilter(after=(last.accepted_at, last.id)))

    assert [case.id for case in (*first, *rest)] == ["BQ-4", "BQ-3", "BQ-2", "BQ-1", "BQ-0"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (CaseFilter(statuses=("ACCEPTED",)), ["BQ-2"]),
        (CaseFilter(policy_no="P-S10"), ["BQ-1"]),
        (CaseFilter(unfinished_only=True), ["BQ-2", "BQ-1"]),
        (CaseFilter(with_incident_only=True), ["BQ-1"]),
        (CaseFilter(process_id="other"), []),
    ],
)
async def test_cases_are_filtered(database: Database, wanted: CaseFilter, found: list[str]) -> None:
    for no, policy_no in enumerate(("P-S3", "P-S10", "P-S2-1")):
        case = a_case(f"BQ-{no}", policy_no=policy_no, accepted_at=NOW + timedelta(seconds=no))
        await accepted(database, case)
    async with database.work() as books:
        for no, told in (
            (0, entry(2, "caseFinished", outcome="completed")),
            (1, entry(2, "incidentOpened", 3, code="x")),
            (2, entry(2, "statusChanged", status="ACCEPTED")),
        ):
            await books.journal.append(batch(started(), told, instance=f"BQ-{no}", case=f"BQ-{no}"))

    async with database.reading() as room:
        assert [case.id for case in await room.cases.list(wanted)] == found


async def test_a_case_that_never_started_is_found(database: Database) -> None:
    await accepted(database, a_case("BQ-1"))
    await accepted(database, a_case("BQ-2"))
    async with database.work() as books:
        await books.journal.append(batch(started()))

    async with database.reading() as room:
        early = await room.acceptance.unstarted(NOW)
        late = await room.acceptance.unstarted(NOW + timedelta(seconds=1))

    assert (early, [case.id for case in late]) == ((), ["BQ-2"])


async def test_the_same_request_again_repeats_the_unfinished_one(database: Database) -> None:
    for case_id in ("BQ-1", "BQ-2", "BQ-3"):
        await accepted(database, a_case(case_id))
    async with database.work() as books:
        await books.cases.stamp("BQ-1", "f" * 64, None)
        await books.cases.stamp("BQ-2", "f" * 64, "BQ-1")

        assert await books.cases.duplicate_of("f" * 64, "BQ-3") == "BQ-1"
        assert await books.cases.duplicate_of("f" * 64, "BQ-1") is None


async def test_a_finished_case_is_repeated_by_nobody(database: Database) -> None:
    await accepted(database, a_case("BQ-1", status="CLOSED", fingerprint="f" * 64))

    async with database.work() as books:
        assert await books.cases.duplicate_of("f" * 64, "BQ-3") is None


async def test_the_latest_quote_stands_with_the_case(database: Database) -> None:
    await accepted(database)
    async with database.work() as books:
        await books.cases.note_quote("BQ-1", {"net": "56801.45"})

    async with database.reading() as room:
        detail = await room.cases.detail("BQ-1")
    assert detail is not None
    assert detail.quote == {"net": "56801.45"}


async def test_an_unknown_case_has_no_detail(database: Database) -> None:
    async with database.reading() as room:
        assert await room.cases.detail("BQ-9") is None


def a_clock() -> Clock:
    calendar = WorkingCalendar(
        jurisdiction="CN",
        exceptions={},
        covered_from=NOW.date(),
        covered_until=NOW.date() + timedelta(days=400),
    )
    limit = deadline(clock("K-ACC"), NOW, calendar, UTC)
    return Clock(case_id="BQ-1", deadline=limit)


async def test_a_clock_starts_once(database: Database) -> None:
    later = replace(a_clock().deadline, started_at=NOW + timedelta(days=1))
    async with database.work() as books:
        await books.clocks.start(a_clock())
        await books.clocks.start(replace(a_clock(), deadline=later))

        assert await books.clocks.of_case("BQ-1") == (a_clock(),)


async def test_a_closed_clock_stays_as_it_is(database: Database) -> None:
    async with database.work() as books:
        await books.clocks.start(a_clock())
        await books.clocks.close("BQ-1", "K-ACC", "BREACHED", NOW)
        await books.clocks.close("BQ-1", "K-ACC", "MET", datetime(2027, 1, 1, tzinfo=UTC))
        (clock,) = await books.clocks.of_case("BQ-1")

    assert (clock.state, clock.closed_at) == ("BREACHED", NOW)
