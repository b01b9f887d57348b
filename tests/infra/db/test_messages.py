"""Messages: once per id, one instance of each process, buffered for their time, in order."""

from datetime import timedelta

import pytest

from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import NOW, a_message, batch, closed, entry, listening, started
from workflows.contracts.journal import JournalBatch, JournalEntry, MessageDelivery
from workflows.domain.message import MessageIdReused, Publication, PublicationResult


async def publish(database: Database, publication: Publication) -> PublicationResult:
    async with database.work() as books:
        return await books.messages.publish(publication)


async def append(database: Database, journal: JournalBatch) -> tuple[MessageDelivery, ...]:
    async with database.work() as books:
        return await books.journal.append(journal)


async def listens(
    database: Database, instance: str, *entries: JournalEntry, process_id: str = "p"
) -> tuple[MessageDelivery, ...]:
    told = batch(started(process_id=process_id), *entries, instance=instance, case=instance)
    return await append(database, told)


async def test_a_message_meets_its_subscription(database: Database) -> None:
    await listens(database, "I1", listening(2, 1))

    published = await publish(database, a_message())

    assert (published.result, published.instances) == ("correlated", ("I1",))


async def test_another_key_meets_nobody(database: Database) -> None:
    await listens(database, "I1", listening(2, 1, key="R2"))

    assert (await publish(database, a_message())).result == "buffered"


async def test_a_message_that_may_not_wait_is_dropped(database: Database) -> None:
    published = await publish(database, a_message(time_to_live=timedelta()))

    assert published.result == "dropped"
    assert await listens(database, "I1", listening(2, 1)) == ()


async def test_a_buffered_message_meets_a_later_subscription(database: Database) -> None:
    await publish(database, a_message())

    delivered = await listens(database, "I1", listening(2, 1))

    assert [(delivery.wait, delivery.message_id) for delivery in delivered] == [(1, "M1")]


async def test_an_expired_message_meets_nobody(database: Database) -> None:
    await publish(database, a_message(time_to_live=timedelta(seconds=1)))

    assert await listens(database, "I1", listening(2, 1)) == ()


async def test_messages_are_taken_in_the_order_they_came(database: Database) -> None:
    await publish(database, a_message("M1"))
    await publish(database, a_message("M2"))

    delivered = await listens(database, "I1", listening(2, 1))

    assert [delivery.message_id for delivery in delivered] == ["M1"]


async def test_a_subscription_that_stays_takes_them_all(database: Database) -> None:
    await publish(database, a_message("M1"))
    await publish(database, a_message("M2"))

    delivered = await listens(database, "I1", listening(2, 1, once=False))

    assert [delivery.message_id for delivery in delivered] == ["M1", "M2"]


async def test_a_served_subscription_leaves_the_next_message_to_others(database: Database) -> None:
    await listens(database, "I1", listening(2, 1))
    await publish(database, a_message("M1"))

    second = await publish(database, a_message("M2"))

    assert second.result == "buffered"


async def test_one_instance_of_a_process_takes_a_message(database: Database) -> None:
    await listens(database, "I1", listening(2, 1))
    await listens(database, "I2", listening(2, 1))

    published = await publish(database, a_message())

    assert published.instances == ("I1",)


async def test_every_process_takes_a_message(database: Database) -> None:
    await listens(database, "I1", listening(2, 1), process_id="p")
    await listens(database, "I2", listening(2, 1), process_id="q")

    published = await publish(database, a_message())

    assert published.instances == ("I1", "I2")


async def test_a_repeated_publication_is_answered_with_the_first_result(
    database: Database,
) -> None:
    first = await publish(database, a_message())
    await listens(database, "I1", listening(2, 1))

    again = await publish(database, a_message())

    assert (again.result, again.duplicate, first.duplicate) == ("buffered", True, False)


async def test_the_same_id_with_other_content_is_refused(database: Database) -> None:
    await publish(database, a_message())

    with pytest.raises(MessageIdReused):
        await publish(database, a_message(variables={}))


async def test_the_same_id_under_another_name_is_another_message(database: Database) -> None:
    await publish(database, a_message())

    assert not (await publish(database, a_message(name="answered"))).duplicate


async def test_an_unread_message_is_answered_with_every_repeat(database: Database) -> None:
    await publish(database, a_message())
    told = batch(started(), listening(2, 1), instance="I1", case="I1")
    first = await append(database, told)

    again = await append(database, told)

    assert again == first != ()


async def test_a_consumed_message_is_not_delivered_again(database: Database) -> None:
    await listens(database, "I1", listening(2, 1))
    await publish(database, a_message())
    consumed = entry(3, "messageConsumed", 1, messageId="M1")

    await append(database, batch(consumed, closed(4, 1), instance="I1", case="I1"))

    async with database.reading() as room:
        assert await room.messages.undelivered(NOW + timedelta(days=1)) == ()


async def test_a_message_to_a_subscription_that_closed_is_free_again(database: Database) -> None:
    await listens(database, "I1", listening(2, 1))
    await publish(database, a_message())

    await append(database, batch(closed(3, 1), instance="I1", case="I1"))

    delivered = await listens(database, "I2", listening(2, 1))
    assert [delivery.instance_id for delivery in delivered] == ["I2"]


async def test_what_is_not_taken_up_is_seen_by_the_reconciler(database: Database) -> None:
    await listens(database, "I1", listening(2, 1))
    await publish(database, a_message())

    async with database.reading() as room:
        early = await room.messages.undelivered(NOW)
        late = await room.messages.undelivered(NOW + timedelta(seconds=1))

    assert (early, [delivery.message_id for delivery in late]) == ((), ["M1"])


async def test_pending_deliveries_of_a_publication_are_told(database: Database) -> None:
    await listens(database, "I1", listening(2, 1))
    await publish(database, a_message())

    async with database.work() as books:
        pending = await books.messages.pending(a_message())

    assert [(delivery.instance_id, delivery.variables) for delivery in pending] == [
        ("I1", {"state": {"t": "string", "v": "SETTLED"}})
    ]
