"""Releases: builds of the workers, as operations order and see them."""

from typing import Annotated

from pydantic import Field
from pydantic import StringConstraints as Text

from api.schemas.shapes import WHOLE, Moment, Reason, Seen, Sent

BuildId = Annotated[str, Text(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$")]
"""The package's version with a hash of what workflows run."""


class BuildSeen(Seen):
    """One build of the workers."""

    build_id: str
    state: str
    """current, ramping, draining, drained or inactive."""
    share: float
    """Percent of the cases that are not pinned."""
    since: Moment | None
    pinned: int
    """Open cases that stay with it."""


class ReleasesSeen(Seen):
    """Every build that Temporal knows, the newest first."""

    builds: list[BuildSeen]


class RampOrder(Sent):
    """Give a build a share of the cases: 100 makes it the current one, 0 takes its share away."""

    percent: Annotated[int, Field(ge=0, le=100), WHOLE]
    reason: Reason
    dry_run: bool = False
    """Only say what would happen."""


class DrainOrder(Sent):
    """Let the cases that are pinned to a build go with the current one."""

    reason: Reason
    dry_run: bool = False
    """Only say what would happen."""


class PinOrder(Sent):
    """Keep a case with a build, or let it go with the current one again."""

    build_id: BuildId | None
    """None: no build of its own."""
    reason: Reason
    dry_run: bool = False
    """Only say what would happen."""


class ReleaseActed(Seen):
    """What an order about a build did, or would do."""

    build_id: str | None
    dry_run: bool
    freed: int = 0
    """Cases that go, or would go, with the current build instead."""
    builds: list[BuildSeen]
    """As they stand after it, or now."""
