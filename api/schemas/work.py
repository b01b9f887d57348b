"""Human tasks, messages, incidents and documents as callers send and see them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from api.schemas.repairs import ForecastSeen
from api.schemas.shapes import (
    WHOLE,
    Asking,
    Identifier,
    Moment,
    Page,
    PageQuery,
    ProcessId,
    Reason,
    Seen,
    Sent,
    ShortText,
    Variables,
)

_TIME = r"T([0-9]{1,6}H([0-9]{1,6}M)?([0-9]{1,8}S)?|[0-9]{1,6}M([0-9]{1,8}S)?|[0-9]{1,8}S)"
QueueName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$")]
ErrorCode = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,200}$")]
Duration = Annotated[str, Field(pattern=rf"^P([0-9]{{1,4}}D({_TIME})?|{_TIME})$")]
"""An ISO 8601 duration of days, hours, minutes and seconds."""


class TaskDraft(Seen):
    """What somebody entered who could not finish the task any more."""

    by: str
    outcome: str | None
    comment: str
    variables: dict[str, Any]
    at: Moment


class TaskSeen(Seen):
    """A human task, with what the person is shown and the hash that binds the decision to it."""

    task_id: str
    case_id: str
    element: str
    name: str
    act: str
    asks: str | None = None
    """``call-back``: it completes with ``answers`` to every point of one; null: it asks nothing."""
    status: str
    assignee: str | None
    candidate_groups: list[str]
    candidate_users: list[str]
    priority: int
    opened_at: Moment
    due: Moment | None
    content_hash: str | None
    """Null, as ``shown``, on a case's page when you may not see the task."""
    shown: dict[str, Any] | None
    """Plain JSON of the task's variables."""
    draft: TaskDraft | None = None
    """Kept when a task went back into the queue; only where one task is read."""


class GraceDeedSeen(Seen):
    """What was done on a certificate that had ended, in its days of grace; the trail says by whom.

    Nobody is named: of some desks it may not be known that they looked at a case.
    """

    task_id: str
    act: str
    at: Moment
    in_grace_until: Moment


class TaskQuery(PageQuery):
    """Which open tasks to list."""

    case_id: Identifier | None = None
    mine: bool = False
    """Only those assigned to me."""


class TaskPage(Page):
    """A page of tasks, the oldest first."""

    tasks: list[TaskSeen]


class TaskDelegate(Sent):
    """Hand a claimed task to somebody else who may do it."""

    to: Identifier
    comment: ShortText = ""


class TaskComplete(Sent):
    """Decide, or report work as done."""

    outcome: Literal["approve", "reject", "return", "not-reached", "done"]
    content_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """The hash that came with what was shown; another content is refused (409)."""
    comment: ShortText = ""
    variables: Variables = Field(default_factory=dict)


class TaskActed(Seen):
    """The act was applied; every list shows it from now on."""

    task_id: str
    act: str
    assignee: str | None
    outcome: str | None
    at: Moment


class MessagePublish(Sent):
    """Publish a message to whoever waits for it, or buffer it for a while."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9._-]{0,99}$")]
    key: Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,200}$")] | None = None
    """Without one it reaches no waiting case, and begins one of each process that starts by it."""
    id: Identifier | None = None
    """Repeating a message under its id does nothing; the Idempotency-Key when absent."""
    ttl: Duration = "PT1H"
    """How long it is kept for a subscriber to come; PT0S: not at all."""
    variables: Variables = Field(default_factory=dict)


class MessageReceipt(Seen):
    """What became of the message."""

    message_id: str
    outcome: Literal["correlated", "buffered", "dropped"]
    duplicate: bool
    """True: this id was published before, and this is what became of it then."""
    instances: list[str]


class IncidentAction(Seen):
    """Something that can be done about an incident."""

    act: str
    """retry, retry-with-variables, skip, throw, move, replay, cancel, deploy, worker, wait,
    hand-over or ignore."""
    how: str


class SetAside(Seen):
    """Somebody set an incident aside."""

    state: Literal["ignored", "handed-over"]
    by: str
    reason: str
    at: Moment
    anomaly_id: str | None
    """Under which it was handed over."""


class IncidentSeen(Seen):
    """Something is stuck: where, why, and since when."""

    incident_id: str
    case_id: str
    instance_id: str
    element: str | None
    name: str | None = None
    """The element's name."""
    code: str
    message: str
    status: str
    """open, ignored, handed-over or closed."""
    opened_at: Moment
    closed_at: Moment | None
    source: Literal["case", "watch"] = "case"
    """case: the case knows it and can be told to try again; watch: it was seen from outside."""
    meaning: str = ""
    """What the code means."""
    attempts: int | None = None
    """How often the work was tried before, or so far; absent where that does not count."""
    last_seen_at: Moment | None = None
    """For what was seen from outside: when it was still so."""
    actions: list[IncidentAction] = Field(default_factory=list)
    """What can be done, the best first; nothing once it is closed."""
    aside: SetAside | None = None


