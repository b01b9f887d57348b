"""The journal is appended once, projected with its entries, and told anew when it branches."""

from datetime import timedelta

import pytest

from infra.db.journal.acts_told import Place
from infra.db.operations.incidents import IncidentFilter
from infra.db.pages.inbox import TaskFilter
from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import (
    NOW,
    a_case,
    a_deed,
    a_message,
    accepted,
    batch,
    closed,
    entry,
    listening,
    offered,
    started,
)
from workflows.contracts.journal import JournalBatch, JournalEntry, JournalHead, MessageDelivery


async def append(database: Database, journal: JournalBatch) -> tuple[MessageDelivery, ...]:
    async with database.work() as books:
        return await books.journal.append(journal)


async def seqs(database: Database, case_id: str = "BQ-1") -> list[int]:
    async with database.reading() as room:
        return [told.seq for told in await room.cases.trail(case_id)]


async def waiting(database: Database) -> list[tuple[str, int]]:
    async with database.reading() as room:
        return [(wait.kind, wait.key) for wait in await room.cases.waits("BQ-1")]


async def test_a_repeated_batch_changes_nothing(database: Database) -> None:
    await accepted(database)
    first = batch(started(), entry(2, "waitOpened", 1, **{"for": "timer", "due": NOW.isoformat()}))

    await append(database, first)
    await append(database, first)

    assert (await seqs(database), await waiting(database)) == ([1, 2], [("timer", 1)])


async def test_an_overlapping_batch_adds_what_is_new(database: Database) -> None:
    await accepted(database)
    await append(database, batch(started(), entry(2, "flowTaken")))

    await append(database, batch(entry(2, "flowTaken"), entry(3, "flowTaken")))

    assert await seqs(database) == [1, 2, 3]


async def test_a_batch_that_arrives_after_a_longer_one_changes_nothing(database: Database) -> None:
    await accepted(database)
    await append(database, batch(started(), entry(2, "flowTaken"), entry(3, "flowTaken")))

    await append(database, batch(started(), entry(2, "flowTaken")))

    assert await seqs(database) == [1, 2, 3]


async def test_a_gap_is_refused(database: Database) -> None:
    await accepted(database)
    await append(database, batch(started()))

    with pytest.raises(ValueError, match="Expected entry 2"):
        await append(database, batch(entry(3, "flowTaken")))


async def test_an_empty_batch_is_nothing(database: Database) -> None:
    assert await append(database, batch()) == ()


async def test_the_case_starts_stands_and_finishes(database: Database) -> None:
    await accepted(database)

    await append(
        database,
        batch(
            started(),
            entry(2, "statusChanged", status="ACCEPTED"),
            entry(3, "statusChanged", status="CLOSED"),
            entry(4, "caseFinished", outcome="completed"),
        ),
    )

    async with database.reading() as room:
        case = await room.cases.get("BQ-1")
    assert case is not None
    assert (case.status, case.outcome) == ("CLOSED", "completed")
    assert case.started_at is not None
    assert case.finished_at is not None


async def oddities(database: Database) -> list[tuple[str, str]]:
    async with database.reading() as room:
        detail = await room.cases.detail("BQ-1")
    assert detail is not None
    assert {each.route for each in detail.anomalies} <= {"ops"}
    return [(each.reason, each.detail) for each in detail.anomalies]


async def test_a_status_nobody_knows_is_an_anomaly_and_holds_nothing_up(
    database: Database,
) -> None:
    await accepted(database)

    dance = entry(2, "statusChanged", status="DANCING")
    await append(database, batch(started(), dance))
    await append(database, batch(entry(3, "statusChanged", status="DANCING")))

    async with database.reading() as room:
        case = await room.cases.get("BQ-1")
    assert case is not None
    assert case.status == "SUBMITTED"
    assert await oddities(database) == [("CASE_STATUS_UNKNOWN", "DANCING")]


async def test_a_step_the_table_does_not_know_is_taken_and_is_an_anomaly(
    database: Database,
) -> None:
    await accepted(database)

    await append(database, batch(started(), entry(2, "statusChanged", status="FOLLOW_UP")))

    async with database.reading() as room:
        case = await room.cases.get("BQ-1")
    assert case is not None
    assert case.status == "FOLLOW_UP"
    assert await oddities(database) == [("CASE_STATUS_STEP", "SUBMITTED > FOLLOW_UP")]


