"""What begins a case besides its door: a start event that listens, and the event that it heard."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from workflows.domain.canonical import JsonObject

EventKind = Literal["message", "signal", "timer", "condition"]
StartKind = Literal["none", "message", "signal", "timer", "condition"]

EVENT_CHANNEL = "EVENT"
"""The channel of a case that nobody asked for at the door."""

GATHERED: Literal["gathered"] = "gathered"
"""What began a case that several events began together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartCondition:
    """A condition that begins a case, as it is deployed."""

    text: str
    reads: tuple[str, ...]
    """The variables of the expression."""
    watches: tuple[str, ...]
    """Those that have to be among what is told, one at least; none: it is tested in any case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartEvent:
    """Something of the newest version of a process that begins a case of it."""

    element: str
    kind: StartKind
    name: str = ""
    """Of the message or signal; of a timer or condition its text."""
    form: str = ""
    """Of a timer: date, duration or cycle."""
    due: datetime | None = None
    anchor: datetime | None = None
    left: int | None = None
    """Of a timer: its next firing."""
    condition: StartCondition | None = None
    gathers: bool = False
    """It begins a case together with everything else that its element waits for (S28)."""
    version: int = 0
    """Of the process, once it is deployed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """An event that begins cases: once per process and source, whatever is repeated."""

    kind: EventKind | Literal["gathered"]
    source: str
    """What tells this event from any other of its kind."""
    at: datetime
    by: str
    """Operator id, or the instance that threw it."""
    name: str = ""
    key: str = ""
    variables: JsonObject = field(default_factory=dict)
    clock_offset: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What an event began."""

    cases: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    """Processes whose start keeps it until everything else that it waits for has happened."""
