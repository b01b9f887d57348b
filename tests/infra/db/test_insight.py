"""Where everything stands, counted out of the database."""

from datetime import timedelta

from infra.db.pages.insight import InsightViews
from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import NOW, accepted, batch, entry, offered, started
from tests.infra.db.test_cases import a_clock
from workflows.contracts.journal import JournalEntry


def at(told: JournalEntry, element: str, seconds: float = 0.0) -> JournalEntry:
    moment = NOW + timedelta(seconds=seconds)
    return told.model_copy(update={"element": element, "name": element, "at": moment})


async def tell(database: Database, *entries: JournalEntry) -> None:
    await accepted(database)
    async with database.work() as books:
        await books.journal.append(batch(*entries))


async def test_cases_and_what_stands_at_elements_are_counted(database: Database) -> None:
    job = {"for": "job", "type": "print-shop.print"}
    await tell(
        database,
        started(),
        offered(2, 5, "L2"),
        at(entry(3, "waitOpened", 8, **job), "print"),
        at(entry(4, "incidentOpened", 9, code="job-failed", message="no"), "quote"),
    )

    async with database.snapshot() as connection:
        views = InsightViews(connection)
        standings, places = await views.standings(), await views.places()
        backlog, stuck = await views.backlog(), await views.stuck()
        flow = await views.flow(NOW + timedelta(minutes=5), 24)

    assert [(one.status, one.cases) for one in standings] == [("SUBMITTED", 1)]
    assert {(one.element, one.kind) for one in places} >= {("print", "job"), ("quote", "incident")}
    assert [(one.type, one.jobs, one.most_attempts) for one in backlog] == [
        ("print-shop.print", 1, 1)
    ]
    assert stuck == (1, 0)
    assert (flow.accepted, flow.finished, flow.incidents) == (1, 0, 1)


async def test_the_slowest_element_comes_first(database: Database) -> None:
    await tell(
        database,
        started(),
        at(entry(2, "elementActivated", 5, type="serviceTask"), "fast", 0),
        at(entry(3, "elementCompleted", 5, type="serviceTask"), "fast", 1),
        at(entry(4, "elementActivated", 6, type="serviceTask"), "slow", 1),
        at(entry(5, "elementCompleted", 6, type="serviceTask"), "slow", 61),
        at(entry(6, "elementActivated", 7, type="exclusiveGateway"), "gate", 61),
        at(entry(7, "elementCompleted", 7, type="exclusiveGateway"), "gate", 600),
    )

    async with database.snapshot() as connection:
        slow = await InsightViews(connection).slow()

    assert [(one.element, one.times, one.longest) for one in slow] == [
        ("slow", 1, 60.0),
        ("fast", 1, 1.0),
    ]


async def test_a_clock_stands_beside_what_its_case_waits_for(database: Database) -> None:
    await tell(database, started(), offered(2, 5, "L2"))
    async with database.work() as books:
        await books.clocks.start(a_clock())

    async with database.snapshot() as connection:
        (one,) = await InsightViews(connection).against()

    assert (one.case_id, one.rule_id, one.due) == ("BQ-1", "K-ACC", a_clock().deadline.due_strict)
    assert (one.waits_for, one.waits_since) == ("task", NOW + timedelta(seconds=2))
