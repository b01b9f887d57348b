"""Repairs of running cases as callers order and foresee them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from api.schemas.shapes import (
    WHOLE,
    LocalId,
    Moment,
    ProcessId,
    Reason,
    Seen,
    Sent,
    Variables,
)

MOST_INSTRUCTIONS = 50
Key = Annotated[int, Field(ge=1, le=2**31), WHOLE]


class InstructionSent(Sent):
    """One instruction about tokens, by the keys that a preview names."""

    do: Literal["activate", "terminate", "move", "addInstance", "setVariables", "compensate"]
    """activate: a token at ``element``, in ``scope`` or the newest fitting one; missing scopes
    begin. terminate: the instance ``key``, or all at ``element``. move: ``key`` ends, and a token
    begins at ``element``. addInstance: one more ``item`` for the multi-instance body ``key``.
    setVariables: into the scope of ``key``, or the process. compensate: what ``element`` did is
    undone by its handler; without it all that may be, the newest first."""
    element: ProcessId | None = None
    key: Key | None = None
    scope: Key | None = None
    variables: Variables = Field(default_factory=dict)
    item: Any = None


class ModificationOrder(Sent):
    """Move tokens, all together: ends, then variables, then beginnings."""

    reason: Reason
    instructions: Annotated[list[InstructionSent], Field(max_length=MOST_INSTRUCTIONS)]
    """None with ``dryRun``: only tell where the case stands, with keys."""
    instance_id: LocalId | None = None
    """A process that the case called; the case itself when absent."""
    dry_run: bool = False


class TokenSeen(Seen):
    """A live element instance, or tokens that wait at a join."""

    element: str
    key: int
    scope: int
    """Key of the instance around it; 0: none."""
    kind: str
    phase: str
    count: int


class WaitSeen(Seen):
    """Something that is awaited."""

    element: str
    waits_for: str
    name: str
    key: int
    due: Moment | None


class StuckSeen(Seen):
    """An incident."""

    element: str
    key: int
    code: str


class StandingSeen(Seen):
    """Where a case stands."""

    tokens: list[TokenSeen]
    waits: list[WaitSeen]
    incidents: list[StuckSeen]
    compensations: list[str]
    """Completed activities that may still be compensated, the oldest first."""
    outcome: str


class BeginningSeen(Seen):
    """Work that begins, or is withdrawn."""

    what: str
    element: str
    type: str


class ForecastSeen(Seen):
    """What would come of an order; with ``faults`` it would be refused."""

    faults: list[str]
    before: StandingSeen | None
    after: StandingSeen | None
    effects: list[BeginningSeen]


class ModificationSeen(Seen):
    """What was, or would be, modified."""

    case_id: str
    instance_id: str
    dry_run: bool
    at: Moment | None = None
    forecast: ForecastSeen