class IncidentDetail(IncidentSeen):
    """An incident looked at closely."""

    first_at: Moment
    """When the element stuck for the first time; every attempt that fails opens a new incident."""
    last_at: Moment
    times: int
    inputs: dict[str, Any] = Field(default_factory=dict)
    """Variables that the element sees; of what may be personal only what it looks like."""
    stands_at: list[str] = Field(default_factory=list)
    """Elements at which the instance rests now; where it rests at none, the last it told of."""


class IncidentGroupSeen(Seen):
    """Open incidents of one cause."""

    cause: str
    """Names the cause, to resolve all of it."""
    process: str
    element: str | None
    code: str
    message: str
    meaning: str
    incidents: int
    cases: int
    first_at: Moment
    last_at: Moment


class IncidentGroups(Seen):
    """Causes, the most frequent first."""

    groups: list[IncidentGroupSeen]


class IncidentQuery(PageQuery):
    """Which incidents to list."""

    case_id: Identifier | None = None
    code: Identifier | None = None
    element: ProcessId | None = None
    process: ProcessId | None = None
    closed: bool = False
    """Closed ones too."""
    group: Literal["cause"] | None = None
    """Causes instead of incidents: of all open ones that nobody ignores."""


class IncidentPage(Page):
    """A page of incidents, the oldest first."""

    incidents: list[IncidentSeen]


class IncidentResolve(Sent):
    """Get a stuck element going: try again, take it for done, or let it throw an error.

    Or set the incident aside: hand it to those who deal with anomalies, or ignore it; ``attend``
    takes it up again.
    """

    reason: Reason
    act: Literal["retry", "skip", "throw", "hand-over", "ignore", "attend"] = "retry"
    variables: Variables = Field(default_factory=dict)
    """retry: corrected before. skip: what the work would have brought. throw: of the error."""
    retries: Annotated[int, Field(ge=1, le=100), WHOLE] = 1
    queue: QueueName | None = None
    """retry: another task queue for this one attempt of remote work."""
    code: ErrorCode | None = None
    """throw: the code of the BPMN error."""
    message: ShortText = ""
    dry_run: bool = False
    """Only say what would happen."""


class IncidentsResolve(IncidentResolve):
    """The same for every open incident of a case, or of a cause."""

    case_id: Identifier | None = None
    cause: Identifier | None = None
    """The cause, as the groups name it."""
    incident_code: Identifier | None = None
    """Or all of a code, at an element, of a process."""
    element: ProcessId | None = None
    process: ProcessId | None = None
    limit: Annotated[int, Field(ge=1, le=100), WHOLE] = 100


class IncidentOutcome(Seen):
    """What became of one incident of many."""

    incident_id: str
    case_id: str
    at: Moment | None
    """Null where it was refused, or in a dry run."""
    problem: str | None
    """Code of the refusal; the incident stands as it did."""


class IncidentsResolved(Seen):
    """What became of each; one that was refused does not stop the others."""

    act: str
    dry_run: bool
    outcomes: list[IncidentOutcome]
    more: bool
    """There are more than ``limit``; order again for the rest."""


class IncidentResolved(Seen):
    """What was done about the incident; a new one opens when the element fails again."""

    incident_id: str
    act: str = "retry"
    dry_run: bool = False
    at: Moment | None
    forecast: ForecastSeen | None = None
    """Of a dry run: tokens, waits and effects before and after."""


class DocumentLabel(Asking):
    """What a document is and whom it concerns."""

    type: Identifier
    party_id: Identifier | None = None
    policy_no: Identifier | None = None


class DocumentStored(Seen):
    """A document is in the store, named by its content."""

    document_id: str
    type: str
    sha256: str
    size: int
