"""Back-tests as callers ask for them: a candidate table, over which time."""

from typing import Annotated

from pydantic import Field
from pydantic import StringConstraints as Text

from api.schemas.definitions import FileText
from api.schemas.shapes import Identifier, Instant, Moment, Seen, Sent

TableName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,120}\.dmn$")]
DecisionId = Annotated[str, Text(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,119}$")]


class BacktestAsked(Sent):
    """Ask a candidate again what cases asked the table of its name."""

    files: Annotated[dict[TableName, FileText], Field(min_length=1, max_length=10)]
    """The candidate, with what it imports."""
    decision: DecisionId | None = None
    """Which decision of the candidate; its only one when absent."""
    since: Instant | None = None
    """Cases accepted then or later; those of the last 90 days when absent."""
    until: Instant | None = None
    """Cases accepted before; now when absent."""


class ShiftSeen(Seen):
    """Decisions that would fall otherwise, in the same way."""

    before: str
    """As it was decided, as FEEL writes it."""
    after: str
    count: int
    case_ids: list[Identifier]


class BacktestSeen(Seen):
    """What the candidate would have decided."""

    decision: str
    since: Moment
    until: Moment
    cases: int
    """Cases looked at, the newest first."""
    truncated: bool
    """There are more cases in that time than were looked at."""
    asked: int
    same: int
    changed: int
    changes: list[ShiftSeen]
    """The most frequent first."""
    failed: list[Identifier]
    """Cases whose inputs the candidate cannot decide by."""
