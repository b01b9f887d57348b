"""A day reconciled with the real bank: it finds nothing, or just what was planted."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import update

from infra.db.tables import money as money_tables
from infra.systems.bank import HttpBank
from infra.systems.bank_simulator.script import Account
from tests.activities.office import NOTICE, ZONE, Office, moment
from tests.activities.test_execution import payable
from workers.reconciler import Reconciler

DAY = date(2026, 10, 12)
MORNING_AFTER = moment("2026-10-13T07:00")


def reconciler(office: Office, at: datetime = MORNING_AFTER) -> Reconciler:
    return Reconciler(
        database=office.database,
        bank=HttpBank(office.bank_client),
        zone=ZONE,
        clock_offset=at - datetime.now(UTC),
    )


async def paid(office: Office) -> dict[str, Any]:
    order = await payable(office)
    payment = (await office.do("execution.pay", **order))["payment"]
    return {**order, "payment": payment}


async def breaks(office: Office) -> list[tuple[str, str | None]]:
    """The day's breaks after a comparison: kind and outcome."""
    async with office.database.reading() as room:
        found = await room.reconciliation.breaks(day=DAY)
    return [(one.kind, one.outcome) for one in found]


def plant(office: Office, statement: str, *values: object) -> None:
    """Somebody changes the bank's own file."""
    path = office.folder / "bank.db"
    with sqlite3.connect(path) as database:
        assert database.execute(statement, values).rowcount == 1
    database.close()


async def test_the_morning_after_a_payment_all_books_agree(office: Office):
    await paid(office)

    await reconciler(office).round()

    async with office.database.reading() as room:
        [day] = await room.reconciliation.list(before=None, limit=9)
    assert (day.day, day.asked_by, day.lines, day.orders, day.breaks) == (DAY, "system", 1, 1, 0)
    assert await breaks(office) == []


async def test_before_six_nobody_asks_and_after_it_once(office: Office):
    early = reconciler(office, moment("2026-10-13T05:59"))
    await early.round()
    async with office.database.reading() as room:
        assert await room.reconciliation.list(before=None, limit=9) == ()

    await reconciler(office).round()
    async with office.database.reading() as room:
        first = await room.reconciliation.get(DAY)
    await reconciler(office, MORNING_AFTER + timedelta(hours=1)).round()

    async with office.database.reading() as room:
        assert await room.reconciliation.get(DAY) == first


async def test_a_return_that_nobody_told_is_found_and_comes_right_when_it_is_told(office: Office):
    order = await payable(office)
    office.bank.open_account(Account(number="62220000000" + "1", holder="张三", status="CLOSED"))
    payment = (await office.do("execution.pay", **order))["payment"]
    office.bank.advance(moment(NOTICE).timestamp() + 3600)

    await reconciler(office).round()

    assert await breaks(office) == [("UNTOLD", None)]
    async with office.database.work() as books:
        [anomaly] = await books.anomalies.of_case("BQ-1")
        assert (anomaly.class_, anomaly.reason, anomaly.route) == ("MONEY", "UNTOLD", "finance")
        assert anomaly.due_on == date(2026, 10, 14)
    bounced = (await office.do("execution.query_payment", payment=payment, **order))["payment"]
    await office.do("execution.returned", payment=bounced, **order)
    async with office.database.work() as books:
        await books.reconciliation.ask(DAY, by="finance-1", at=MORNING_AFTER)
    await reconciler(office).round()

    assert await breaks(office) == [("UNTOLD", "AGREES")]
    async with office.database.work() as books:
        [anomaly] = await books.anomalies.of_case("BQ-1")
        assert anomaly.closed_at is not None
        assert (await books.audit.verify("BQ-1")).intact


async def test_a_cent_taken_at_the_bank_is_found(office: Office):
    await paid(office)
    plant(office, "UPDATE entry SET amount_minor = amount_minor + 1")

    await reconciler(office).round()

    assert await breaks(office) == [("AMOUNT_DIFFERS", None)]


async def test_money_that_left_under_no_key_of_ours_is_found_without_a_case(office: Office):
    await paid(office)
    booked = moment(NOTICE).timestamp()
    plant(office, "INSERT INTO entry VALUES ('theft', 'PAY', '6222', 100000, ?)", booked)

    await reconciler(office).round()

    assert await breaks(office) == [("UNKNOWN_TO_US", None)]
    async with office.database.reading() as room:
        [found] = await room.reconciliation.breaks(day=DAY)
    assert (found.case_id, found.anomaly_id, found.at_bank_minor) == (None, None, 100_000)


async def test_a_payment_that_never_left_is_found(office: Office):
    await paid(office)
    plant(office, "DELETE FROM entry")

    await reconciler(office).round()

    assert await breaks(office) == [("MISSING_AT_BANK", None)]


async def test_what_finance_closed_stays_closed_though_it_still_shows(office: Office):
    await paid(office)
    plant(office, "DELETE FROM entry")
    await reconciler(office).round()
    async with office.database.work() as books:
        [found] = await books.reconciliation.breaks(day=DAY)
        await books.reconciliation.close(
            found, "SUSPENSE", "the bank was asked", by="finance-1", at=MORNING_AFTER
        )
        await books.reconciliation.ask(DAY, by="finance-1", at=MORNING_AFTER)

    await reconciler(office).round()

    assert await breaks(office) == [("MISSING_AT_BANK", "SUSPENSE")]


async def test_an_order_sent_a_moment_ago_is_under_way(office: Office):
    """Compared at once, today: the bank has it, the case does not know yet."""
    await paid(office)
    async with office.database.engine.begin() as connection:
        await connection.execute(update(money_tables.payment_attempts).values(state="INTENT"))
    at = moment(NOTICE) + timedelta(minutes=1)
    async with office.database.work() as books:
        await books.reconciliation.ask(DAY, by="ops-1", at=at)

    await reconciler(office, at).round()
    assert await breaks(office) == []

    async with office.database.work() as books:
        await books.reconciliation.ask(DAY, by="ops-1", at=at)
    await reconciler(office, at + timedelta(hours=1)).round()
    assert await breaks(office) == [("UNTOLD", None)]
