"""What operations order about the whole case: checked here, put into the inbox, answered later."""

from workflows.contracts.repair import RepairOrder
from workflows.host import suspension
from workflows.host.case import Case, Ordered
from workflows.host.requests import Reply


def check(case: Case, order: RepairOrder) -> None:
    """Refuse an order that cannot be carried out."""
    if case.requests.recall(order.request_id, order) is not None:
        return
    error = suspension.objection(case, order)
    if error is not None:
        raise error


def post(case: Case, order: RepairOrder) -> Reply:
    """Put an order into the inbox."""
    reply = case.requests.open(order.request_id, order)
    case.inbox.append(Ordered(order=order, reply=reply))
    return reply
