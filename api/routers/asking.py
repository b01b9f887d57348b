"""Documents asked for after the one notice: a supervisor may, with a reason; nobody else."""

from datetime import timedelta

from fastapi import APIRouter

from api.answers import Asked
from api.dependencies import Composed
from api.intake import wire
from api.permissions import SUPERVISOR
from api.problems import Problem, refusals
from api.schemas.asking import DocumentsAsked, DocumentsReceipt
from api.schemas.shapes import Identifier
from infra.db.unit_of_work import UnitOfWork
from workflows.contracts.journal import MessageDelivery
from workflows.domain.message import Publication

router = APIRouter(prefix="/v1/cases", tags=["cases"])
MESSAGE = "documents.asked"


@router.post("/{case_id}/document-requests", status_code=202, responses=refusals(404, 409))
async def ask_for_documents(
    case_id: Identifier, body: DocumentsAsked, composed: Composed, asked: Asked
) -> DocumentsReceipt:
    """Ask for documents after the one notice; it is recorded as a violation of it (4号令 art. 19).

    Refused (409) to anybody but a supervisor, without a reason, and where the case is past it.
    """
    async with composed.database.reading() as room:
        if await room.cases.get(case_id) is None:
            raise Problem(404, "unknown-case", "There is no such case.")
    if SUPERVISOR not in asked.caller.roles or body.reason is None:
        raise Problem(
            409,
            "one-notice",
            "Everything missing is told in one notice. A supervisor may ask again, with a reason.",
        )
    publication = Publication(
        name=MESSAGE,
        key=case_id,
        message_id=asked.request_id,
        variables=wire({
            "documents": list(body.documents),
            "reason": body.reason,
            "askedBy": asked.caller.subject,
        }),
        at=composed.now(),
        time_to_live=timedelta(),
        publisher=asked.caller.subject,
    )  # fmt: skip
    deliveries: list[MessageDelivery] = []

    async def act(books: UnitOfWork) -> DocumentsReceipt:
        result = await books.messages.publish(publication)
        if result.result != "correlated":
            raise Problem(409, "not-listening", "The case does not ask for documents any more.")
        deliveries.extend(await books.messages.pending(publication))
        return DocumentsReceipt(case_id=case_id, outcome=result.result)

    receipt = await asked.write(DocumentsReceipt, act, 202)
    for delivery in deliveries:
        await composed.cases.deliver(delivery)
    return receipt
