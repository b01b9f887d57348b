"""A signal on its way: broadcast by name to everything that listens, and never kept (S25)."""

from dataclasses import dataclass
from datetime import datetime

from workflows.domain.canonical import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """A signal to broadcast once."""

    name: str
    signal_id: str
    variables: JsonObject
    """Wire-encoded values by name."""
    at: datetime
    publisher: str
    """Operator id, or the instance that threw it."""
    clock_offset: float = 0.0
    """Seconds that the business time of what it begins is ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastResult:
    """Who heard it; a repeated broadcast is answered with the first result."""

    signal_id: str
    instances: tuple[str, ...]
    """Workflow ids of the instances that listened, in order."""
    begun: tuple[str, ...] = ()
    """The cases that it began."""
    duplicate: bool = False


class SignalIdReused(Exception):
    """The same signal id came again with other content."""
