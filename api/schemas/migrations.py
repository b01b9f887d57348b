"""Migrations of running cases as callers plan, order and foresee them."""

from typing import Annotated

from pydantic import Field

from api.schemas.repairs import ForecastSeen
from api.schemas.shapes import (
    Asking,
    Instant,
    LocalId,
    Moment,
    ProcessId,
    Reason,
    Seen,
    Sent,
    Version,
)

MOST_ELEMENTS = 1_000
"""As many keys as the gate lets an object have."""
ElementId = Annotated[str, Field(min_length=1, max_length=250, pattern=r"^[^\x00-\x20\x7f]+$")]
Named = Annotated[dict[ElementId, ElementId], Field(max_length=MOST_ELEMENTS)]


class PlanSent(Sent):
    """Which element of the new model takes over for which of the old one."""

    elements: Annotated[dict[ElementId, ElementId | None], Field(max_length=MOST_ELEMENTS)]
    """Null dissolves a sub-process: what is inside goes on in the scope around it."""
    flows: Named = Field(default_factory=dict)
    """For tokens that wait at joins: old sequence flow to new one, where that is not clear."""
    renew: Annotated[list[ElementId], Field(max_length=MOST_ELEMENTS)] = Field(default_factory=list)
    """Events of the new model whose timer, message or signal is worked out anew."""
    dues: Annotated[dict[ElementId, Instant], Field(max_length=MOST_ELEMENTS)] = Field(
        default_factory=dict
    )
    """Timers of the new model that begin, but are due when this says."""


class MigrationOrder(Sent):
    """Let a running case, or a process that it called, go on by another version of its model."""

    reason: Reason
    to: Version | None = None
    """The version to go on by; the newest when absent."""
    plan: PlanSent | None = None
    """As edited; the one that is proposed when absent."""
    instance_id: LocalId | None = None
    """A process that the case called; the case itself when absent."""
    calls: Annotated[dict[ProcessId, Version], Field(max_length=20)] = Field(default_factory=dict)
    """Called processes to be migrated with it: process to version, by the proposed plan."""
    undo: bool = False
    """Take the newest migration of the instance back."""
    dry_run: bool = False


class MatchSeen(Seen):
    """Why an element is thought to take over for another."""

    source: str
    target: str | None
    by: str
    """id, name, work, neighbours; dissolved."""


class OpenSeen(Seen):
    """An element for which nothing was found, and why."""

    element: str
    why: str


class PlanSeen(Seen):
    """A plan: what ``plan`` of a migration takes, edited or not."""

    elements: dict[str, str | None]
    flows: dict[str, str]
    renew: list[str]
    dues: dict[str, Moment]


class MigrationPlanSeen(Seen):
    """A plan proposed for two versions of a process."""

    process: str
    version: int
    to: int
    plan: PlanSeen
    matches: list[MatchSeen]
    open: list[OpenSeen]
    """Elements of the old version without a target; a case cannot be at one of these."""
    new: list[str]
    """Elements of the new version that take over for none."""


class MigrationPlanQuery(Asking):
    """Between which versions."""

    to: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """The newest when absent."""


class InstanceMigrated(Seen):
    """One instance that was, or would be, migrated."""

    instance_id: str
    process: str
    version: int
    to: int
    at: Moment | None = None
    forecast: ForecastSeen | None = None
    problem: str | None = None
    """Why it was not migrated, where others were."""


class MigrationSeen(Seen):
    """What was, or would be, migrated."""

    case_id: str
    dry_run: bool
    instances: list[InstanceMigrated]
