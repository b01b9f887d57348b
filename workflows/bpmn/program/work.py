"""What tasks do: jobs, work for people, scripts, decisions, messages, calls."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from workflows.bpmn.program.events import MessageDefinition, Text
from workflows.dmn import DecisionProgram
from workflows.feel import Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work for an activity: service-like tasks, and message throws that name a task type."""

    kind: Literal["job"] = "job"
    type: Text
    retries: Text = "3"
    headers: Mapping[str, str] = field(default_factory=dict)
    priority: Text | None = None
    """From 0 to 100: in which order workers get jobs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Human:
    """Work for a person."""

    kind: Literal["human"] = "human"
    assignee: Text | None = None
    candidate_groups: Text | None = None
    candidate_users: Text | None = None
    due_date: Text | None = None
    follow_up_date: Text | None = None
    priority: Text = "50"
    form: Mapping[str, str] = field(default_factory=dict)
    """Form attributes as drawn: formKey, formId, externalReference, bindingType, versionTag."""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A FEEL script whose result goes to one variable."""

    kind: Literal["script"] = "script"
    expression: Expression
    result_variable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision evaluated in the engine; linked at deploy."""

    kind: Literal["decision"] = "decision"
    decision_id: str
    decision: DecisionProgram
    result_variable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receive:
    """A receive task's message."""

    kind: Literal["receive"] = "receive"
    message: MessageDefinition


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """A message published by the product itself (``zeebe:publishMessage``, S23)."""

    kind: Literal["publish"] = "publish"
    name: Text
    key: Expression | Text | None = None
    is_composite: bool = False
    """The key is a list of the values of several correlation properties."""
    message_id: Text | None = None
    time_to_live: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A called process: a child case, or ``inline`` when linked into this program (S22)."""

    kind: Literal["call"] = "call"
    process_id: Text
    inline: bool = False
    """True: the called nodes are children of this node in the same program."""
    propagate_all_parent_variables: bool = True
    propagate_all_child_variables: bool = True
    binding: Literal["latest", "deployment", "versionTag"] = "latest"
    version_tag: str | None = None


Work = Job | Human | Script | Decision | Receive | Publish | Call
