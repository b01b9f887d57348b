"""People see what is offered to them, and what they do is written once."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from infra.db.pages.inbox import TaskFilter
from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import a_deed, accepted, batch, offered, started
from workflows.domain.authority import Operator
from workflows.domain.human_task import TaskNotOpen

LEAD = Operator(
    id="lead-1",
    party_id=None,
    unit="U",
    level=3,
    roles=("supervisor",),
    groups=("legal",),
    status="ACTIVE",
)


async def offer(database: Database) -> None:
    await accepted(database)
    async with database.work() as books:
        await books.journal.append(
            batch(
                started(),
                offered(2, 7, "L1"),
                offered(3, 8, "L4"),
                offered(4, 9, "legal"),
                offered(5, 10, candidateUsers=["lead-1"]),
                offered(6, 11, "L5", assignee="hq-1"),
            )
        )


async def visible(database: Database, operator: Operator | None, **more: object) -> list[int]:
    async with database.reading() as room:
        wanted = replace(TaskFilter(operator=operator), **more)  # type: ignore[arg-type] # by name
        return [task.key for task in await room.inbox.list(wanted)]


async def test_an_operator_sees_levels_below_desks_and_own_name(database: Database) -> None:
    await offer(database)

    assert await visible(database, LEAD) == [7, 9, 10]


async def test_ops_sees_every_open_task(database: Database) -> None:
    await offer(database)

    assert await visible(database, None) == [7, 8, 9, 10, 11]


async def test_a_task_assigned_by_the_model_is_its_assignees(database: Database) -> None:
    await offer(database)

    assert await visible(database, replace(LEAD, id="hq-1", level=0, groups=())) == [11]


async def test_tasks_come_in_pages(database: Database) -> None:
    await offer(database)
    async with database.reading() as room:
        first = await room.inbox.list(TaskFilter(limit=2))
        last = first[-1]
        rest = await room.inbox.list(TaskFilter(after=(last.opened_at, last.instance_id, last.key)))

    assert ([task.key for task in first], [task.key for task in rest]) == ([7, 8], [9, 10, 11])


async def test_a_claimed_task_is_its_claimants(database: Database) -> None:
    await offer(database)
    async with database.work() as books:
        task = await books.human_tasks.perform(a_deed())

    assert (task.state, task.assignee) == ("CLAIMED", "clerk-1")
    assert await visible(database, replace(LEAD, id="clerk-1"), mine_only=True) == [7]


async def test_a_task_given_back_is_open_again(database: Database) -> None:
    await offer(database)
    async with database.work() as books:
        await books.human_tasks.perform(a_deed())
        task = await books.human_tasks.perform(a_deed(request_id="q2", act="unclaim"))

    assert (task.state, task.assignee) == ("OPEN", None)


async def test_a_delegated_task_has_another_assignee(database: Database) -> None:
    await offer(database)
    async with database.work() as books:
        await books.human_tasks.perform(a_deed())
        task = await books.human_tasks.perform(
            a_deed(request_id="q2", act="delegate", delegate_to="clerk-2")
        )

    assert (task.state, task.assignee) == ("CLAIMED", "clerk-2")


async def test_a_completed_task_takes_no_more(database: Database) -> None:
    await offer(database)
    async with database.work() as books:
        await books.human_tasks.perform(a_deed(act="complete", outcome="done"))

        with pytest.raises(TaskNotOpen):
            await books.human_tasks.perform(a_deed(request_id="q2"))


async def test_a_task_that_a_listener_gave_back_is_open_as_it_says(database: Database) -> None:
    await offer(database)
    async with database.work() as books:
        await books.human_tasks.perform(a_deed(act="complete", outcome="done"))
        later = offered(7, 7, "L2", again=True, priority=80)
        await books.journal.append(batch(later))
        task = await books.human_tasks.get("BQ-1", 7)
        assert task is not None
        assert (task.state, task.assignee, task.outcome, task.priority) == ("OPEN", None, None, 80)
        await books.human_tasks.perform(a_deed(request_id="q2"))

    assert await visible(database, replace(LEAD, id="clerk-1"), mine_only=True) == [7]


async def test_an_unknown_task_is_not_open(database: Database) -> None:
    async with database.work() as books:
        with pytest.raises(TaskNotOpen):
            await books.human_tasks.perform(a_deed())


async def test_a_request_id_is_used_once(database: Database) -> None:
    await offer(database)

    async def twice() -> None:
        async with database.work() as books:
            await books.human_tasks.perform(a_deed())
            await books.human_tasks.perform(a_deed(act="unclaim"))

    with pytest.raises(IntegrityError):
        await twice()


async def test_a_deed_is_found_by_its_request_id(database: Database) -> None:
    await offer(database)
    async with database.work() as books:
        await books.human_tasks.perform(a_deed(comment="fine"))
        found = await books.human_tasks.deed("BQ-1", "q1")

    assert found == a_deed(comment="fine")


async def test_what_people_did_in_a_case_is_told_in_order(database: Database) -> None:
    await offer(database)
    async with database.work() as books:
        await books.human_tasks.perform(a_deed())
        await books.human_tasks.perform(a_deed(request_id="q2", act="complete", outcome="done"))
        deeds = await books.human_tasks.deeds("BQ-1")

    assert [deed.act for deed in deeds] == ["claim", "complete"]


async def test_a_deed_writes_one_audit_record_with_its_level(database: Database) -> None:
    await offer(database)
    async with database.work() as books:
        await books.human_tasks.perform(a_deed(level=1, certificate_id="QC-1"))

    async with database.reading() as room:
        change = (await room.audit.records("BQ-1"))[-1].change
    assert (change.action, change.actor, change.detail["certificateId"]) == (
        "task.claim",
        "clerk-1",
        "QC-1",
    )


async def test_only_whom_a_task_is_offered_to_may_see_it(database: Database) -> None:
    await offer(database)

    async with database.reading() as room:
        task = await room.inbox.get("BQ-1", 8)
        assert task is not None
        assert not await room.inbox.is_visible(task, LEAD)
        assert await room.inbox.is_visible(task, replace(LEAD, level=4))
