"""What stands still beside single cases, as operations order and see it."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic import StringConstraints as Text

from api.schemas.shapes import Moment, Reason, Seen, Sent

Kind = Literal["process", "activity", "system"]
Target = Annotated[str, Text(pattern=r"^[A-Za-z_][A-Za-z0-9_.:-]{0,99}$")]


class StandstillOrder(Sent):
    """Let a process, a type of work or a system stand still, or go on."""

    kind: Kind
    target: Target
    """Id of the process, type of the work, or name of the system: bank, identity, mail, texts,
    documents, claims."""
    reason: Reason
    dry_run: bool = False
    """Only say whom it would concern."""


class StandstillSeen(Seen):
    """Something that stands still, and whom that concerns now."""

    kind: Kind
    target: str
    dry_run: bool = False
    act: Literal["suspend", "resume", "none"] = "none"
    by: str
    reason: str
    since: Moment
    probe_at: Moment | None = None
    """Of a system that stands still by itself: when one call is let through to see."""
    running: int
    """Instances of the process; for work and systems, cases that wait for it."""
    standing: int
    """Of them those that stand still already: the others follow within seconds."""
    unbegun: int
    """Cases that were accepted meanwhile, and begin when the process goes on."""
    clocks: int
    """Clocks of law of these cases: they run on."""


class Standstills(Seen):
    """Everything that stands still, the oldest first."""

    standstills: list[StandstillSeen] = Field(default_factory=list)
