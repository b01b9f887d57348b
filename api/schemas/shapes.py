"""Bases and bounded texts of every schema: strict, closed, camelCase outside."""

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Strict, StringConstraints
from pydantic.alias_generators import to_camel

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:~-]{0,127}$")]
"""Ids and codes: no spaces, no control characters, no look-alikes."""
ProcessId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,127}$")]
ShortText = Annotated[
    str, StringConstraints(max_length=500, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")
]
Reason = Annotated[
    str, StringConstraints(min_length=3, max_length=500, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")
]
Moment = Annotated[AwareDatetime, Strict(strict=False)]
"""An ISO 8601 date-time with offset."""
Variables = dict[Annotated[str, StringConstraints(min_length=1, max_length=128)], Any]
"""Plain JSON by variable name."""


class Sent(BaseModel):
    """What a caller sends: unknown fields are refused, types are not guessed."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, alias_generator=to_camel, populate_by_name=True
    )


class Seen(BaseModel):
    """What a caller sees."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)


class Page(Seen):
    """One page of a list; ``next`` is the cursor of the following one, absent on the last."""

    next: str | None = None
