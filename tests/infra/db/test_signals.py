"""Signals: told once to everything that listened when they were broadcast, in order."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import NOW, accepted, batch, entry, started
from workflows.contracts.journal import JournalEntry
from workflows.contracts.signal import SignalDelivery
from workflows.domain.legal_hold import LegalHold
from workflows.domain.signal import Broadcast, BroadcastResult, SignalIdReused


def a_signal(signal_id: str = "S1", **changes: Any) -> Broadcast:
    broadcast = Broadcast(
        name="tariff",
        signal_id=signal_id,
        variables={"n": {"t": "number", "v": "1"}},
        at=NOW,
        publisher="ops-1",
    )
    return replace(broadcast, **changes)


def hears(seq: int, wait: int, signal: str = "tariff") -> JournalEntry:
    return entry(seq, "waitOpened", wait, **{"for": "signal", "signal": signal})


def stops(seq: int, wait: int) -> JournalEntry:
    return entry(seq, "waitClosed", wait, **{"for": "signal", "why": "closed"})


def heard(seq: int, no: int) -> JournalEntry:
    return entry(seq, "signalConsumed", None, signal="tariff", no=no)


async def broadcast(database: Database, signal: Broadcast | None = None) -> BroadcastResult:
    async with database.work() as books:
        return await books.signals.broadcast(signal or a_signal(), is_asked=True)


async def tell(database: Database, instance: str, *entries: JournalEntry) -> None:
    async with database.work() as books:
        await books.journal.append(batch(*entries, instance=instance, case=instance))


async def pending(database: Database, instance: str) -> list[tuple[int, tuple[int, ...]]]:
    async with database.reading() as room:
        return [(each.no, each.waits) for each in await room.signals.for_instance(instance)]


async def unheard(database: Database, later: int = 0) -> tuple[SignalDelivery, ...]:
    async with database.reading() as room:
        return await room.signals.unheard(NOW + timedelta(seconds=later))


async def test_everybody_who_listens_is_told_in_order(database: Database) -> None:
    for instance in ("I2", "I1"):
        await tell(database, instance, started(), hears(2, 1))
    await tell(database, "I3", started(), hears(2, 1, "another"))

    assert (await broadcast(database)).instances == ("I1", "I2")
    assert [each.instance_id for each in await unheard(database)] == ["I1", "I2"]


async def test_an_instance_is_told_once_however_much_of_it_listens(database: Database) -> None:
    await tell(database, "I1", started(), hears(2, 1), hears(3, 4), hears(4, 6, "another"))

    await broadcast(database)

    assert await pending(database, "I1") == [(1, (1, 4))]


async def test_who_listens_later_hears_nothing_of_it(database: Database) -> None:
    await broadcast(database)

    await tell(database, "I1", started(), hears(2, 1))

    assert await pending(database, "I1") == []


async def test_who_listens_no_more_is_not_told(database: Database) -> None:
    await tell(database, "I1", started(), hears(2, 1), stops(3, 1))

    assert (await broadcast(database)).instances == ()


async def test_what_listened_and_stopped_before_it_heard_is_told_no_more(
    database: Database,
) -> None:
    await tell(database, "I1", started(), hears(2, 1), hears(3, 2))
    await broadcast(database)

    await tell(database, "I1", stops(4, 1))
    half = await pending(database, "I1")
    await tell(database, "I1", stops(5, 2))

    assert half == [(1, (1, 2))]
    assert await pending(database, "I1") == []


async def test_what_was_heard_is_not_told_again(database: Database) -> None:
    await tell(database, "I1", started(), hears(2, 1))
    await broadcast(database)

    await tell(database, "I1", heard(3, 1))

    assert await unheard(database) == ()


async def test_an_instance_hears_one_signal_after_the_other(database: Database) -> None:
    await tell(database, "I1", started(), hears(2, 1))
    for no in (1, 2, 3):
        await broadcast(database, a_signal(f"S{no}"))

    first = await unheard(database)
    await tell(database, "I1", heard(3, 1))

    assert [each.no for each in (*first, *await unheard(database))] == [1, 2]


async def test_one_that_cannot_be_told_rests_with_all_that_follows(database: Database) -> None:
    await tell(database, "I1", started(), hears(2, 1))
    await tell(database, "I2", started(), hears(2, 1))
    await broadcast(database, a_signal("S1"))
    await broadcast(database, a_signal("S2"))

    async with database.work() as books:
        await books.relay_failures.note("signal", "I1", "RPCError: UNAVAILABLE", NOW)

    assert [(each.instance_id, each.no) for each in await unheard(database)] == [("I2", 1)]
    later = await unheard(database, later=10)
    assert [(each.instance_id, each.no) for each in later] == [("I1", 1), ("I2", 1)]


async def test_an_instance_that_ended_is_told_nothing(database: Database) -> None:
    await tell(database, "I1", started(), hears(2, 1))
    await broadcast(database)

    await tell(database, "I1", entry(3, "caseFinished", outcome="completed"))

    assert await unheard(database) == ()
    assert (await broadcast(database, a_signal("S2"))).instances == ()


async def test_the_same_id_is_one_signal(database: Database) -> None:
    await tell(database, "I1", started(), hears(2, 1))
    first = await broadcast(database)
    await tell(database, "I2", started(), hears(2, 1))

    again = await broadcast(database)

    assert (again.duplicate, again.instances) == (True, first.instances) == (True, ("I1",))


async def test_the_same_id_with_another_content_is_refused(database: Database) -> None:
    await broadcast(database)

    with pytest.raises(SignalIdReused):
        await broadcast(database, a_signal(variables={}))


async def test_a_case_that_throws_anew_has_thrown_already(database: Database) -> None:
    await broadcast(database)

    async with database.work() as books:
        again = await books.signals.broadcast(a_signal(variables={}))

    assert again.duplicate


async def test_a_history_told_anew_hears_again_what_it_still_listens_for(
    database: Database,
) -> None:
    await tell(database, "I1", started(), hears(2, 1), hears(3, 2))
    await broadcast(database)
    await tell(database, "I1", heard(4, 1), stops(5, 1))

    await tell(database, "I1", entry(3, "elementCompleted", 5))

    assert await pending(database, "I1") == [(1, (1, 2))]
    async with database.reading() as room:
        assert await room.signals.for_instance("I1") != ()


async def test_a_name_of_any_length_is_a_name(database: Database) -> None:
    long = "价" * 500
    await tell(database, "I1", started(), hears(2, 1, long))

    assert (await broadcast(database, a_signal(name=long))).instances == ("I1",)
    assert (await broadcast(database, a_signal("S2", name=f"{long}!"))).instances == ()


async def test_a_broadcast_leaves_one_audit_record(database: Database) -> None:
    await broadcast(database)
    await broadcast(database)

    async with database.work() as books:
        head = await books.audit.head("signal tariff")
    assert head != ""


async def test_old_signals_go_with_their_last_receiver(database: Database) -> None:
    await tell(database, "I1", started(), hears(2, 1))
    await broadcast(database)
    async with database.work() as books:
        kept = await books.retention.forget(NOW + timedelta(days=1))

    await tell(database, "I1", heard(3, 1), entry(4, "caseFinished", outcome="completed"))
    async with database.work() as books:
        gone = await books.retention.forget(NOW + timedelta(days=1))

    assert (kept.signals, gone.signals) == (0, 1)
    again = await broadcast(database, a_signal("S2"))
    assert not again.duplicate


async def test_what_a_held_case_was_told_is_not_disposed_of(database: Database) -> None:
    await accepted(database)
    await tell(database, "BQ-1", started(), hears(2, 1))
    await broadcast(database)
    await tell(database, "BQ-1", heard(3, 1), entry(4, "caseFinished", outcome="completed"))
    hold = LegalHold(
        id="LH-1", kind="POLICY", target="P-S3", basis="COURT", reference=None, reason="asked for",
        placed_by="legal-1", placed_at=NOW,
    )  # fmt: skip
    async with database.work() as books:
        await books.legal_holds.place(hold)
        kept = await books.retention.forget(NOW + timedelta(days=1))
    async with database.work() as books:
        await books.legal_holds.lift(hold, ("legal-1", "auditor-1"), NOW, "final")
        gone = await books.retention.forget(NOW + timedelta(days=1))

    assert (kept.signals, gone.signals) == (0, 1)


@pytest.mark.slow
async def test_a_broadcast_and_those_who_come_and_go_always_agree(database: Database) -> None:
    """Whoever listened when it was broadcast hears it, nobody else: whatever runs beside it."""
    other = Database.at(str(database.engine.url))
    for no in range(60):
        name, instance = f"S{no}", f"I{no}"
        await tell(database, instance, started(), hears(2, 1, name))

        async def moves(instance: str = instance, name: str = name, no: int = no) -> None:
            await asyncio.sleep(no % 4 * 0.001)
            async with other.work() as books:
                told = batch(stops(3, 1), hears(4, 2, name), instance=instance, case=instance)
                await books.journal.append(told)

        result, _ = await asyncio.gather(broadcast(database, a_signal(name=name)), moves())

        assert result.instances == (instance,)
        left = await pending(database, instance)
        assert left in ([], [(no + 1, (2,))]), "the first wait, or the second; never both or none"
        state = {waits for _, waits in left}
        assert state <= {(2,)}
    await other.close()
