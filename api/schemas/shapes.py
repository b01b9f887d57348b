"""Bases and bounded texts of every schema: strict, closed, camelCase outside."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
)
from pydantic import StringConstraints as Text
from pydantic.alias_generators import to_camel

MAX_PAGE = 1000

Identifier = Annotated[str, Text(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:~-]{0,119}$")]
"""Ids and codes: no spaces, no control characters, no look-alikes."""
LocalId = Annotated[str, Text(pattern=r"^[^\x00-\x20\x7f/?#\\]{1,250}$")]
"""Id of a task or an incident, as a list gave it: an instance's id, ``~``, a number."""
ProcessId = Annotated[str, Text(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,119}$")]
_PRINTABLE = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"
ShortText = Annotated[str, Text(max_length=500, pattern=_PRINTABLE)]
Reason = Annotated[str, Text(min_length=3, max_length=500, pattern=_PRINTABLE)]


def _whole(given: object) -> object:
    """In JSON 2.0 is the integer 2."""
    return int(given) if isinstance(given, float) and given.is_integer() else given


def _a_day(given: str) -> str:
    date.fromisoformat(given)
    return given


Day = Annotated[
    str,
    Text(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    AfterValidator(_a_day),
    Field(json_schema_extra={"format": "date"}),
]
"""A day of the calendar, YYYY-MM-DD."""
WHOLE = BeforeValidator(_whole)
Version = Annotated[int, Field(ge=1, le=1_000_000), WHOLE]
Variables = dict[Annotated[str, Text(min_length=1, max_length=128)], Any]
"""Plain JSON by variable name."""
Moment = AwareDatetime
"""An instant with its offset."""

_ISO = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE
)
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def _written_out(given: object) -> object:
    """Seconds since 1970 and dates without a time or an offset are guesses; we make none."""
    if isinstance(given, str) and _ISO.fullmatch(given):
        return given
    raise ValueError("Expected a date-time with offset.")


Instant = Annotated[
    AwareDatetime,
    Strict(strict=False),
    Field(ge=_EARLIEST, json_schema_extra={"pattern": "^[2-9][0-9]{3}-"}),
    BeforeValidator(_written_out),
]
"""An ISO 8601 date-time with offset, as a caller sends it."""


class Sent(BaseModel):
    """What a caller sends: unknown fields are refused, types are not guessed."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, alias_generator=to_camel, populate_by_name=True
    )


class Asking(BaseModel):
    """What a caller asks for in the query: unknown parameters are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel)


class PageQuery(Asking):
    """Which page; what each list is filtered by comes with it."""

    cursor: Annotated[str, Text(max_length=1000)] | None = None
    """``next`` of the page before."""
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 50


class Seen(BaseModel):
    """What a caller sees."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)


class Page(Seen):
    """One page of a list; ``next`` is the cursor of the following one, null on the last."""

    next: str | None = None