async def test_a_watch_that_nobody_asked_for_goes_no_customers_way(database: Database) -> None:
    await accepted(database, a_case(item="", process_id="population_watch"))

    await append(database, batch(started(), entry(2, "statusChanged", status="CLOSED")))

    assert await oddities(database) == []


async def test_steps_of_the_table_are_no_anomaly(database: Database) -> None:
    await accepted(database)
    path = ("SUBMITTED", "VERIFYING", "APPROVAL", "APPROVAL", "RESERVED", "EXECUTING")

    told = [entry(seq, "statusChanged", status=word) for seq, word in enumerate(path, start=2)]
    await append(database, batch(started(), *told))

    assert await oddities(database) == []


async def test_a_case_that_tells_its_end_anew_has_not_ended(database: Database) -> None:
    await accepted(database)
    end = entry(3, "caseFinished", outcome="completed")
    await append(database, batch(started(), entry(2, "statusChanged", status="REJECTED"), end))

    await append(database, batch(entry(2, "statusChanged", status="VERIFYING"), run="r2"))

    async with database.reading() as room:
        case = await room.cases.get("BQ-1")
    assert case is not None
    assert (case.status, case.finished_at, case.outcome) == ("VERIFYING", None, None)
    assert await oddities(database) == []


async def test_a_called_process_moves_the_status_of_its_case(database: Database) -> None:
    await accepted(database)
    await append(database, batch(started()))

    await append(
        database,
        batch(
            started(process_id="servicing_intake"),
            entry(2, "statusChanged", status="ACCEPTED"),
            entry(3, "caseFinished", outcome="completed"),
            instance="BQ-1/intake/5",
        ),
    )

    async with database.reading() as room:
        case = await room.cases.get("BQ-1")
    assert case is not None
    assert (case.status, case.finished_at) == ("ACCEPTED", None)


async def test_a_wait_closes(database: Database) -> None:
    await accepted(database)

    await append(database, batch(started(), listening(2, 1), closed(3, 1)))

    assert await waiting(database) == []


async def test_a_job_and_a_timer_of_one_number_are_two_waits(database: Database) -> None:
    await accepted(database)

    await append(
        database,
        batch(
            started(),
            entry(2, "waitOpened", 1, **{"for": "timer"}),
            entry(3, "waitOpened", 1, **{"for": "job"}),
            entry(4, "waitClosed", 1, **{"for": "timer"}),
        ),
    )

    assert await waiting(database) == [("job", 1)]


async def test_an_incident_opens_and_closes(database: Database) -> None:
    await accepted(database)
    await append(
        database,
        batch(started(), entry(2, "incidentOpened", 4, code="job-failed", message="no")),
    )
    async with database.reading() as room:
        opened = await room.incidents.list(IncidentFilter())

    await append(database, batch(entry(3, "incidentClosed", 4)))

    async with database.reading() as room:
        left = await room.incidents.list(IncidentFilter())
        case = await room.cases.get("BQ-1")
    assert [incident.code for incident in opened] == ["job-failed"]
    assert left == ()
    assert case is not None
    assert case.incidents == 0


async def test_a_finished_case_waits_for_nothing(database: Database) -> None:
    await accepted(database)

    await append(
        database,
        batch(
            started(),
            listening(2, 1),
            offered(3, 7, "L1"),
            entry(4, "incidentOpened", 4, code="x"),
            entry(5, "caseFinished", outcome="terminated"),
        ),
    )

    async with database.reading() as room:
        detail = await room.cases.detail("BQ-1")
    assert detail is not None
    assert (detail.waits, detail.tasks, detail.incidents) == ((), (), ())


