"""Every case that has not ended has named reasons, from what the database knows."""

from datetime import timedelta

from infra.db.pages.case_views import CaseFilter
from infra.db.pages.reasons import Reason
from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import NOW, accepted, batch, entry, listening, offered, started
from workflows.contracts.journal import JournalEntry
from workflows.domain.stuck import Suspicion


async def reasons(database: Database, case_id: str = "BQ-1") -> list[Reason]:
    async with database.reading() as room:
        page = await room.cases.detail(case_id)
        assert page is not None
        return list(await room.reasons.of(page))


async def tell(database: Database, *entries: JournalEntry) -> None:
    async with database.work() as books:
        await books.journal.append(batch(*entries))


def entered(seq: int, key: int, element: str, kind: str = "serviceTask", scope: int = 0):
    told = entry(seq, "elementActivated", key, type=kind, scope=scope)
    return told.model_copy(update={"element": element, "name": element})


def left(seq: int, key: int, element: str):
    return entry(seq, "elementCompleted", key).model_copy(update={"element": element})


async def test_a_case_that_has_not_begun_says_so_and_why(database: Database) -> None:
    await accepted(database)
    async with database.work() as books:
        await books.relay_failures.note("case", "BQ-1", "RPCError: UNAVAILABLE", NOW)

    (reason,) = await reasons(database)

    assert (reason.kind, reason.attempt) == ("accepted-not-started", 1)
    assert reason.detail == "RPCError: UNAVAILABLE"
    assert reason.next_attempt_at == NOW + timedelta(seconds=2)


async def test_tasks_timers_messages_and_jobs_are_reasons(database: Database) -> None:
    await accepted(database)
    due = (NOW + timedelta(days=1)).isoformat()
    await tell(
        database,
        started(),
        offered(2, 5, "L2"),
        entry(3, "waitOpened", 6, **{"for": "timer", "due": due}),
        listening(4, 7),
        entry(5, "waitOpened", 8, **{"for": "job", "type": "print-shop.print", "attempt": 1}),
    )

    found = {reason.kind: reason for reason in await reasons(database)}

    assert set(found) == {"task", "timer", "message", "job"}
    assert found["task"].who == ("L2",)
    assert found["timer"].due == NOW + timedelta(days=1)
    assert (found["message"].message, found["message"].correlation_key) == ("paid", "R1")
    assert found["job"].detail == "print-shop.print"


async def test_work_under_way_is_a_reason_until_it_is_done(database: Database) -> None:
    await accepted(database)
    await tell(
        database,
        started(),
        entered(2, 1, "p", "process"),
        entered(3, 2, "quote", scope=1),
    )

    before = await reasons(database)
    await tell(database, left(4, 2, "quote"), entered(5, 3, "commit", scope=1))
    after = await reasons(database)

    assert [(one.kind, one.element) for one in before] == [("step", "quote")]
    assert [(one.kind, one.element) for one in after] == [("step", "commit")]


async def test_what_was_seen_from_outside_is_a_reason_until_it_is_gone(database: Database) -> None:
    await accepted(database)
    await tell(database, started(), entered(2, 1, "quote"))
    seen = Suspicion(code="no-progress", instance_id="BQ-1", case_id="BQ-1", cause="It stands.")

    async with database.work() as books:
        opened = await books.watch.settle(["no-progress"], [seen], NOW)
        again = await books.watch.settle(["no-progress"], [seen], NOW + timedelta(seconds=5))
    stuck = await reasons(database)
    async with database.work() as books:
        gone = await books.watch.settle(["no-progress"], [], NOW + timedelta(seconds=10))
        back = await books.watch.settle(["no-progress"], [seen], NOW + timedelta(seconds=15))

    assert (opened, again, gone, back) == ((1, 0), (0, 0), (0, 1), (1, 0))
    assert "problem" in {reason.kind for reason in stuck}
    async with database.reading() as room:
        actions = [one.change.action for one in await room.audit.records("BQ-1")]
        assert (await room.audit.verify("BQ-1")).intact
    assert actions.count("incident.open") == 2
    assert actions.count("incident.close") == 1


async def test_a_telling_anew_leaves_what_was_seen_from_outside(database: Database) -> None:
    await accepted(database)
    await tell(database, started(), entered(2, 1, "quote"))
    seen = Suspicion(code="no-worker", instance_id="BQ-1", case_id="BQ-1", cause="Nobody polls.")
    async with database.work() as books:
        await books.watch.settle(["no-worker"], [seen], NOW)

    await tell(database, entered(2, 1, "commit"))

    kinds = [reason.kind for reason in await reasons(database)]
    assert kinds == ["problem", "step"]


async def test_a_case_that_waits_for_nothing_and_stands_still_is_unexplained(
    database: Database,
) -> None:
    await accepted(database)
    await tell(database, started(), entered(2, 1, "quote"))

    async def unexplained(seconds: int) -> list[str]:
        since = NOW + timedelta(seconds=seconds)
        async with database.reading() as room:
            return [one.id for one in await room.cases.list(CaseFilter(unexplained_since=since))]

    moving, still = await unexplained(1), await unexplained(60)
    await tell(database, offered(3, 5, "L2"))

    assert (moving, still, await unexplained(60)) == ([], ["BQ-1"], [])


async def test_a_case_that_has_ended_waits_for_nothing(database: Database) -> None:
    await accepted(database)
    await tell(database, started(), entry(2, "caseFinished", outcome="completed"))

    assert await reasons(database) == []
