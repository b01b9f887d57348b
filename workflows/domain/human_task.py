"""Work for a person: what is offered, what was done about it, and the table of its states."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from workflows.domain.canonical import JsonObject

TaskState = Literal["OPEN", "CLAIMED", "COMPLETED", "WITHDRAWN"]
Act = Literal["claim", "unclaim", "delegate", "complete"]

TASK_STEPS: Mapping[TaskState, Mapping[Act, TaskState]] = MappingProxyType({
    "OPEN": MappingProxyType({"claim": "CLAIMED", "delegate": "CLAIMED", "complete": "COMPLETED"}),
    "CLAIMED": MappingProxyType({
        "claim": "CLAIMED", "unclaim": "OPEN", "delegate": "CLAIMED", "complete": "COMPLETED",
    }),
    "COMPLETED": MappingProxyType({}),
    "WITHDRAWN": MappingProxyType({}),
})  # fmt: skip
"""Which act is possible in which state, and the state it leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanTask:
    """A task as it stands in the inbox."""

    instance_id: str
    key: int
    """Element instance key."""
    case_id: str
    element: str
    name: str
    state: TaskState
    assignee: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    due: datetime | None
    follow_up: datetime | None
    priority: int
    form: JsonObject
    headers: JsonObject
    variables: JsonObject
    """Wire-encoded values: what the person is shown."""
    content_hash: str
    opened_at: datetime
    closed_at: datetime | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What a person did about a task; with ``complete`` it is the decision 审批 itself."""

    instance_id: str
    key: int
    case_id: str
    element: str
    request_id: str
    act: Act
    actor: str
    at: datetime
    level: int
    """The authority level of the actor when it was done."""
    outcome: str | None = None
    comment: str = ""
    variables: JsonObject = field(default_factory=dict)
    """Wire-encoded values the person entered."""
    content_hash: str | None = None
    delegate_to: str | None = None
    limit_version: int | None = None
    certificate_id: str | None = None
    on_behalf_of: str | None = None
    """Whose authority was used; none: the actor's own."""
    delegation_id: str | None = None
    in_grace_until: datetime | None = None
    """When the grace ends that a certificate was in; none: what counted was valid."""


class TaskNotOpen(Exception):
    """Nothing may be done about the task any more, or nobody knows it."""