async def test_a_history_told_anew_replaces_what_was_told(database: Database) -> None:
    await accepted(database)
    await append(
        database,
        batch(
            started(),
            entry(2, "waitOpened", 1, **{"for": "timer"}),
            entry(3, "incidentOpened", 4, code="x"),
        ),
    )

    await append(
        database,
        batch(
            entry(2, "waitOpened", 2, **{"for": "timer"}),
            entry(3, "statusChanged", status="ACCEPTED"),
            run="r2",
        ),
    )

    async with database.reading() as room:
        detail = await room.cases.detail("BQ-1")
        verdict = await room.audit.verify("BQ-1")
    assert detail is not None
    assert ([wait.key for wait in detail.waits], detail.incidents) == ([2], ())
    assert detail.case.status == "ACCEPTED"
    assert verdict.intact


async def test_the_trail_of_a_history_told_anew_leaves_out_the_old_one(database: Database) -> None:
    await accepted(database)
    await append(database, batch(started(), entry(2, "flowTaken", 1), entry(3, "flowTaken", 1)))

    await append(database, batch(entry(2, "flowTaken", 9), run="r2"))

    async with database.reading() as room:
        told = [(said.seq, said.key) for said in await room.cases.trail("BQ-1")]
    assert told == [(1, None), (2, 9)]


async def test_a_late_batch_of_the_old_history_changes_nothing(database: Database) -> None:
    await accepted(database)
    old = batch(started(), entry(2, "waitOpened", 1, **{"for": "timer"}))
    await append(database, old)
    await append(database, batch(entry(2, "waitOpened", 2, **{"for": "timer"}), run="r2"))

    await append(database, old)

    assert await waiting(database) == [("timer", 2)]


async def test_a_task_told_anew_keeps_who_claimed_it(database: Database) -> None:
    await accepted(database)
    await append(database, batch(started(), offered(2, 7, "L1"), entry(3, "flowTaken", 1)))
    async with database.work() as books:
        await books.human_tasks.perform(a_deed())

    await append(database, batch(entry(3, "flowTaken", 9), run="r2"))

    async with database.reading() as room:
        tasks = await room.inbox.list(TaskFilter())
    assert [(task.state, task.assignee) for task in tasks] == [("CLAIMED", "clerk-1")]


async def test_a_message_of_a_history_told_anew_is_delivered_again(database: Database) -> None:
    await accepted(database)
    await append(database, batch(started(), listening(2, 1)))
    async with database.work() as books:
        await books.messages.publish(a_message())
    await append(
        database,
        batch(entry(3, "messageConsumed", 1, messageId="M1"), closed(4, 1)),
    )

    delivered = await append(database, batch(listening(2, 1), entry(3, "flowTaken", 9), run="r2"))

    assert [delivery.message_id for delivery in delivered] == ["M1"]


def told_by(worker: int, *entries: JournalEntry) -> tuple[JournalEntry, ...]:
    """The turn of one of two workers that both believe it is theirs; turns begin at their time."""
    later = timedelta(milliseconds=worker)
    return tuple(entry.model_copy(update={"at": entry.at + later}) for entry in entries)


COMMON = (started(), entry(2, "flowTaken", 1))
LOST = told_by(1, entry(3, "waitOpened", 5, **{"for": "timer"}), entry(4, "flowTaken", 2))
KEPT = told_by(2, entry(3, "waitOpened", 6, **{"for": "timer"}), entry(4, "flowTaken", 3))
LONGER = (*LOST, *told_by(1, entry(5, "flowTaken", 4), entry(6, "flowTaken", 5)))
SHORTER = LOST[:1]


@pytest.mark.parametrize("late", [LOST, LONGER, SHORTER], ids=["as long", "longer", "shorter"])
async def test_a_lost_turn_that_speaks_late_is_corrected_by_what_follows_the_kept_one(
    database: Database, late: tuple[JournalEntry, ...]
) -> None:
    await accepted(database)
    await append(database, batch(*COMMON))
    await append(database, batch(*KEPT, after=COMMON[-1].at))
    await append(database, batch(*late, after=COMMON[-1].at))

    goes_on = entry(5, "statusChanged", status="ACCEPTED")
    await append(database, batch(goes_on, after=KEPT[-1].at))

    async with database.reading() as room:
        trail = [(said.seq, said.key) for said in await room.cases.trail("BQ-1")]
        verdict = await room.audit.verify("BQ-1")
    assert trail == [(1, None), (2, 1), (3, 6), (4, 3), (5, None)]
    assert await waiting(database) == [("timer", 6)]
    assert verdict.intact


