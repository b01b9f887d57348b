"""Entries of those who work here: made, changed, suspended, ended; by two admins what permits."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic import StringConstraints as Text

from api.schemas.operators import OperatorEntry
from api.schemas.shapes import WHOLE, Identifier, Page, PageQuery, Reason, Sent

AnyLevel = Annotated[int, Field(ge=0, le=6), WHOLE]
GrantedRole = Literal["back_office", "supervisor", "risk", "legal", "ops", "auditor", "admin"]
Roles = Annotated[list[GrantedRole], Field(min_length=1, max_length=7)]
Groups = Annotated[list[Identifier], Field(max_length=20)]
Interests = Annotated[list[Identifier], Field(max_length=200)]
Mail = Annotated[str, Text(max_length=200, pattern=r"^[^\s@\x00-\x1f]+@[^\s@\x00-\x1f]+$")]


class OperatorEntered(Sent):
    """Somebody who begins to work here."""

    operator_id: Identifier
    """The subject of the person's tokens."""
    unit: Annotated[str, Text(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,59}$")]
    level: AnyLevel
    """L0 (decides nothing) to L6."""
    roles: Roles
    groups: Groups = Field(default_factory=list)
    """Desks beside the levels."""
    interests: Interests
    """Policies and persons of conflicting interest, the family's too; empty: declared none."""
    party_id: Identifier | None = None
    """Who the person is on the books, if on them at all."""
    agent_id: Identifier | None = None
    """Registration number of an agent."""
    mail: Mail | None = None
    reason: Reason


class OperatorChanged(Sent):
    """What of an entry becomes other; what is absent stays."""

    unit: Annotated[str, Text(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,59}$")] | None = None
    level: AnyLevel | None = None
    roles: Roles | None = None
    groups: Groups | None = None
    interests: Interests | None = None
    mail: Mail | None = None
    reason: Reason


class InterestsDeclared(Sent):
    """Policies and persons of conflicting interest besides those known."""

    interests: Annotated[list[Identifier], Field(min_length=1, max_length=200)]
    reason: Reason


class EntrySeen(OperatorEntry):
    """An entry after an act on it."""

    agent_id: str | None
    interests: list[str]
    mail: str | None
    freed_tasks: list[str]
    """What this person had in hand is for others of its group to take, from now on."""
    stranded_tasks: list[str]
    """Offered to this person by name alone: an absence with a substitute hands them on."""


class OperatorsQuery(PageQuery):
    """Which entries."""

    unit: Identifier | None = None
    status: Literal["ACTIVE", "SUSPENDED", "LEFT"] | None = None
    role: GrantedRole | None = None


class OperatorPage(Page):
    """A page of entries, by id."""

    operators: list[OperatorEntry]
