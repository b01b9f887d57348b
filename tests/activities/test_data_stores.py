import asyncio
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from temporalio.exceptions import ApplicationError

from infra.db.tables.data_stores import data_store_entries
from tests.activities.office import Fault, KilledError, Office
from workflows.contracts.activity import TaskCall
from workflows.feel import Value
from workflows.feel.temporal import parse_duration
from workflows.feel.wire import decode


def put(store: str, value: object, *path: str, capacity: int | None = None) -> dict[str, Any]:
    return {"store": store, "path": list(path), "value": value, "capacity": capacity}


def writing(office: Office, *writes: dict[str, Any], key: int = 1) -> TaskCall:
    call = office.call("store.write", {"writes": list(writes)})
    return call.model_copy(update={"key": key, "effect_key": f"BQ-1/t/write/{key}"})


async def held(office: Office, **stores: str) -> Value:
    """What stores hold, read under a key of its own."""
    held.number += 1  # type: ignore[attr-defined]
    number = held.number  # type: ignore[attr-defined]
    call = office.call("store.read", {}).model_copy(
        update={"headers": stores, "effect_key": f"BQ-1/t/read/{number}"}
    )
    return decode((await office.answer(call)).variables["stores"])


held.number = 0  # type: ignore[attr-defined]


async def refused(office: Office, call: TaskCall) -> str:
    with pytest.raises(ApplicationError) as caught:
        await office.answer(call)
    return str(caught.value.type)


def of(case_id: str, call: TaskCall) -> TaskCall:
    key = call.effect_key.replace("BQ-1", case_id)
    return call.model_copy(update={"case_id": case_id, "instance_id": case_id, "effect_key": key})


async def test_what_one_case_writes_another_reads_as_it_was(office: Office):
    value: Any = [parse_duration("P1Y"), parse_duration("PT2H"), None, {"a": [True], "b": None}]

    await office.answer(writing(office, put("Book", value)))

    assert await held(office, it="Book", other="Nothing") == {"it": value, "other": None}


async def test_parts_are_written_beside_each_other(office: Office):
    await office.answer(writing(office, put("Book", Decimal(1), "P-1", "count")))
    await office.answer(
        writing(office, put("Book", "x", "P-1", "kind"), put("Book", True, "P-2"), key=2)
    )
    await office.answer(writing(office, put("Book", None, "P-2"), key=3))

    assert await held(office, it="Book") == {"it": {"P-1": {"count": Decimal(1), "kind": "x"}}}


async def test_a_write_that_was_committed_is_not_done_again(office: Office):
    first = writing(office, put("Book", "first"))
    office.failpoint = Fault("effect.after_commit")
    with pytest.raises(KilledError):
        await office.answer(first)
    office.failpoint = Fault()
    await office.answer(writing(office, put("Book", "second"), key=2))

    await office.answer(first)

    assert await held(office, it="Book") == {"it": "second"}


async def test_a_read_that_is_answered_again_answers_the_same(office: Office):
    call = office.call("store.read", {}).model_copy(update={"headers": {"it": "Book"}})
    before = await office.answer(call)
    await office.answer(writing(office, put("Book", "x"), key=2))

    assert await office.answer(call) == before


async def test_cases_that_write_at_once_lose_nothing_and_keep_their_own(office: Office):
    cases = [f"BQ-{number}" for number in range(1, 7)]

    await asyncio.gather(
        *(office.answer(of(case, writing(office, put("Book", True, case)))) for case in cases)
    )

    async with office.database.engine.connect() as connection:
        columns = select(data_store_entries.c.key, data_store_entries.c.case_id)
        rows = (await connection.execute(columns.order_by("key"))).all()
    assert [tuple(row) for row in rows] == [(case, case) for case in cases]


async def test_what_a_store_cannot_hold_is_refused_whole(office: Office):
    large = put("Other", "y" * 200_000)
    full, heavy = put("Book", [True, True], capacity=1), put("Other", "y" * 300_000)

    codes = [
        await refused(office, writing(office, *writes))
        for writes in ([full], [put("Book", "x"), heavy], [put("Book", True, "k" * 201)])
    ]

    assert codes == ["refused:STORE_FULL", "refused:STORE_FULL", "refused:STORE_KEY"]
    assert await refused(office, writing(office, put("", True))) == "refused:INPUT"
    assert await held(office, it="Book") == {"it": None}
    await office.answer(writing(office, large, {**large, "store": "More"}))
    with pytest.raises(ApplicationError, match="Together more than"):
        await held(office, a="Other", b="More")
