"""Messages: published by back-office systems to whoever waits for them."""

import re
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from fastapi import APIRouter

from api.answers import Asked, Once
from api.dependencies import Composed, Deployment
from api.intake import wire
from api.problems import Problem
from api.schemas.work import MessagePublish, MessageReceipt
from infra.db.unit_of_work import UnitOfWork
from workflows.contracts.journal import MessageDelivery
from workflows.domain.message import MessageIdReused, Publication

router = APIRouter(prefix="/v1/messages", tags=["messages"])

_DURATION = re.compile(r"P(?=.)(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.ASCII)
MAX_TIME_TO_LIVE = timedelta(days=30)
OWN_DOORS: Mapping[str, str] = MappingProxyType(
    {"documents.asked": "POST /v1/cases/{case_id}/document-requests"}
)
"""What is not anybody's to publish: who may, and on what grounds, is asked at a door of its own."""


@router.post("", status_code=202)
async def publish_message(body: MessagePublish, composed: Composed, asked: Asked) -> MessageReceipt:
    """Publish a message: it reaches one waiting case of each process, or is kept for its time."""
    door = OWN_DOORS.get(body.name)
    if door is not None:
        raise Problem(422, "own-door", f"{body.name} is sent by {door}, and by nothing else.")
    publication = _publication(body, asked, composed)
    deliveries: list[MessageDelivery] = []

    async def act(books: UnitOfWork) -> MessageReceipt:
        try:
            result = await books.messages.publish(publication)
        except MessageIdReused:
            raise Problem(
                422, "message-id-reused", "This message id was used for another content."
            ) from None
        deliveries.extend(await books.messages.pending(publication))
        return MessageReceipt(
            message_id=result.message_id,
            outcome=result.result,
            duplicate=result.duplicate,
            instances=list(result.instances),
        )

    receipt = await asked.write(MessageReceipt, act, 202)
    for delivery in deliveries:
        await composed.cases.deliver(delivery)  # what cannot be reached the relay delivers
    return receipt


def _publication(body: MessagePublish, asked: Once, composed: Deployment) -> Publication:
    return Publication(
        name=body.name,
        key=body.key or "",
        message_id=body.id or asked.request_id,
        variables=wire(body.variables),
        at=composed.now(),
        time_to_live=_duration(body.ttl),
        publisher=asked.caller.subject,
        clock_offset=composed.clock_offset,
    )


def _duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text)
    if found is None:
        raise Problem(422, "ttl", "ttl is an ISO 8601 duration such as PT1H or P7D.")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    duration = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if duration > MAX_TIME_TO_LIVE:
        raise Problem(422, "ttl", f"A message is kept for at most {MAX_TIME_TO_LIVE.days} days.")
    return duration
