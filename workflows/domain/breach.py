"""A breach 违规与个人信息安全事件: what happened, to whom it has to be told, and by when.

Where personal data leaked, was altered or lost, the authority and the persons are told at once
(PIPL 57); the pack says how many days that is. The persons may be spared where measures keep harm
from them. Of a limit of law that was missed, what was done about it is on record.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal

BreachKind = Literal["UNAUTHORISED_ACCESS", "DISCLOSURE", "ALTERATION", "LOSS", "MISSED_LIMIT"]
Severity = Literal["LOW", "MEDIUM", "HIGH", "CRITICAL"]
StepKind = Literal["MEASURE", "AUTHORITY_TOLD", "SUBJECTS_TOLD", "SUBJECTS_SPARED", "CLOSED"]
DataKind = Literal[
    "NAME", "ID_NO", "BORN_ON", "PHONE", "EMAIL", "ADDRESS", "ACCOUNT", "HEALTH", "BIOMETRIC",
    "POLICY", "MONEY", "DOCUMENT", "CREDENTIAL",
]  # fmt: skip
Duty = Literal["AUTHORITY", "SUBJECTS"]
DESK: Final = "privacy"
"""The group that deals with breaches."""
DUTY_RULES: Final[Mapping[Duty, str]] = MappingProxyType(
    {"AUTHORITY": "K-PIA", "SUBJECTS": "K-PIS"}
)
"""The limits in the pack, from when the breach was known."""
_FOUR_FIFTHS: Final = 0.8
_FULFILS: Final[Mapping[Duty, frozenset[StepKind]]] = MappingProxyType(
    {
        "AUTHORITY": frozenset({"AUTHORITY_TOLD"}),
        "SUBJECTS": frozenset({"SUBJECTS_TOLD", "SUBJECTS_SPARED"}),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachStep:
    """Something done about it: a measure, somebody told, or that it is over."""

    breach_id: str
    step: StepKind
    note: str
    """What was done; of who was told, by which letter."""
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """What is known of a breach; what is done about it are its steps."""

    id: str
    kind: BreachKind
    severity: Severity
    data: tuple[str, ...]
    """Kinds of data, never data."""
    people: int
    case_id: str | None
    description: str
    exposure: str
    """What penalty it may draw, and by which article."""
    known_at: datetime
    reported_by: str
    reported_at: datetime
    pack: str
    """Whose limits its duties go by."""
    authority_due_at: datetime | None = None
    """None: nobody has to be told."""
    subjects_due_at: datetime | None = None
    closed_at: datetime | None = None


def has_duties(kind: BreachKind) -> bool:
    """Whether it is one of personal data: others have to be told."""
    return kind != "MISSED_LIMIT"


def fulfilled_at(duty: Duty, steps: Iterable[BreachStep]) -> datetime | None:
    """When a duty was fulfilled; None: not yet."""
    return min((each.at for each in steps if each.step in _FULFILS[duty]), default=None)


def due_of(breach: Breach, duty: Duty) -> datetime | None:
    """When a duty ends; None: there is none."""
    return breach.authority_due_at if duty == "AUTHORITY" else breach.subjects_due_at


def reached(
    breach: Breach, duty: Duty, steps: Iterable[BreachStep], at: datetime
) -> Literal[80, 100] | None:
    """The last mark that has come of a duty nobody has fulfilled: four fifths, or its end."""
    due = due_of(breach, duty)
    if due is None or fulfilled_at(duty, steps) is not None:
        return None
    if at > due:
        return 100
    return 80 if at >= breach.known_at + (due - breach.known_at) * _FOUR_FIFTHS else None


def lacking(breach: Breach, step: StepKind, steps: Iterable[BreachStep]) -> str | None:
    """What has to be done before a step; None: nothing.

    Whoever is spared or not told any more was helped first: PIPL 57 spares them where measures
    keep harm away. It is over when everybody was told.
    """
    done = tuple(steps)
    if step in {"SUBJECTS_SPARED", "CLOSED"} and all(each.step != "MEASURE" for each in done):
        return "a measure"
    if step != "CLOSED":
        return None
    open_ = (
        duty
        for duty in DUTY_RULES
        if due_of(breach, duty) is not None and fulfilled_at(duty, done) is None
    )
    return next((f"telling the {duty.lower()}" for duty in open_), None)
