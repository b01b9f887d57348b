"""Changes of roles as callers send them: who shall benefit, who takes the contract over."""

import re
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic import StringConstraints as Text

from api.schemas.shapes import WHOLE, Day, Identifier, Instant, Sent

MAX_BENEFICIARIES = 20
PLAIN = r"^[^\x00-\x1f\x7f]+$"


_SHARE = r"^(100(\.0{1,2})?|[1-9][0-9]?(\.[0-9]{1,2})?|0\.(0[1-9]|[1-9][0-9]?))$"


def _exactly(given: object) -> Decimal:
    """A number of JSON is not exact; a text is."""
    if isinstance(given, str) and re.fullmatch(_SHARE, given):
        return Decimal(given)
    raise ValueError("Expected a percentage as text, with two decimals at most.")


Percent = Annotated[
    Decimal,
    BeforeValidator(_exactly),
    WithJsonSchema({"type": "string", "pattern": _SHARE, "examples": ["60", "33.33"]}),
]
Relation = Literal[
    "SELF", "SPOUSE", "CHILD", "PARENT", "SIBLING", "GRANDPARENT", "GRANDCHILD", "OTHER",
]  # fmt: skip


class PersonNamed(Sent):
    """A person not yet on our books; entered there, so that no name travels with the case."""

    name: Annotated[str, Text(min_length=1, max_length=200, pattern=PLAIN)]
    id_type: Identifier
    id_no: Annotated[str, Text(pattern=r"^[A-Za-z0-9()-]{5,60}$")]
    born_on: Day | None = None


class BeneficiaryAsked(Sent):
    """One beneficiary: a party on our books, or a person named with a document."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {
                    "required": [one],
                    "properties": {one: {"type": kind}, other: {"type": "null"}},
                }
                for one, kind, other in (
                    ("partyId", "string", "person"),
                    ("person", "object", "partyId"),
                )
            ]
        }
    )

    party_id: Identifier | None = None
    person: PersonNamed | None = None
    relation: Relation
    order: Annotated[int, Field(ge=1, le=9), WHOLE] = 1
    share: Percent | None = None
    """Percent of the order; none in the whole order: equal shares (保险法 art. 40)."""

    @model_validator(mode="after")
    def _one_of_both(self) -> "BeneficiaryAsked":
        if (self.party_id is None) == (self.person is None):
            raise ValueError("A beneficiary is a partyId or a person, and not both.")
        return self


class ConsentHeld(Sent):
    """A consent to this very change that comes with the request."""

    party_id: Identifier
    evidence_id: Identifier
    """The document or recording that proves it."""
    form: Literal["WET", "E_SIGN", "VIDEO"] = "WET"
    obtained_at: Instant | None = None


class BeneficiaryChange(Sent):
    """Who shall benefit on death, instead of everybody who does now."""

    beneficiaries: Annotated[
        list[BeneficiaryAsked], Field(min_length=1, max_length=MAX_BENEFICIARIES)
    ]
    intent_on: Day | None = None
    """When the wish was expressed (解释三 art. 10)."""
    consents: Annotated[list[ConsentHeld], Field(max_length=10)] = Field(default_factory=list)


class PolicyholderChange(Sent):
    """Who takes the contract over, with its duties."""

    new_holder_party_id: Identifier
    relation: Relation
    """To the insured."""
    debit_account_id: Identifier | None = None
    """The new holder's own account, for premiums."""
    debts_assumed: bool = False
    """The new holder takes over loans in writing."""
    consents: Annotated[list[ConsentHeld], Field(max_length=10)] = Field(default_factory=list)
