"""An activity contract: its type, how it runs, its request and its result.

The workflow schedules activities by name with one envelope; the activity wrapper reads the typed
request out of the envelope's variables. Workflow and activity both import this module, and never
each other.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from workflows.contracts.journal import JournalBatch, MessageDelivery


class TaskCall(BaseModel):
    """What every in-house activity receives: the work, its effect key, and the journal so far."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    case_id: str
    instance_id: str
    process_id: str
    type: str
    element: str
    name: str
    key: int
    """Element instance key."""
    effect_key: str
    """``<instance>/<element>/<key>``: the same for every attempt, retry, replay and reset."""
    headers: dict[str, str] = {}
    variables: dict[str, Any] = {}
    """Wire-encoded FEEL values by name."""
    at: datetime
    """Business time of the command; activities have no other clock."""
    journal: JournalBatch | None = None
    undoes: str = ""
    """Of a compensation handler: the activity whose effect it undoes, the latest that stands."""
    undoes_all: bool = False
    """The activity is a loop: the handler undoes all its effects at once."""
    undoes_keys: tuple[str, ...] = ()
    """Of work that a replay has done before all else: the effects that it undoes, by key."""


class TaskAnswer(BaseModel):
    """What an in-house activity answers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    variables: dict[str, Any] = {}
    """Wire-encoded FEEL values by name."""
    messages: tuple[MessageDelivery, ...] = ()
    """Buffered messages that met a subscription the journal opened."""
    standing: tuple[str, ...] = ()
    """What operations let stand still."""


MONEY_DIGITS = 18
"""Digits of the largest amount anybody may ask about: in minor units it fits 64 bits."""


class Request(BaseModel):
    """Base of every stage's request: strict, camelCase outside, snake_case inside."""

    model_config = ConfigDict(
        extra="ignore", frozen=True, alias_generator=to_camel, populate_by_name=True
    )

    keeps_values: ClassVar[bool] = False
    """Its values stay FEEL's own, nulls included, where others are read as Python's."""


class Result(BaseModel):
    """Base of every stage's result: camelCase outside, snake_case inside."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True
    )

    def values_by_name(self) -> dict[str, Any]:
        """What it answers, as plain values."""
        return self.model_dump(by_alias=True)


RequestType = type[Request]
ResultType = type[Result]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityContract:
    """One activity type: what goes in, what comes out, and how it runs."""

    type: str
    runs: Literal["local", "remote"]
    """local: a local activity, short and keyed; remote: scheduled on a task queue."""
    request: RequestType
    result: ResultType
    faults: tuple[str, ...] = ()
    """BPMN error codes it may throw."""
    timeout_seconds: int = 30
    """Start-to-close time of one attempt."""
