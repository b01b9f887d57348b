"""``message.publish``: a case publishes a BPMN message through the broker."""

import re
from collections.abc import Callable
from datetime import timedelta

from temporalio import activity

from activities.errors import Refused
from activities.once import guarded, journaled
from activities.step import Equipment
from workflows.contracts.human_task import MESSAGE_PUBLISH
from workflows.contracts.journal import MessageDelivery
from workflows.contracts.message import Publication, PublicationReceipt
from workflows.domain import message as domain

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


def message_publish(equipment: Equipment) -> Callable[..., object]:
    """Build the activity."""

    @activity.defn(name=MESSAGE_PUBLISH)
    async def publish(publication: Publication) -> PublicationReceipt:
        async def run() -> PublicationReceipt:
            return await _publish(equipment, publication)

        receipt: PublicationReceipt = await guarded(MESSAGE_PUBLISH, lambda: equipment.again(run))
        return receipt

    return publish


async def _publish(equipment: Equipment, wanted: Publication) -> PublicationReceipt:
    publication = domain.Publication(
        name=wanted.name,
        key=wanted.correlation_key,
        message_id=wanted.message_id or wanted.effect_key,
        variables=wanted.variables,
        at=wanted.at,
        time_to_live=time_to_live(wanted.time_to_live),
        publisher=wanted.instance_id,
        clock_offset=wanted.clock_offset,
    )
    async with equipment.work() as books:
        messages = await journaled(books, wanted.journal)
        try:
            await books.messages.publish(publication)
        except domain.MessageIdReused:
            raise Refused("MESSAGE_ID_REUSED", "The id came before with other content.") from None
        own = await books.messages.pending(publication)
    return PublicationReceipt(messages=_once((*messages, *own), wanted.instance_id))


def time_to_live(text: str | None) -> timedelta:
    """Read an ISO 8601 duration of days and time; none is zero."""
    if not text:
        return timedelta(0)
    found = _DURATION.fullmatch(text)
    if found is None or text.endswith(("P", "T")):
        raise Refused("INPUT", "timeToLive: expected a duration of days and time.")
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _once(messages: tuple[MessageDelivery, ...], instance_id: str) -> tuple[MessageDelivery, ...]:
    own = {
        (each.wait, each.message_id): each for each in messages if each.instance_id == instance_id
    }
    return tuple(own.values())
