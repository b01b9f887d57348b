"""The seeded calendar is the announced one, and says how far it goes."""

from datetime import date, timedelta

from infra.db.connections.engine import create_engine
from infra.db.law.holiday_notices import seed_calendar
from infra.db.unit_of_work import Database
from tests.domain.calendars import china_2026
from tests.shelf import Shelf

MAKE_UP_2026 = ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))


async def test_the_seeded_calendar_of_2026_is_the_announced_one(insurer: Database) -> None:
    announced = china_2026()
    async with insurer.work() as books:
        seeded = await books.calendars.load()

    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [seeded.is_working_day(day) for day in days] == [
        announced.is_working_day(day) for day in days
    ]


async def test_coverage_ends_with_the_last_announced_year(insurer: Database) -> None:
    async with insurer.work() as books:
        calendar = await books.calendars.load()

    assert calendar.covered_until == date(2026, 12, 31)


async def test_a_count_into_an_unannounced_year_is_provisional(insurer: Database) -> None:
    async with insurer.work() as books:
        calendar = await books.calendars.load()

    count = calendar.add_working_days(date(2026, 12, 30), 2)

    assert (count.on, count.provisional) == (date(2027, 1, 4), True)


async def test_a_calendar_is_read_once_until_its_version_changes(
    insurer: Database, shelf: Shelf
) -> None:
    async with insurer.work() as books:
        first = await books.calendars.load()
    async with insurer.work() as books:
        again = await books.calendars.load()

    keeper = create_engine(shelf.hand(str(insurer.engine.url)).owning)
    async with keeper.begin() as connection:
        await seed_calendar(connection)
    await keeper.dispose()
    async with insurer.work() as books:
        announced = await books.calendars.load()

    assert again is first
    assert announced is not first
    assert announced == first


async def test_a_sheet_shows_what_a_year_has_out_of_the_ordinary(insurer: Database) -> None:
    async with insurer.reading() as room:
        this, none = await room.calendars.sheet("CN", 2026), await room.calendars.sheet("XX", 2026)

    assert none is None
    assert this is not None
    made_up = [day for day, working, _ in this.days if working]
    assert made_up == [date(2026, month, day) for month, day in MAKE_UP_2026]
    assert (this.covered_until, this.provisional_clocks) == (date(2026, 12, 31), 0)
