"""A day reconciled with a real core system: it finds nothing, or just what was planted."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from infra.db.tables.core_orders import core_orders
from infra.systems.bank import HttpBank
from infra.systems.core_http import HttpCore
from tests.activities.office import NOTICE, ZONE, moment
from tests.activities.test_through_core import Branch, branch
from workers.reconciler import Reconciler
from workflows.domain.systems import SystemUnavailable

__all__ = ["branch"]
DAY = date(2026, 10, 12)
MORNING_AFTER = moment("2026-10-13T11:00")


def reconciler(branch: Branch, at: datetime = MORNING_AFTER) -> Reconciler:
    return Reconciler(
        database=branch.office.database,
        bank=HttpBank(branch.office.bank_client),
        core=HttpCore(branch.client),
        zone=ZONE,
        clock_offset=at - datetime.now(UTC),
    )


async def breaks(branch: Branch, at: datetime = MORNING_AFTER) -> list[tuple[str, str | None]]:
    """The day's breaks after one more comparison: kind and outcome."""
    async with branch.office.database.work() as books:
        await books.reconciliation.ask(DAY, by="finance-1", at=at)
    await reconciler(branch, at).round()
    async with branch.office.database.reading() as room:
        found = await room.reconciliation.breaks(day=DAY)
    return [(one.kind, one.outcome) for one in found]


def plant(branch: Branch, statement: str, *values: object) -> None:
    """Somebody changes the core system's own file."""
    with sqlite3.connect(branch.office.folder / "core.db") as database:
        assert database.execute(statement, values).rowcount >= 1
    database.close()


async def committed(branch: Branch) -> None:
    await branch.run(await branch.to_commit())


async def test_the_morning_after_a_commit_both_sides_agree(branch: Branch):
    await committed(branch)

    assert await breaks(branch) == []


async def test_what_the_core_did_and_we_do_not_know_is_found_until_we_do(branch: Branch):
    await committed(branch)
    commit = core_orders.c.operation == "commit"
    await change(branch, update(core_orders).where(commit).values(state="UNKNOWN"))
    assert await breaks(branch) == [("CORE_UNTOLD", None)]
    async with branch.office.database.work() as books:
        [anomaly] = await books.anomalies.of_case("BQ-1")
    assert (anomaly.class_, anomaly.reason, anomaly.route) == ("MONEY", "CORE_UNTOLD", "finance")

    await change(branch, update(core_orders).where(commit).values(state="DONE"))

    assert await breaks(branch) == [("CORE_UNTOLD", "AGREES")]


async def change(branch: Branch, statement: object) -> None:
    """Somebody changes our own books, past the product."""
    async with branch.office.registry.begin() as connection:
        await connection.execute(statement)  # type: ignore[call-overload]


async def test_what_we_hold_for_done_and_the_core_never_did_is_found(branch: Branch):
    await committed(branch)
    plant(branch, "DELETE FROM effect WHERE operation = 'commit'")

    kinds = {kind for kind, _ in await breaks(branch)}

    assert kinds == {"CORE_MISSING", "CORE_CHANGED", "CORE_HELD"}


async def test_a_cent_of_difference_is_found(branch: Branch):
    await committed(branch)
    plant(
        branch,
        "UPDATE effect SET body = replace(body, '\"amountMinor\":', '\"amountMinor\":1')"
        " WHERE operation = 'commit'",
    )

    assert await breaks(branch) == [("CORE_AMOUNT_DIFFERS", None)]


async def test_a_reservation_left_over_is_found_when_its_time_is_over(branch: Branch):
    await branch.run(branch.call("execution.reserve", quote=await branch.quoted()))

    early = await breaks(branch, moment(NOTICE).replace(hour=18))
    late = await breaks(branch)

    assert (early, late) == ([], [("CORE_HELD", None)])


async def test_a_reservation_that_was_let_go_of_is_none(branch: Branch):
    await branch.run(branch.call("execution.reserve", quote=await branch.quoted()))
    await branch.run(branch.call("execution.release"))

    assert await breaks(branch) == []


async def test_a_policy_that_others_changed_at_the_core_is_found(branch: Branch):
    await committed(branch)
    plant(branch, "UPDATE policy SET version = version + 1")

    assert await breaks(branch) == [("CORE_CHANGED", None)]


async def test_a_core_that_does_not_answer_puts_the_day_off(branch: Branch):
    await committed(branch)
    async with branch.office.database.work() as books:
        await books.reconciliation.ask(DAY, by="finance-1", at=MORNING_AFTER)
    branch.core.token = "another"  # noqa: S105

    with pytest.raises(SystemUnavailable):
        await reconciler(branch).round()

    async with branch.office.database.reading() as room:
        day = await room.reconciliation.get(DAY)
    assert day is not None
    assert day.done_at is None
