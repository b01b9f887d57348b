"""What begins a case besides its door: a start event that listens, and the event that it heard."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from workflows.domain.canonical import JsonObject

StartKind = Literal["none", "message", "signal", "timer"]

EVENT_CHANNEL = "EVENT"
"""The channel of a case that nobody asked for at the door."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartEvent:
    """Something of the newest version of a process that begins a case of it."""

    element: str
    kind: StartKind
    name: str = ""
    """Of the message or signal; of a timer its text."""
    form: str = ""
    """Of a timer: date, duration or cycle."""
    due: datetime | None = None
    anchor: datetime | None = None
    left: int | None = None
    """Of a timer: its next firing."""
    version: int = 0
    """Of the process, once it is deployed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """An event that begins cases: once per process and source, whatever is repeated."""

    kind: StartKind
    source: str
    """What tells this event from any other of its kind."""
    at: datetime
    by: str
    """Operator id, or the instance that threw it."""
    name: str = ""
    key: str = ""
    variables: JsonObject = field(default_factory=dict)
    clock_offset: float = 0.0
