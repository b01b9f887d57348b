"""Payloads as Temporal's UI and command line send them to be decrypted."""

from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic import StringConstraints as Text
from pydantic.alias_generators import to_camel

from api.schemas.shapes import Seen, Sent

MAX_PAYLOADS = 1000
Base64 = Annotated[str, Text(pattern=r"^[A-Za-z0-9+/_=-]*$")]


class EncodedPayload(Sent):
    """A payload in the JSON form of Temporal's API."""

    # Another system's format: a field of a version to come is none of our business.
    model_config = ConfigDict(
        extra="ignore", strict=True, frozen=True, alias_generator=to_camel, populate_by_name=True
    )

    metadata: dict[Annotated[str, Text(pattern=r"^[^\x00]{0,100}$")], Base64] = Field(
        default_factory=dict, max_length=20
    )
    data: Base64 = ""


class EncodedPayloads(Sent):
    """Payloads to decrypt."""

    payloads: list[EncodedPayload] = Field(max_length=MAX_PAYLOADS)


class DecodedPayload(Seen):
    """A payload as the product wrote it."""

    metadata: dict[str, str]
    data: str


class DecodedPayloads(Seen):
    """The payloads, in order; what could not be decrypted is as it was."""

    payloads: list[DecodedPayload]
