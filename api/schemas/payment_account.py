"""Changes of how premiums are paid, as callers send them: the account, how often, how much."""

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic import StringConstraints as Text

from api.schemas.changes import PLAIN, ConsentHeld
from api.schemas.shapes import Day, Identifier, Sent
from workflows.domain.premium import Frequency

_AMOUNT = r"^([1-9][0-9]{0,11}(\.[0-9]{1,2})?|0\.(0[1-9]|[1-9][0-9]?))$"
"""More than nothing."""


def _exactly(given: object) -> Decimal:
    """A number of JSON is not exact; a text is."""
    if isinstance(given, str) and re.fullmatch(_AMOUNT, given):
        return Decimal(given)
    raise ValueError("Expected a positive amount in yuan as text, with two decimals at most.")


Yuan = Annotated[
    Decimal,
    BeforeValidator(_exactly),
    WithJsonSchema({"type": "string", "pattern": _AMOUNT, "examples": ["3240.00"]}),
]


class NewAccount(Sent):
    """An account not yet on our books; entered there, so that no number travels with the case."""

    bank: Annotated[str, Text(min_length=1, max_length=100, pattern=PLAIN)]
    account_no: Annotated[str, Text(pattern=r"^[0-9]{8,30}$")]
    holder_party_id: Identifier
    """Whose it is: a party on our books, in whose name the bank must hold it."""


class Authorisation(Sent):
    """What the account holder signed: up to how much, and when (4号令 art. 13)."""

    amount_limit: Yuan
    """The most that may be collected each time."""
    signed_on: Day | None = None


class PaymentChange(Sent):
    """From which account premiums come from the next due date on, and how often."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {
                    "required": [one],
                    "properties": {one: {"type": kind}, other: {"type": "null"}},
                }
                for one, kind, other in (
                    ("debitAccountId", "string", "newAccount"),
                    ("newAccount", "object", "debitAccountId"),
                )
            ]
        }
    )

    debit_account_id: Identifier | None = None
    new_account: NewAccount | None = None
    frequency: Frequency
    authorisation: Authorisation
    consents: Annotated[list[ConsentHeld], Field(max_length=10)] = Field(default_factory=list)
    """The account holder's, when that is not the policyholder."""

    @model_validator(mode="after")
    def _one_of_both(self) -> "PaymentChange":
        if (self.debit_account_id is None) == (self.new_account is None):
            raise ValueError("The account is a debitAccountId or a newAccount, and not both.")
        return self
