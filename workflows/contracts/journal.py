"""What a case did, as it is written down: rides with the next activity, or is flushed at rest."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from workflows.domain.ids import derive

EntryKind = Literal[
    "caseStarted", "caseFinished", "statusChanged",
    "elementActivated", "elementCompleted", "elementTerminated", "flowTaken",
    "taskOpened", "taskClosed", "decisionMade", "decisionRefused",
    "waitOpened", "waitClosed",
    "incidentOpened", "incidentClosed",
    "variablesChanged", "messageConsumed", "signalConsumed", "escalationThrown", "modified",
    "operatorActed",
]  # fmt: skip


class JournalEntry(BaseModel):
    """One thing that happened in one instance; ``seq`` is gap-free from 1."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seq: int
    at: datetime
    kind: EntryKind
    element: str | None = None
    name: str | None = None
    key: int | None = None
    """Element instance key, wait id or incident id, by kind."""
    data: dict[str, Any] = {}
    """Facts by kind.

    taskOpened: assignee, candidateGroups, candidateUsers, due, followUp, priority, form, headers,
    variables (wire), contentHash; again where the task was there before. waitOpened: for (timer,
    message, signal, job, child, offer), message, correlationKey, due, once, signal, activities.
    signalConsumed: signal, no, variables (wire). incidentOpened: code, message, elementKey,
    attempts (at its work). statusChanged: status. variablesChanged: variables (wire).
    caseFinished: outcome. escalationThrown: code, caught (the catching element, or null).
    operatorActed: act, actor, role, reason, requestId, and what the act was about; each has an
    audit record of its own.
    """


class JournalBatch(BaseModel):
    """Consecutive entries of one instance, appended once (a repeated batch changes nothing)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    instance_id: str
    """Workflow id of the instance that wrote it."""
    case_id: str
    """Workflow id of the root case; equal to ``instance_id`` but for called processes."""
    run_id: str
    entries: tuple[JournalEntry, ...]
    after: datetime | None = None
    """When the entry before the first was written: which of its tellings this one goes on from."""


class JournalHead(BaseModel):
    """Where the journal of an instance stands, as the instance itself knows it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seq: int
    """The last entry."""
    at: datetime | None = None
    """When it was written; None: by a run that did not hand this on."""
    is_acknowledged: bool
    """Whether the database has answered for all of it."""


class MessageDelivery(BaseModel):
    """A message correlated to one waiting subscription of one instance."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    instance_id: str
    wait: int
    message_id: str
    name: str
    variables: dict[str, Any] = {}
    """Wire-encoded FEEL values by name."""

    @property
    def update_id(self) -> str:
        """Return the id that Temporal keeps of the delivery; nothing a publisher wrote is in it."""
        return derive("message", self.message_id, self.wait)


class JournalReceipt(BaseModel):
    """The answer to a journal flush: buffered messages that meet a subscription just opened."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    messages: tuple[MessageDelivery, ...] = ()
    standing: tuple[str, ...] = ()
    """What operations let stand still: ``process:…``, ``activity:…``, ``system:…``."""