async def test_an_act_that_is_told_again_has_one_audit_record(database: Database) -> None:
    await accepted(database)
    act = entry(4, "operatorActed", act="case.cancel", actor="ops-1", requestId="q1")
    kept = (*KEPT[:1], *told_by(2, act))
    await append(database, batch(*COMMON))
    await append(database, batch(*kept, after=COMMON[-1].at))
    await append(database, batch(*LOST, after=COMMON[-1].at))

    await append(database, batch(entry(5, "flowTaken", 7), after=kept[-1].at))
    await append(database, batch(*LOST, after=COMMON[-1].at))
    await append(database, batch(*kept[1:], entry(5, "flowTaken", 8), after=kept[0].at))

    async with database.reading() as room:
        actions = [record.change.action for record in await room.audit.chain("BQ-1")]
    assert actions.count("case.cancel") == 1


async def test_a_run_that_another_one_has_followed_says_nothing_any_more(
    database: Database,
) -> None:
    await accepted(database)
    await append(database, batch(*COMMON, *KEPT))
    await append(database, batch(entry(2, "waitOpened", 9, **{"for": "timer"}), run="r2"))

    await append(database, batch(entry(5, "waitOpened", 7, **{"for": "timer"}), run="r1"))

    assert await waiting(database) == [("timer", 9)]


def stands(told: JournalEntry) -> JournalHead:
    """What an instance says whose last entry it is."""
    return JournalHead(seq=told.seq, at=told.at, is_acknowledged=True)


async def put_back(database: Database, told: JournalEntry, generation: int, seq: int) -> bool:
    async with database.work() as books:
        return await books.journal.put_back("BQ-1", stands(told), Place(generation, seq))


async def test_what_was_lost_with_a_turn_is_taken_back(database: Database) -> None:
    await accepted(database)
    await append(database, batch(started(), listening(2, 1)))
    async with database.work() as books:
        await books.messages.publish(a_message())
    consumed = entry(3, "messageConsumed", 1, messageId="M1")
    end = entry(5, "caseFinished", outcome="completed")
    await append(database, batch(consumed, closed(4, 1), end))

    is_mended = await put_back(database, listening(2, 1), 1, 5)

    async with database.reading() as room:
        unread = await room.messages.undelivered(NOW + timedelta(days=1))
        case = await room.cases.get("BQ-1")
        verdict = await room.audit.verify("BQ-1")
    assert is_mended
    assert [message.message_id for message in unread] == ["M1"]
    assert await waiting(database) == [("message", 1)]
    assert await seqs(database) == [1, 2]
    assert case is not None
    assert case.finished_at is None
    assert verdict.intact


async def test_a_lost_turn_that_spoke_last_is_taken_back_for_the_kept_one(
    database: Database,
) -> None:
    await accepted(database)
    await append(database, batch(*COMMON))
    await append(database, batch(*KEPT, after=COMMON[-1].at))
    await append(database, batch(*LONGER, after=COMMON[-1].at))

    await put_back(database, KEPT[-1], 2, 6)

    async with database.reading() as room:
        trail = [(said.seq, said.key) for said in await room.cases.trail("BQ-1")]
        verdict = await room.audit.verify("BQ-1")
    assert trail == [(1, None), (2, 1), (3, 6), (4, 3)]
    assert await waiting(database) == [("timer", 6)]
    assert verdict.intact


async def test_a_journal_that_has_moved_on_is_left_alone(database: Database) -> None:
    await accepted(database)
    await append(database, batch(*COMMON, *KEPT))

    assert not await put_back(database, COMMON[-1], 1, 3)
    assert await seqs(database) == [1, 2, 3, 4]


async def test_a_place_that_nobody_told_is_no_place_to_go_back_to(database: Database) -> None:
    await accepted(database)
    await append(database, batch(*COMMON))

    assert not await put_back(database, entry(9, "flowTaken", 1), 1, 2)
    assert await seqs(database) == [1, 2]
