"""A change of a person's data as callers send it."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic import StringConstraints as Text
from pydantic.alias_generators import to_camel

from api.schemas.shapes import Day, Identifier, Sent
from workflows.domain.contact import ContactField

MAX_POLICIES = 50


_PLAIN = r"^[^\x00-\x1f\x7f]+$"

_FIELDS: dict[str, ContactField] = {
    "phone": "PHONE",
    "email": "EMAIL",
    "address": "ADDRESS",
    "name": "NAME",
    "id_no": "ID_NO",
    "born_on": "BORN_ON",
    "sex": "SEX",
    "id_valid_to": "ID_VALID_TO",
}


class ContactChange(Sent):
    """The new data of the applicant. Kept in the policy book: the case knows the fields only."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": [to_camel(name)], "properties": {to_camel(name): {"type": "string"}}}
                for name in _FIELDS
            ]
        }
    )

    phone: Annotated[str, Text(pattern=r"^\+?[0-9]{6,15}$")] | None = None
    email: Annotated[str, Text(max_length=254, pattern=r"^[^\s@<>,;]+@[^\s@<>,;]+$")] | None = None
    address: Annotated[str, Text(min_length=5, max_length=300, pattern=_PLAIN)] | None = None
    name: Annotated[str, Text(min_length=1, max_length=200, pattern=_PLAIN)] | None = None
    """Key data, like idNo, bornOn and sex: proof is asked for and a checker decides."""
    id_no: Annotated[str, Text(pattern=r"^[A-Za-z0-9()-]{5,60}$")] | None = None
    born_on: Day | None = None
    sex: Literal["M", "F"] | None = None
    id_valid_to: Day | None = None
    new_phone_verified: bool = False
    """A one-time code sent to the new phone came back."""
    old_contact_verified: bool = False
    """A one-time code sent to the phone on file came back, or the face passed."""
    policy_nos: Annotated[list[Identifier], Field(max_length=MAX_POLICIES)] = Field(
        default_factory=list
    )
    """Which policies take note; none: every policy the applicant holds or is insured by."""

    @model_validator(mode="after")
    def _something_changes(self) -> "ContactChange":
        if not self.wanted():
            raise ValueError("A change names at least one field.")
        return self

    def wanted(self) -> dict[str, str]:
        """Return the new texts by field."""
        given = {field: getattr(self, name) for name, field in _FIELDS.items()}
        return {field: str(value) for field, value in given.items() if value is not None}
