"""Which cases a filter of a batch means, that each is answered once, and what the journal told."""

from __future__ import annotations

from typing import Any

from infra.db.operations.batches import Batch, answered
from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import NOW, a_case, accepted, batch, entry, started
from workflows.contracts.batch import BatchAct, BatchFilter, BatchMark

STUCK = {"code": "job-failed", "message": "no"}


async def stuck(database: Database) -> None:
    await accepted(database)
    async with database.work() as books:
        opened = entry(2, "incidentOpened", 7, **STUCK)
        await books.journal.append(batch(started(), opened))


async def meant(database: Database, do: str, **wanted: object) -> list[tuple[str, int | None]]:
    act = BatchAct.model_validate({"do": do})
    async with database.reading() as room:
        found = await room.batches.meant(act, BatchFilter.model_validate(wanted), 10)
    return [(case, key) for case, _, key in found]


async def test_everything_that_is_named_has_to_be_so(insurer: Database) -> None:
    database = insurer
    await stuck(database)
    async with database.reading() as room:
        case = await room.cases.get("BQ-1")
        policy = await room.policies.get("P-S3")
    assert case is not None
    assert policy is not None
    right = {
        "process_id": case.process_id,
        "version": case.version,
        "element": "element",
        "cause": "job-failed",
        "policy_no": case.policy_no,
        "product": policy.product_code,
        "since": NOW.replace(year=2000),
        "until": NOW.replace(year=2100),
    }
    wrong = {
        "process_id": "other",
        "version": 99,
        "element": "pay",
        "cause": "other",
        "policy_no": "P-0",
        "product": "OTHER",
        "since": NOW.replace(year=2100),
        "until": NOW.replace(year=2000),
        "outcome": "completed",
        "case_ids": ("BQ-2",),
    }

    ((incident, key),) = await meant(database, "retry", **right)
    assert incident == "BQ-1"
    assert key is not None
    assert await meant(database, "replay", **right) == [("BQ-1", None)]
    for name, value in wrong.items():
        assert await meant(database, "replay", **{**right, name: value}) == [], name
        if name != "outcome":  # no incident is open in a case that has ended
            assert await meant(database, "retry", **{**right, name: value}) == [], name


async def test_a_cause_is_meant_by_its_short_name_and_kept_by_it(database: Database) -> None:
    await stuck(database)
    await accepted(database, a_case("BQ-2"))
    async with database.work() as books:
        other = entry(2, "incidentOpened", 7, code="job-failed", message="it rains")
        await books.journal.append(batch(started(), other, instance="BQ-2", case="BQ-2"))
    async with database.reading() as room:
        groups = {one.message: one for one in await room.incidents.groups()}
    group = groups["no"]

    assert [one for one, _ in await meant(database, "retry", cause=group.cause)] == ["BQ-1"]
    assert [one for one, _ in await meant(database, "replay", cause=group.cause)] == ["BQ-1"]
    assert len(await meant(database, "retry", cause="job-failed")) == 2
    assert await meant(database, "retry", cause=group.cause, element="pay") == []
    assert await meant(database, "retry", cause="0123456789ab") == []


async def test_what_is_meant_is_written_down_once_and_each_answered_once(
    database: Database,
) -> None:
    await stuck(database)
    order = Batch(
        id="BT-1",
        act={"do": "replay"},
        filter={"element": "element"},
        rate=1.0,
        failure_share=0.5,
        ordered_by="ops-1",
        role="ops",
        reason="mended",
        ordered_at=NOW,
    )
    async with database.work() as books:
        await books.batches.order(order)
        await books.batches.select(order, NOW)
    async with database.work() as books:
        standing = await books.batches.order(order)
        await books.batches.select(standing, NOW)
        (item,) = await books.batches.pending("BT-1", 5)
        await books.batches.settle([answered(item, NOW)])
        await books.batches.settle([answered(item, NOW, "late", "an answer that came twice")])
        counts = await books.batches.counts("BT-1")
        mark = BatchMark(batch_id="BT-1", state="COMPLETED")
        await books.batches.mark(mark, NOW)
        await books.batches.mark(BatchMark(batch_id="BT-1", state="PAUSED"), NOW)
        over = await books.batches.get("BT-1")

    assert standing.selected_at == NOW
    assert (counts.left, counts.done, counts.failed) == (0, 1, 0)
    assert over is not None
    assert over.state == "COMPLETED"


async def test_a_migrated_case_goes_by_its_new_version_also_when_it_is_told_anew(
    database: Database,
) -> None:
    await accepted(database)
    act: dict[str, Any] = {"act": "case.migrate", "actor": "ops-1", "role": "ops", "reason": "r"}
    act |= {"requestId": "m-1", "version": 7, "programHash": "b" * 64}
    async with database.work() as books:
        await books.journal.append(batch(started(), entry(2, "operatorActed", None, **act)))
    async with database.reading() as room:
        case = await room.cases.get("BQ-1")
        (instance,) = await room.versions.of_case("BQ-1")
        done = await room.acts.is_done("BQ-1", "m-1")

    assert case is not None
    assert (case.version, instance.version, instance.migration) == (7, 7, "m-1")
    assert done
