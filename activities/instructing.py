"""What a request says of how premiums shall be paid."""

from activities.errors import Refused
from workflows.contracts.asked import PaymentAsked
from workflows.contracts.verification import CustomerRequest


def asked_payment(asked: CustomerRequest) -> PaymentAsked:
    """Return what is asked of payments; refused when the request names nothing."""
    if asked.payment is None:
        raise Refused("INPUT", "request.payment: no account and no frequency are named.")
    return asked.payment
