"""Where everything stands, as operations see it at a glance."""

from api.schemas.shapes import Moment, Seen


class CasesStanding(Seen):
    """Open cases of one process in one state."""

    process: str
    status: str
    cases: int
    oldest_at: Moment


class ElementStanding(Seen):
    """What stands at one element."""

    process: str
    element: str
    waits_for: str
    """timer, message, signal, job, child, suspension, held, task or incident."""
    number: int
    oldest_at: Moment


class ClockStanding(Seen):
    """A clock of law that runs, and what its case waits for meanwhile."""

    case_id: str
    status: str
    rule: str
    due: Moment
    seconds_left: int
    """Below zero: it has run out."""
    waits_for: str | None
    element: str | None
    waits_since: Moment | None
    waited_seconds: int | None


class Throughput(Seen):
    """What went through of late."""

    hours: int
    accepted: int
    finished: int
    incidents: int
    """Opened; also those that are closed by now."""


class QueueStanding(Seen):
    """A task queue."""

    queue: str
    kind: str
    """workflow or activity."""
    backlog: int | None
    """Tasks that no worker has taken; null: Temporal did not say."""
    pollers: int | None
    jobs: int
    """Work of this type that cases wait for, under way or not."""
    oldest_at: Moment | None
    most_attempts: int


class SlowElement(Seen):
    """How long an element took among the newest entries of the journal, in seconds."""

    process: str
    element: str
    name: str
    times: int
    median: float
    p95: float
    longest: float


class Insight(Seen):
    """Where everything stands."""

    at: Moment
    cases: list[CasesStanding]
    elements: list[ElementStanding]
    """The fullest first."""
    clocks: list[ClockStanding]
    """Those that run out next; what has run out comes first."""
    throughput: list[Throughput]
    """Of the last hour, and of the last day."""
    open_incidents: int
    ignored_incidents: int
    queues: list[QueueStanding]
    slow: list[SlowElement]
    standstills: list[str]
    """What stands still: ``process:…``, ``activity:…``, ``system:…``."""
    workers_silent: bool
    """No worker has shown that it lives for a while."""
