"""What being stuck is called: every code of an incident, what it means, what can be done about it.

Incidents of source ``case`` are opened by the case itself, which knows them and tries again when
told. Incidents of source ``watch`` are opened from outside, about a case that cannot tell, and are
closed from outside when the problem is gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Action = Literal["retry", "retry-with-variables", "replay", "cancel", "deploy", "worker", "wait"]
Source = Literal["case", "watch"]

ACTIONS: Final[Mapping[Action, str]] = MappingProxyType({
    "retry": "Try the element again as it is.",
    "retry-with-variables": "Correct variables and try the element again.",
    "replay": "Replay the case from an earlier point; effects already made are found again.",
    "cancel": "End the case from outside its model; nothing is compensated.",
    "deploy": "Deploy workers that can run the case's code; it then continues by itself.",
    "worker": "Start a worker that polls the task queue; what waits there then runs.",
    "wait": "Nothing: it is tried again by itself.",
})  # fmt: skip
"""What a person can do, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a code means and what can be done about it, the best first."""

    meaning: str
    actions: tuple[Action, ...]
    source: Source = "case"


_DATA: Final[tuple[Action, ...]] = ("retry-with-variables", "replay", "cancel")
_WORK: Final[tuple[Action, ...]] = ("retry", "retry-with-variables", "replay", "cancel")


def _model(meaning: str) -> Kind:
    return Kind(meaning=meaning, actions=_DATA)


def _watch(meaning: str, *actions: Action) -> Kind:
    return Kind(meaning=meaning, actions=actions, source="watch")


KINDS: Final[Mapping[str, Kind]] = MappingProxyType({
    "job-failed": Kind(meaning="The work of an element failed more often than its retries allow.",
                       actions=_WORK),
    "called-process-missing": Kind(meaning="The called process is not deployed.",
                                   actions=("retry", "replay", "cancel")),
    "unhandled-error": Kind(meaning="An error was thrown that nothing around it catches.",
                            actions=_WORK),
    "step-budget-spent": Kind(meaning="An element takes more steps than one activation may.",
                              actions=("retry-with-variables", "replay", "cancel")),
    "dead-join": Kind(meaning="A gateway waits for a token that can no longer come.",
                      actions=("replay", "cancel")),
    "expression-failed": _model("An expression has no value with the data at hand."),
    "condition-not-boolean": _model("A condition is neither true nor false."),
    "no-flow-taken": _model("No outgoing flow's condition is true and there is no default."),
    "decision-failed": _model("A decision table has no result with the data at hand."),
    "value-not-storable": _model("A variable cannot be kept."),
    "payload-too-large": _model("The variables of the case have grown too large."),
    "collection-not-list": _model("The collection of a multi-instance activity is not a list."),
    "collection-too-large": _model("The collection of a multi-instance activity is too long."),
    "cardinality-invalid": _model("The number of instances is not a whole number."),
    "too-many-instances": _model("A loop has too many instances."),
    "called-process-invalid": _model("The called process's id is not a text."),
    "job-type-invalid": _model("The type of the work is not a text."),
    "retries-invalid": _model("The number of retries is not a whole number."),
    "time-to-live-invalid": _model("How long a message lives is not a duration."),
    "message-invalid": _model("The message's name, key or id is not a text."),
    "message-name-invalid": _model("The message's name is not a text."),
    "correlation-key-invalid": _model("The correlation key is missing or not a text."),
    "timer-invalid": _model("The timer's expression is not a time."),
    "error-code-invalid": _model("The error code is not a text."),
    "assignment-invalid": _model("Nobody can be named for the task with the data at hand."),
    "schedule-invalid": _model("The task's due or follow-up date is not a time."),
    "priority-invalid": _model("The task's priority is not a whole number from 0 to 100."),
    "workflow-task-failing": _watch("The case's code fails in the worker again and again.",
                                    "deploy", "replay", "cancel"),
    "workflow-ended": _watch("The workflow was ended from outside, the case was not.",
                             "replay"),
    "workflow-missing": _watch("Temporal does not know the workflow of an open case.",
                               "wait"),
    "ended-but-running": _watch("The case has ended, its workflow runs on.", "wait", "cancel"),
    "case-not-started": _watch("An accepted case could not be started yet.", "wait", "worker"),
    "message-not-taken": _watch("A message reached the case and is not taken up.",
                                "wait", "worker"),
    "no-worker": _watch("Nobody serves the task queue of the work.", "worker", "cancel"),
    "activity-retrying": _watch("Work fails and is tried again and again.",
                                "wait", "replay", "cancel"),
    "timer-overdue": _watch("A timer is long due and has not fired.", "worker", "replay"),
    "no-progress": _watch("The case should be on its way, and has not moved.",
                          "wait", "worker", "replay"),
})  # fmt: skip
"""Every code."""

UNKNOWN: Final = Kind(meaning="Something failed.", actions=_WORK)

_FIRST_KEY: Final = 2_000_000_000
"""Keys of the watchdog's incidents lie beyond any that a case counts up to."""

WATCHED: Final[Mapping[str, int]] = MappingProxyType({
    code: _FIRST_KEY + place
    for place, code in enumerate((
        "workflow-task-failing", "workflow-ended", "workflow-missing", "ended-but-running",
        "case-not-started", "message-not-taken", "no-worker", "activity-retrying",
        "timer-overdue", "no-progress",
    ))
})  # fmt: skip
"""Codes of the watchdog to the key of the one incident that an instance can have of each."""


def kind_of(code: str) -> Kind:
    """What a code means; a code of a later release is one nobody knows here."""
    return KINDS.get(code, UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """What a watchdog found about one instance."""

    code: str
    instance_id: str
    case_id: str
    cause: str
    """Bounded, and free of personal data."""
    element: str | None = None
    name: str | None = None
    attempts: int = 0
