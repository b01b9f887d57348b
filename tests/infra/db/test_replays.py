"""A replay takes back what was told after its point, and keeps what was done."""

from dataclasses import replace
from datetime import timedelta

from infra.db.journal.replays import Replay
from infra.db.pages.inbox import TaskFilter
from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import (
    NOW,
    a_deed,
    a_message,
    accepted,
    batch,
    entry,
    listening,
    offered,
    started,
)
from workflows.domain.effects import Effect

POINT = NOW + timedelta(seconds=3)
A_REPLAY = Replay(
    id="RP-1",
    case_id="BQ-1",
    base_run_id="run-1",
    event_id=12,
    element=None,
    point_at=POINT,
    actor="ops-1",
    role="ops",
    reason="by mistake",
    at=NOW + timedelta(hours=2),
)


def anew(seq: int):
    """The first entry of the new run."""
    told = {
        "act": "case.replay",
        "actor": "ops-1",
        "role": "ops",
        "reason": "by mistake",
        "requestId": "RP-1",
    }
    return entry(seq, "operatorActed", None, **told).model_copy(update={"at": A_REPLAY.at})


async def an_ended_case(database: Database) -> None:
    await accepted(database)
    async with database.work() as books:
        await books.journal.append(batch(started(), offered(2, 7, "L1")))
        await books.human_tasks.perform(a_deed(at=NOW + timedelta(seconds=2)))
        await books.human_tasks.perform(
            a_deed(at=POINT, request_id="q2", act="complete", outcome="approve")
        )
        closed = entry(3, "taskClosed", 7, why="completed", outcome="approve")
        await books.journal.append(batch(closed, entry(4, "caseFinished", outcome="completed")))


async def replayed(database: Database) -> None:
    async with database.work() as books:
        await books.replays.order(A_REPLAY)
        await books.journal.append(batch(anew(3), run="run-2"))
        await books.replays.finish("RP-1", A_REPLAY.at)


async def test_a_decision_after_the_point_is_asked_for_again(database: Database) -> None:
    await an_ended_case(database)

    await replayed(database)

    async with database.reading() as room:
        (task,) = await room.inbox.list(TaskFilter(case_id="BQ-1"))
        case = await room.cases.get("BQ-1")
        trail = [(told.seq, told.kind) for told in await room.cases.trail("BQ-1")]
    assert case is not None
    assert case.finished_at is None
    assert (task.state, task.assignee) == ("CLAIMED", "clerk-1"), "the claim was before the point"
    assert trail == [(1, "caseStarted"), (2, "taskOpened"), (3, "operatorActed")]


async def test_a_decision_made_after_the_replay_stands_whatever_is_told_anew(
    database: Database,
) -> None:
    await an_ended_case(database)
    await replayed(database)
    async with database.work() as books:
        await books.human_tasks.perform(
            a_deed(at=NOW + timedelta(hours=3), request_id="q3", act="complete", outcome="reject")
        )
        told = batch(replace_at(anew(3), 1), run="run-2")
        await books.journal.append(told)
        task = await books.human_tasks.get("BQ-1", 7)

    assert task is not None
    assert (task.state, task.outcome) == ("COMPLETED", "reject")


def replace_at(told, seconds: int):
    return told.model_copy(update={"at": told.at + timedelta(seconds=seconds)})


async def test_the_order_and_the_act_stand_in_the_audit_chain(database: Database) -> None:
    await an_ended_case(database)

    await replayed(database)

    async with database.reading() as room:
        records = await room.audit.records("BQ-1")
        assert (await room.audit.verify("BQ-1")).intact
    told = {one.change.action: one.change for one in records if "replay" in one.change.action}
    assert set(told) == {"case.replay.ordered", "case.replay"}
    assert {change.actor for change in told.values()} == {"ops-1"}
    assert not any("reason" in change.detail for change in told.values())
    assert {change.detail["role"] for change in told.values()} == {"ops"}


async def test_what_the_case_had_heard_it_hears_again_past_its_time(database: Database) -> None:
    await accepted(database)
    async with database.work() as books:
        await books.journal.append(batch(started(), listening(2, 9)))
        await books.messages.publish(a_message())
        heard = entry(3, "messageConsumed", 9, messageId="M1")
        shut = entry(4, "waitClosed", 9, **{"for": "message", "why": "consumed"})
        await books.journal.append(batch(heard, shut))
        await books.replays.order(replace(A_REPLAY, point_at=NOW))
        later = replace_at(anew(2), 0)
        await books.journal.append(batch(later, run="run-2"))
        opened = replace_at(listening(3, 9), 7200)
        again = await books.journal.append(batch(opened, run="run-2"))

    assert [message.message_id for message in again] == ["M1"]


async def test_what_a_replay_would_take_back_and_keep_is_known_before(database: Database) -> None:
    await an_ended_case(database)
    effect = Effect(
        key="BQ-1/quote/5",
        kind="execution.quote",
        case_id="BQ-1",
        instance_id="BQ-1",
        element="quote",
        result={"variables": {}},
        at=POINT,
    )
    async with database.work() as books:
        await books.effects.record(effect)

    async with database.reading() as room:
        tail = await room.replay_views.tail("BQ-1", POINT)

    assert [one.element for one in tail.reopened] == ["element"]
    assert [one.kind for one in tail.effects] == ["execution.quote"]
    assert [(one.by, one.outcome) for one in tail.decisions] == [("clerk-1", "approve")]
    assert tail.superseded == 2


async def test_an_element_numbered_anew_takes_over_what_was_done_there(database: Database) -> None:
    await accepted(database)
    done = Effect(
        key="BQ-1/commit/5",
        kind="execution.commit",
        case_id="BQ-1",
        instance_id="BQ-1",
        element="commit",
        result={"variables": {"n": 1}},
        at=NOW,
    )

    def entered(seq: int, key: int, second: int = 0):
        told = entry(seq, "elementActivated", key, type="serviceTask")
        at = told.at + timedelta(seconds=second)
        return told.model_copy(update={"element": "commit", "at": at})

    wanted = replace(done, key="BQ-1/commit/6", result={}, at=NOW + timedelta(hours=1))
    async with database.work() as books:
        await books.journal.append(batch(started(), entered(2, 5)))
        await books.effects.record(done)
        while_told = await books.effects.left_over(wanted)
        await books.journal.append(batch(entered(2, 6, second=9), run="run-2"))
        left = await books.effects.left_over(wanted)
        assert left is not None
        await books.effects.record(left)
        twice = await books.effects.left_over(replace(wanted, key="BQ-1/commit/9"))

    assert while_told is None, "the case still tells of it"
    assert (left.key, left.result) == ("BQ-1/commit/6", {"variables": {"n": 1}})
    assert twice is None, "it was taken over already"


async def test_the_runs_that_replays_began_are_known(database: Database) -> None:
    await an_ended_case(database)
    async with database.work() as books:
        await books.replays.order(A_REPLAY)
        before = await books.replays.runs("BQ-1")
        await books.replays.began("RP-1", "run-2")

        assert (before, await books.replays.runs("BQ-1")) == (frozenset(), frozenset({"run-2"}))
        assert await books.replays.runs("BQ-2") == frozenset()
