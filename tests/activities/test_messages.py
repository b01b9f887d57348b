from datetime import timedelta
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from activities.errors import Refused
from activities.journal import journal_flush
from activities.messages import message_publish, time_to_live
from infra.db.tables import trail
from tests.activities.office import NOTICE, Office, moment
from workflows.contracts.journal import JournalReceipt
from workflows.contracts.message import Publication, PublicationReceipt

WAIT: dict[str, Any] = {
    "for": "message",
    "message": "payment.result",
    "correlationKey": "BQ-1:OB-1:1",
    "once": True,
}


def a_publication(**more: Any) -> Publication:
    given: dict[str, Any] = {
        "case_id": "BQ-1",
        "instance_id": "BQ-1",
        "element": "Event_1",
        "key": 7,
        "effect_key": "BQ-1/Event_1/7",
        "name": "payment.result",
        "correlation_key": "BQ-1:OB-1:1",
        "time_to_live": "PT1H",
        "at": moment(NOTICE),
    }
    return Publication(**(given | more))


async def publish(office: Office, publication: Publication) -> PublicationReceipt:
    activity: Any = message_publish(office.equipment)
    receipt: PublicationReceipt = await activity(publication)
    return receipt


async def flush(office: Office, *kinds: str, **data: Any) -> JournalReceipt:
    activity: Any = journal_flush(office.equipment)
    receipt: JournalReceipt = await activity(office.batch(*kinds, **data))
    return receipt


async def test_a_message_of_a_case_to_itself_comes_back_with_the_receipt(office: Office):
    await flush(office, "waitOpened", **WAIT)

    receipt = await publish(office, a_publication())

    (message,) = receipt.messages
    assert (message.instance_id, message.wait) == ("BQ-1", 1)
    assert message.message_id == "BQ-1/Event_1/7"


async def test_a_message_to_another_case_is_not_answered_here(office: Office):
    await flush(office, "waitOpened", **WAIT)

    receipt = await publish(office, a_publication(instance_id="BQ-2", case_id="BQ-2"))

    assert receipt.messages == ()


async def test_a_message_published_twice_is_one_message(office: Office):
    await publish(office, a_publication())

    await publish(office, a_publication())

    assert await office.count(trail.messages) == 1


async def test_an_id_with_other_content_is_refused(office: Office):
    await publish(office, a_publication())

    with pytest.raises(ApplicationError) as caught:
        await publish(office, a_publication(variables={"a": {"t": "null"}}))

    assert caught.value.type == "refused:MESSAGE_ID_REUSED"


async def test_a_buffered_message_meets_the_wait_that_the_journal_opens(office: Office):
    await publish(office, a_publication(instance_id="BQ-2", case_id="BQ-2"))

    receipt = await flush(office, "waitOpened", **WAIT)

    (message,) = receipt.messages
    assert message.name == "payment.result"


async def test_a_batch_flushed_twice_is_written_once(office: Office):
    batch = office.batch("elementActivated")
    activity: Any = journal_flush(office.equipment)
    await activity(batch)

    await activity(batch)

    assert await office.count(trail.journal) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, timedelta(0)),
        ("PT0S", timedelta(0)),
        ("PT1H", timedelta(hours=1)),
        ("P30D", timedelta(days=30)),
        ("P1DT2H3M4.5S", timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
    ],
)
def test_a_time_to_live_is_read(text: str | None, expected: timedelta):
    assert time_to_live(text) == expected


@pytest.mark.parametrize("text", ["P", "PT", "P1M", "-PT1H", "1 hour"])
def test_a_time_to_live_that_is_none_is_refused(text: str):
    with pytest.raises(Refused):
        time_to_live(text)
