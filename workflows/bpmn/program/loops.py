"""How often an activity runs: multi-instance and standard loops; ad-hoc sub-processes."""

from dataclasses import dataclass
from typing import Literal

from workflows.feel import Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrownOnCompletion:
    """An event that is thrown when instances of a multi-instance activity complete (S12)."""

    node: int
    """The node that throws it; no flow leads to it."""
    when: Literal["first", "every"]
    condition: Expression | None = None
    """Behavior ``Complex``: thrown where it is true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiInstance:
    """The loop characteristics of a multi-instance activity (S11)."""

    kind: Literal["multiInstance"] = "multiInstance"
    sequential: bool
    collection: Expression | None = None
    cardinality: Expression | None = None
    input_element: str | None = None
    output_collection: str | None = None
    output_element: Expression | None = None
    completion_condition: Expression | None = None
    throws: tuple[ThrownOnCompletion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardLoop:
    """An activity that repeats while a condition is true (S10)."""

    kind: Literal["standardLoop"] = "standardLoop"
    condition: Expression | None = None
    test_before: bool = False
    maximum: int | None = None


Loop = MultiInstance | StandardLoop


@dataclass(frozen=True, slots=True, kw_only=True)
class AdHoc:
    """What an ad-hoc sub-process runs, and when it is over (S29)."""

    sequential: bool = False
    active_elements: Expression | None = None
    """The ids of the activities to begin with."""
    begin: tuple[int, ...] = ()
    """The activities that begin by themselves where no expression says so."""
    offers: tuple[int, ...] = ()
    """Other activities may be begun from outside, so it waits for that."""
    completion_condition: Expression | None = None
    cancel_remaining: bool = True
    steering: int | None = None
    """The node of the job that says what begins, where a job worker does (S29)."""
    output_collection: str | None = None
    output_element: Expression | None = None
