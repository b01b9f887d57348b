"""A business message on its way: by name and key, kept for a time, recognised by its id."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from workflows.domain.canonical import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A message to publish; ``time_to_live`` of zero is never buffered."""

    name: str
    key: str
    message_id: str
    variables: JsonObject
    """Wire-encoded values by name."""
    at: datetime
    time_to_live: timedelta
    publisher: str
    """Operator id, or the instance that threw it."""
    clock_offset: float = 0.0
    """Seconds that the business time of what it begins is ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationResult:
    """What became of a publication; a repeated one is answered with the first result."""

    message_id: str
    result: Literal["correlated", "buffered", "dropped"]
    instances: tuple[str, ...]
    """Workflow ids of the instances it was correlated to, those it began among them."""
    begun: tuple[str, ...] = ()
    """The cases that it began."""
    duplicate: bool = False


class MessageIdReused(Exception):
    """The same message id came again with other content."""
