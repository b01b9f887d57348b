"""Activities that a case offers, as callers see and begin them."""

from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from api.schemas.shapes import LocalId, Moment, ProcessId, Seen, Sent, ShortText, Variables

MOST_CHOSEN = 50


class ChosenActivity(Sent):
    """An activity to begin."""

    element: ProcessId
    variables: Variables = Field(default_factory=dict)
    """Of this activity alone."""


class OfferTaken(Sent):
    """Begin some of what an ad-hoc sub-process offers."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["activities"], "properties": {"activities": {"minItems": 1}}},
                {"required": ["isLast"], "properties": {"isLast": {"const": True}}},
            ]
        }
    )

    offer_id: LocalId
    activities: Annotated[list[ChosenActivity], Field(max_length=MOST_CHOSEN)] = Field(
        default_factory=list
    )
    is_last: bool = False
    """Nothing more is to be begun: the sub-process is over with what is active."""
    comment: ShortText = ""
    """It stands in the audit trail."""

    @model_validator(mode="after")
    def _says_something(self) -> "OfferTaken":
        if not self.activities and not self.is_last:
            raise ValueError("name an activity, or say that nothing more is to be begun")
        return self


class OfferReceipt(Seen):
    """The activities have begun."""

    case_id: str
    offer_id: str
    at: Moment


class OfferedActivity(Seen):
    """An activity that may be begun, any number of times."""

    element: str
    name: str


class OfferSeen(Seen):
    """What an ad-hoc sub-process offers."""

    offer_id: str
    element: str
    name: str
    activities: list[OfferedActivity]
