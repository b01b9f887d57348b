"""Claim, give back, delegate, complete: what a person does with a human task."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from workflows.contracts.journal import JournalBatch, MessageDelivery

Act = Literal["claim", "unclaim", "delegate", "complete"]
Outcome = Literal["approve", "reject", "return", "not-reached", "done"]


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TaskAct(_Message):
    """One act of one person on one task; ``request_id`` makes repeating it safe."""

    request_id: str
    act: Act
    task_key: int
    """Element instance key of the user task."""
    actor: str
    """Operator id; authority, certificates and four-eyes are looked up, never taken from here."""
    outcome: Outcome | None = None
    comment: str = ""
    variables: dict[str, Any] = {}
    """Wire-encoded values the person entered."""
    content_hash: str | None = None
    """SHA-256 of what was shown; required to complete."""
    delegate_to: str | None = None


class TaskReceipt(_Message):
    """The act was applied and journaled."""

    instance_id: str
    task_key: int
    request_id: str
    act: Act
    assignee: str | None = None
    outcome: Outcome | None = None
    at: datetime


class ActCall(_Message):
    """What the local activity ``human_task.act`` receives: the act, judged against the registry."""

    case_id: str
    instance_id: str
    at: datetime
    act: TaskAct
    journal: JournalBatch | None = None


class ActAnswer(_Message):
    """Accepted, or refused with a code and a sentence; a refusal is data, not an error."""

    refusal: str | None = None
    """NOT_OPEN, FORBIDDEN, FOUR_EYES, AUTHORITY, QUALIFICATION_EXPIRED, CONTENT_CHANGED, …"""
    message: str = ""
    assignee: str | None = None
    messages: tuple[MessageDelivery, ...] = ()


def content_hash(variables: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what a person is shown: canonical JSON of wire-encoded variables."""
    text = json.dumps(variables, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


HUMAN_TASK_ACT = "human_task.act"
JOURNAL_FLUSH = "journal.flush"
REPLAY_ORDER = "replay.order"
REPLAY_UNDONE = "replay.undone"
MESSAGE_PUBLISH = "message.publish"
SIGNAL_BROADCAST = "signal.broadcast"
DEFINITION_RESOLVE = "definition.resolve"
