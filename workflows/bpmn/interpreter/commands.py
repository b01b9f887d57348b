"""What to do next, as the host is asked. Keys are element instance keys, waits are wait ids."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from workflows.feel import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTask:
    """Run a job; answer with TaskCompleted, TaskFailed or ErrorThrown for ``key``."""

    kind: Literal["runTask"] = "runTask"
    key: int
    element: str
    name: str
    type: str
    retries: int
    headers: Mapping[str, str]
    variables: Mapping[str, Value]
    """The job's input: locals of the element where it has input mappings, else all visible."""
    attempt: int = 1
    """Counts how often it was issued for this key: an incident's retry issues it again."""
    priority: int | None = None
    """From 0 to 100, where the model says: in which order workers get jobs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTask:
    """The job of ``key`` is no longer wanted."""

    kind: Literal["cancelTask"] = "cancelTask"
    key: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHumanTask:
    """Offer work to people; answer with TaskCompleted for ``key``."""

    kind: Literal["openHumanTask"] = "openHumanTask"
    key: int
    element: str
    name: str
    assignee: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    due: datetime | None
    follow_up: datetime | None
    priority: int
    form: Mapping[str, str]
    headers: Mapping[str, str]
    variables: Mapping[str, Value]
    """What the person is shown: locals of the element where it has input mappings, else all."""
    again: bool = False
    """The task was there before; it is open again, or offered otherwise than before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleChange:
    """What was asked of the human task of ``key`` has been done, or was denied by a listener.

    A denied task, or one that a listener has corrected, is opened again by the command after.
    """

    kind: Literal["settleChange"] = "settleChange"
    key: int
    event: Literal["creating", "assigning", "updating", "completing", "canceling"]
    is_denied: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseHumanTask:
    """The human task of ``key`` was interrupted; withdraw it."""

    kind: Literal["closeHumanTask"] = "closeHumanTask"
    key: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTimer:
    """Wake the case at ``due`` with TimerFired for ``wait``."""

    kind: Literal["startTimer"] = "startTimer"
    wait: int
    element: str
    name: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTimer:
    """The timer of ``wait`` is no longer wanted."""

    kind: Literal["cancelTimer"] = "cancelTimer"
    wait: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe:
    """Listen for a message; answer with MessageArrived for ``wait``.

    ``once``: the subscription closes by itself with its first message (interrupting, catch,
    receive); otherwise it stays until Unsubscribe.
    """

    kind: Literal["subscribe"] = "subscribe"
    wait: int
    element: str
    message: str
    correlation_key: str
    once: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribe:
    """The message subscription of ``wait`` is closed."""

    kind: Literal["unsubscribe"] = "unsubscribe"
    wait: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenForSignal:
    """Listen for a signal, until StopListening; answer with SignalArrived.

    One SignalArrived is for the whole instance, however many of its elements listen.
    """

    kind: Literal["listenForSignal"] = "listenForSignal"
    wait: int
    element: str
    signal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopListening:
    """The signal subscription of ``wait`` is closed."""

    kind: Literal["stopListening"] = "stopListening"
    wait: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferActivities:
    """Offer what may be begun, until WithdrawOffer; answer with ActivitiesChosen (S29)."""

    kind: Literal["offerActivities"] = "offerActivities"
    wait: int
    element: str
    activities: tuple[tuple[str, str], ...]
    """Element id and name of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawOffer:
    """The offer of ``wait`` is over."""

    kind: Literal["withdrawOffer"] = "withdrawOffer"
    wait: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StartChild:
    """Run a called process; answer with ChildCompleted, TaskFailed or ErrorThrown for ``key``."""

    kind: Literal["startChild"] = "startChild"
    key: int
    element: str
    name: str
    process_id: str
    binding: Literal["latest", "deployment", "versionTag"]
    version_tag: str | None
    variables: Mapping[str, Value]
    catches: tuple[str | None, ...] = ()
    """Error codes caught here (None: all); the child's Started bears them on, so that an error
    nobody catches inside ends the child with outcome ``error`` instead of an incident (S17)."""
    escalations: tuple[tuple[str | None, bool], ...] = ()
    """Escalation codes caught here (None: all), nearest first, and whether that interrupts; the
    child's Started bears them on, so that it tells of such an escalation by Escalate (S18)."""
    attempt: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelChild:
    """The called process of ``key`` is to end."""

    kind: Literal["cancelChild"] = "cancelChild"
    key: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishMessage:
    """Publish a message; answer with TaskCompleted (or TaskFailed) for ``key``."""

    kind: Literal["publishMessage"] = "publishMessage"
    key: int
    element: str
    name: str
    message: str
    correlation_key: str
    message_id: str | None
    time_to_live: str | None
    variables: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastSignal:
    """Broadcast a signal; answer with TaskCompleted (or TaskFailed) for ``key``.

    Before that, SignalArrived goes to every instance that listens now, in order, this one too.
    """

    kind: Literal["broadcastSignal"] = "broadcastSignal"
    key: int
    element: str
    name: str
    signal: str
    variables: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """An escalation that nobody catches inside, but the caller does: EscalationThrown for it.

    Answer with TaskCompleted for ``key`` once the caller has it, unless it ``interrupts``.
    """

    kind: Literal["escalate"] = "escalate"
    key: int
    """0 when work that goes on has thrown it: no answer is wanted then."""
    element: str
    name: str
    code: str
    variables: Mapping[str, Value]
    interrupts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident:
    """Something is stuck at an element; nothing else of the instance stops (S33)."""

    kind: Literal["openIncident"] = "openIncident"
    incident: int
    key: int
    element: str
    code: str
    """job-failed, condition-not-boolean, expression-failed, no-flow-taken, unhandled-error, …"""
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseIncident:
    """The incident was resolved, or its element ended."""

    kind: Literal["closeIncident"] = "closeIncident"
    incident: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """The instance ended; nothing follows."""

    kind: Literal["finish"] = "finish"
    outcome: Literal["completed", "terminated", "error"]
    variables: Mapping[str, Value] = field(default_factory=dict)
    """The root variables; those of the error when the outcome is ``error``."""
    error_code: str = ""
    """With outcome ``error``: what the caller gets as ErrorThrown."""
    error_message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Yield:
    """The step budget of one activation is spent; come back with Resumed (S36)."""

    kind: Literal["yield"] = "yield"


Command = (
    RunTask | CancelTask | OpenHumanTask | SettleChange | CloseHumanTask | StartTimer | CancelTimer
    | Subscribe | Unsubscribe | ListenForSignal | StopListening | OfferActivities | WithdrawOffer
    | StartChild | CancelChild | PublishMessage | BroadcastSignal | Escalate
    | OpenIncident | CloseIncident | Finish | Yield
)  # fmt: skip
