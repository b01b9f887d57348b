"""Messages: published by back-office systems to whoever waits for them."""

import re
from datetime import timedelta

from fastapi import APIRouter

from api.answers import Asked, Once
from api.dependencies import Composed, Deployment
from api.intake import wire
from api.problems import Problem, refusals
from api.schemas.work import MessagePublish, MessageReceipt
from workflows.contracts.journal import MessageDelivery
from workflows.domain.message import MessageIdReused, Publication

router = APIRouter(prefix="/v1/messages", tags=["messages"])

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
MAX_TIME_TO_LIVE = timedelta(days=30)


@router.post("", status_code=202, responses=refusals(400, 401, 403, 413, 415, 422))
async def publish_message(body: MessagePublish, composed: Composed, asked: Asked) -> MessageReceipt:
    """Publish a message: it reaches one waiting case of each process, or is kept for its time."""

    async def act() -> MessageReceipt:
        return await _publish(body, asked, composed)

    return await asked.answer(MessageReceipt, act, 202)


async def _publish(body: MessagePublish, asked: Once, composed: Deployment) -> MessageReceipt:
    publication = Publication(
        name=body.name,
        key=body.key,
        message_id=body.id or asked.request_id,
        variables=wire(body.variables),
        at=composed.now(),
        time_to_live=_duration(body.ttl),
        publisher=asked.caller.subject,
    )
    try:
        async with composed.database.work() as books:
            result = await books.messages.publish(publication)
            deliveries = await books.messages.pending(publication)
    except MessageIdReused:
        raise Problem(
            422, "message-id-reused", "This message id was used for another content."
        ) from None
    for delivery in deliveries:
        await _deliver(composed, delivery)
    return MessageReceipt(
        message_id=result.message_id,
        outcome=result.result,
        duplicate=result.duplicate,
        instances=list(result.instances),
    )


async def _deliver(composed: Deployment, delivery: MessageDelivery) -> None:
    """Hand it over now; what cannot be reached the relay delivers."""
    try:
        await composed.cases.deliver(delivery)
    except Problem:
        return


def _duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text)
    days, hours, minutes, seconds = (
        int(part or 0) for part in (found.groups() if found else (None,) * 4)
    )
    try:
        duration = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        duration = MAX_TIME_TO_LIVE + timedelta(days=1)
    if duration > MAX_TIME_TO_LIVE:
        raise Problem(422, "ttl", f"A message is kept for at most {MAX_TIME_TO_LIVE.days} days.")
    return duration
