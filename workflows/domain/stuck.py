"""What being stuck is called: every code of an incident, what it means, what can be done about it.

Incidents of source ``case`` are opened by the case itself, which knows them and tries again when
told. Incidents of source ``watch`` are opened from outside, about a case that cannot tell, and are
closed from outside when the problem is gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from workflows.domain.findings import AnomalyClass

Action = Literal[
    "retry", "retry-with-variables", "skip", "throw", "move", "replay", "cancel", "deploy",
    "worker", "wake", "wait", "hand-over", "ignore",
]  # fmt: skip
Source = Literal["case", "watch"]

ACTIONS: Final[Mapping[Action, str]] = MappingProxyType({
    "retry": "Try the element again as it is.",
    "retry-with-variables": "Correct variables and try the element again.",
    "skip": "Take the element for done, with what its work would have brought.",
    "throw": "Let the element throw a BPMN error instead.",
    "move": "Move the token to another element.",
    "replay": "Replay the case from an earlier point; effects already made are found again.",
    "cancel": "End the case from outside its model; nothing is compensated.",
    "deploy": "Deploy workers that can run the case's code; it then continues by itself.",
    "worker": "Start a worker that polls the task queue; what waits there then runs.",
    "wake": "Suspend the case and resume it: what is due then happens.",
    "wait": "Nothing: it is tried again by itself.",
    "hand-over": "Hand it to the desk that deals with such anomalies; it stays open.",
    "ignore": "Set it aside, with a reason: it stays named, and alarms nobody.",
})  # fmt: skip
"""What a person can do, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a code means and what can be done about it, the best first."""

    meaning: str
    actions: tuple[Action, ...]
    source: Source = "case"
    anomaly: AnomalyClass = "SYSTEM"
    """What it is to those it is handed to."""


ASIDE: Final[tuple[Action, ...]] = ("hand-over", "ignore")
"""What can be done about each of them, whatever is wrong."""

_LAST: Final[tuple[Action, ...]] = ("replay", "cancel")
_DATA: Final[tuple[Action, ...]] = ("retry-with-variables", "skip", "throw", *_LAST)
_WAY: Final[tuple[Action, ...]] = ("retry-with-variables", "move", *_LAST)
_WORK: Final[tuple[Action, ...]] = ("retry", "retry-with-variables", "skip", "throw", *_LAST)


def _model(meaning: str, actions: tuple[Action, ...] = _DATA) -> Kind:
    return Kind(meaning=meaning, actions=actions, anomaly="DATA")


def _work(
    meaning: str, actions: tuple[Action, ...] = _WORK, anomaly: AnomalyClass = "SYSTEM"
) -> Kind:
    return Kind(meaning=meaning, actions=actions, anomaly=anomaly)


def _watch(meaning: str, *actions: Action) -> Kind:
    return Kind(meaning=meaning, actions=actions, source="watch")


KINDS: Final[Mapping[str, Kind]] = MappingProxyType({
    "job-failed": _work("The work of an element failed more often than its retries allow."),
    "job-timed-out": _work("The work of an element gave no answer in its time."),
    "job-bug": _work("The work of an element fails by an error of ours; it is in the log.",
                     ("retry", "skip", "throw", *_LAST)),
    "job-refused": _work("What the work was asked for cannot be done, however often it is tried.",
                         _DATA, "DATA"),
    "job-input-invalid": _work("The work was not given what it needs: a value is missing (null),"
                               " or is not of its kind.", _DATA, "DATA"),
    "system-unavailable": _work("Another system did not answer, through all attempts.",
                                ("retry", "skip", "throw", *_LAST)),
    "outcome-unknown": _work("Nobody knows whether the other system did it; nothing is sent again"
                             " before that is known.", ("retry", "throw", *_LAST), "MONEY"),
    "answer-invalid": _work("What the work answered is not what the element expects."),
    "called-process-missing": _work("The called process is not deployed.",
                                    ("retry", "skip", *_LAST)),
    "unhandled-error": _work("An error was thrown that nothing around it catches."),
    "step-budget-spent": _model("An element takes more steps than one activation may.", _WAY),
    "dead-join": _model("A gateway waits for a token that can no longer come.", ("move", *_LAST)),
    "nothing-to-begin": _model("An ad-hoc sub-process has nothing to begin with.", _WAY),
    "expression-failed": _model("An expression has no value with the data at hand."),
    "mapping-failed": _model("An input or output mapping has no value with the data at hand."),
    "condition-not-boolean": _model("A condition is neither true nor false: it is null, or of"
                                    " another type.", _WAY),
    "no-flow-taken": _model("No outgoing flow's condition is true and there is no default.", _WAY),
    "decision-failed": _model("A decision table has no result with the data at hand."),
    "value-not-storable": _model("A variable cannot be kept."),
    "payload-too-large": _model("The variables of the case have grown too large."),
    "output-unavailable": _model("What the element has to give is not there when it ends."),
    "data-not-collection": _model("What came for a collection is not a list."),
    "collection-not-list": _model("The collection of a multi-instance activity is not a list."),
    "collection-too-large": _model("The collection of a multi-instance activity is too long."),
    "active-elements-invalid": _model("What an ad-hoc sub-process is to begin with is not a list"
                                      " of its activities."),
    "cardinality-invalid": _model("The number of instances is not a whole number."),
    "too-many-instances": _model("A loop has too many instances."),
    "called-process-invalid": _model("The called process's id is not a text."),
    "job-type-invalid": _model("The type of the work is not a text."),
    "retries-invalid": _model("The number of retries is not a whole number."),
    "time-to-live-invalid": _model("How long a message lives is not a duration."),
    "message-invalid": _model("The message's name, key or id is not a text."),
    "message-name-invalid": _model("The message's name is not a text."),
    "signal-name-invalid": _model("The signal's name is not a text."),
    "correlation-key-invalid": _model("The correlation key is missing or not a text."),
    "timer-invalid": _model("The timer's expression is not a time."),
    "error-code-invalid": _model("The error code is not a text."),
    "assignment-invalid": _model("Nobody can be named for the task with the data at hand."),
    "schedule-invalid": _model("The task's due or follow-up date is not a time."),
    "data-key-invalid": _model("The key of a data store's entry is neither a text nor a number."),
    "priority-invalid": _model("The task's priority is not a whole number from 0 to 100."),
    "workflow-task-failing": _watch("The case's code fails in the worker again and again.",
                                    "deploy", "replay", "cancel"),
    "non-determinism": _watch("The release at work does not do what the case's history says it"
                              " did.", "deploy", "replay", "cancel"),
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
    "timer-overdue": _watch("A timer is long due and has not fired.",
                            "worker", "wake", "replay"),
    "no-progress": _watch("The case should be on its way, and has not moved.",
                          "wait", "worker", "replay"),
    "journal-refused": _watch("What the case did cannot be written down; it goes no further until"
                              " it is.", "deploy", "wait", "replay"),
    "history-limit-near": _watch("The history is so long that Temporal will soon end the workflow:"
                                 " work under way keeps it from going on in a new one.",
                                 "wait", "move", "replay"),
})  # fmt: skip
"""Every code."""

UNKNOWN: Final = _work("Something failed.")

_FIRST_KEY: Final = 2_000_000_000
"""Keys of the watchdog's incidents lie beyond any that a case counts up to."""

WATCHED: Final[Mapping[str, int]] = MappingProxyType({
    code: _FIRST_KEY + place
    for place, code in enumerate((
        "workflow-task-failing", "workflow-ended", "workflow-missing", "ended-but-running",
        "case-not-started", "message-not-taken", "no-worker", "activity-retrying",
        "timer-overdue", "no-progress", "non-determinism", "journal-refused",
        "history-limit-near",
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
    is_told: bool = False
    """Who was refused tells it again and again itself; nothing is to be renewed."""
