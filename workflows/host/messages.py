"""Messages between the broker and the instance: taken up once, whatever way they come (S23)."""

from collections.abc import Iterable

from workflows.bpmn.interpreter.commands import PublishMessage
from workflows.bpmn.interpreter.occurrences import (
    MessageArrived,
    Occurrence,
    TaskCompleted,
    TaskFailed,
)
from workflows.contracts.human_task import MESSAGE_PUBLISH
from workflows.contracts.journal import JournalBatch, MessageDelivery
from workflows.contracts.message import Publication, PublicationReceipt
from workflows.host.broker import hand_over
from workflows.host.case import Case, Posted, decode_all, is_readable
from workflows.host.requests import Reply


def delivery_id(message: MessageDelivery) -> str:
    """Return the request id of a delivery."""
    return f"message/{message.wait}/{message.message_id}"


def take_up(case: Case, messages: Iterable[MessageDelivery]) -> None:
    """Post messages that nobody waits to see delivered; those delivered before are dropped.

    One whose variables cannot be read is left with the broker, which offers it by an update.
    """
    for message in messages:
        if not case.requests.knows(delivery_id(message)) and is_readable(message.variables):
            post_delivery(case, message)


def post_delivery(case: Case, message: MessageDelivery) -> Reply:
    """Post a message that was not delivered before."""
    reply = case.requests.open(delivery_id(message), message)
    arrived = MessageArrived(
        at=case.now(),
        wait=message.wait,
        message_id=message.message_id,
        variables=decode_all(message.variables),
    )
    case.inbox.append(Posted(occurrence=arrived, request_id=delivery_id(message), reply=reply))
    return reply


async def publish(case: Case, command: PublishMessage, batch: JournalBatch | None) -> Occurrence:
    """Hand a message of the model to the broker."""
    publication = Publication(
        case_id=case.input.case_id,
        instance_id=case.instance_id,
        element=command.element,
        key=command.key,
        effect_key=case.effect_key(command.element, command.key),
        name=command.message,
        correlation_key=command.correlation_key,
        message_id=command.message_id,
        time_to_live=command.time_to_live,
        variables=case.encodings.all(command.variables),
        at=case.now(),
        clock_offset=case.input.clock_offset,
        journal=batch,
    )
    receipt = await hand_over(case, command, MESSAGE_PUBLISH, publication, PublicationReceipt)
    if isinstance(receipt, TaskFailed):
        return receipt
    take_up(case, receipt.messages)
    return TaskCompleted(at=case.now(), key=command.key)
