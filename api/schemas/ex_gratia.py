"""What a complaint demands above the contract, as callers ask for it."""

from api.schemas.payment_account import Yuan
from api.schemas.shapes import Identifier, Sent


class ExGratia(Sent):
    """How much is demanded in all, and the complaint that demands it."""

    complaint_id: Identifier
    """The complaint about a case on the same policy; it is not decided yet."""
    amount: Yuan
    """In all: what the contract gives is part of it."""
    payee_account_id: Identifier
    """An account in the policyholder's own name."""
