"""Batches: one act of operations on many cases, as messages between the API, workflow and desk."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict

from workflows.contracts.repair import Instruction, Migrate

BATCH_WORKFLOW = "OperationsBatch"
STEER_BATCH = "steer_batch"
"""An update: pause, resume or cancel."""
BATCH_SELECT = "batch.select"
BATCH_RUN = "batch.run"
BATCH_MARK = "batch.mark"

Do = Literal["retry", "skip", "throw", "modify", "replay", "migrate", "suspend", "resume", "cancel"]
BatchState = Literal["RUNNING", "PAUSED", "STOPPED", "CANCELLED", "COMPLETED"]
"""STOPPED: too many have failed; somebody has to look, and resume or cancel."""
Steering = Literal["pause", "resume", "cancel"]

ABOUT_INCIDENTS = frozenset(("retry", "skip", "throw"))
"""What is done to each open incident, not to each case."""


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BatchAct(_Message):
    """What is done to each; what it needs beside ``do`` depends on that."""

    do: Do
    variables: dict[str, Any] = {}
    """Wire-encoded."""
    retries: int = 1
    queue: str = ""
    code: str = ""
    """Of the error that is thrown."""
    instructions: tuple[Instruction, ...] = ()
    """By element, not by key; a move's ``source`` stands in ``moves``."""
    moves: dict[str, str] = {}
    """Element to element: each instance at the one goes to the other."""
    plans: dict[str, Migrate] = {}
    """By the hash of the version that a case goes by."""
    to: str = "last-good-point"
    """Where a replay begins: that, or an element."""
    undo: bool | None = None
    """replay: whether what was done after the point is undone first; None: it is not said. migrate:
    whether the newest migration of each is taken back."""


class BatchFilter(_Message):
    """Which cases; everything that is named has to be so."""

    case_ids: tuple[str, ...] = ()
    process_id: str | None = None
    version: int | None = None
    element: str | None = None
    """Where it is stuck or waits."""
    cause: str | None = None
    """The code of an open incident, or the short name of what a group of them has in common."""
    since: datetime | None = None
    """Of the incident, or of the case's acceptance."""
    until: datetime | None = None
    policy_no: str | None = None
    product: str | None = None
    """Product code of the case's policy."""
    outcome: str | None = None
    """Of cases that have ended; otherwise only open ones are meant."""


class BatchInput(_Message):
    """What the workflow of a batch begins with, and carries from run to run."""

    batch_id: str
    rate: float
    """Cases a second."""
    failure_share: float
    """Of those answered since it was last resumed; more, and the batch stops."""
    is_selected: bool = False
    state: BatchState = "RUNNING"
    answered_before: int = 0
    failed_before: int = 0
    """When it was last resumed."""


class BatchCounts(_Message):
    """How far a batch is."""

    left: int
    done: int
    failed: int


class BatchChunk(_Message):
    """Do the next so many."""

    batch_id: str
    size: int


class BatchMark(_Message):
    """A batch is in another state; ``actor`` is empty where nobody ordered it."""

    batch_id: str
    state: BatchState
    actor: str = ""
    role: str = ""
    reason: str = ""
    request_id: str = ""


class SteerOrder(_Message):
    """Pause, resume or cancel a batch."""

    request_id: str
    actor: str
    role: str
    reason: str
    act: Steering


class SteerReceipt(_Message):
    """In which state it is now."""

    batch_id: str
    state: BatchState


_STEERED: Final[Mapping[Steering, tuple[BatchState, tuple[BatchState, ...]]]] = MappingProxyType(
    {
        "pause": ("PAUSED", ("RUNNING",)),
        "resume": ("RUNNING", ("PAUSED", "STOPPED")),
        "cancel": ("CANCELLED", ("RUNNING", "PAUSED", "STOPPED")),
    }
)
"""What each leads to, and from where."""


def steered(state: BatchState, act: Steering) -> BatchState | None:
    """Return the state that an act leads to, also where it is so already; None: it is refused."""
    wanted, before = _STEERED[act]
    return wanted if state == wanted or state in before else None
