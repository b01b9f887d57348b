"""What events wait for, or throw, with every name resolved and every expression parsed."""

from dataclasses import dataclass
from typing import Literal

from workflows.feel import Expression

Text = str | Expression
"""A static text, or a FEEL expression (an attribute that begins with ``=``; S32)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDefinition:
    """A BPMN message: by name and, when caught other than at a process start, by key (S23)."""

    kind: Literal["message"] = "message"
    name: Text
    key: Expression | None = None
    is_composite: bool = False
    """The key is a list of the values of several correlation properties."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerDefinition:
    """Exactly one of a date, a duration and a cycle (S26)."""

    kind: Literal["timer"] = "timer"
    form: Literal["date", "duration", "cycle"]
    value: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalDefinition:
    """A signal, by name alone (S25)."""

    kind: Literal["signal"] = "signal"
    name: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionDefinition:
    """A condition over variables: fires when it becomes true (S27)."""

    kind: Literal["condition"] = "condition"
    condition: Expression
    names: frozenset[str]
    """The variables whose writing makes it be tested."""
    creates: bool = True
    """A variable that is new makes it be tested."""
    updates: bool = True
    """A variable that was there before makes it be tested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDefinition:
    """An error; ``code`` None catches every error (S17). Codes are static where caught."""

    kind: Literal["error"] = "error"
    code: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationDefinition:
    """An escalation; ``code`` None catches every one (S18). Codes are static where caught."""

    kind: Literal["escalation"] = "escalation"
    code: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensateDefinition:
    """Compensation (S20): thrown for one activity, or for all that a scope has completed."""

    kind: Literal["compensate"] = "compensate"
    activity: int | None = None
    """Where thrown: the node of the one activity."""
    wait: bool = True
    """``waitForCompletion``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelDefinition:
    """The cancellation of a transaction (S21)."""

    kind: Literal["cancel"] = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDefinition:
    """A link; a throw holds the node index of its catch (S13)."""

    kind: Literal["link"] = "link"
    name: str
    catch: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminateDefinition:
    """A terminate end event (S19)."""

    kind: Literal["terminate"] = "terminate"


SingleDefinition = (
    MessageDefinition
    | TimerDefinition
    | SignalDefinition
    | ConditionDefinition
    | ErrorDefinition
    | EscalationDefinition
    | CompensateDefinition
    | CancelDefinition
    | LinkDefinition
    | TerminateDefinition
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleDefinition:
    """Several definitions at one event: any of them catches, or all; all are thrown (S28)."""

    kind: Literal["multiple"] = "multiple"
    definitions: tuple[SingleDefinition, ...]
    parallel: bool = False
    """Every one must have happened."""


EventDefinition = SingleDefinition | MultipleDefinition
