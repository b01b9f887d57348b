"""Improvement items 改进项: opened from what went wrong, tied to the version of a model."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

DefectSource = Literal["complaint", "survey", "anomaly", "decision"]
ImprovementState = Literal["OPEN", "DONE", "DROPPED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """How many cases of one version of a model have one reason code."""

    source: DefectSource
    reason: str
    process_id: str
    version: int
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """What is to be better, and the version of the model in which it is."""

    id: str
    source: DefectSource
    reason: str
    process_id: str
    version: int
    """In which it was found."""
    problem: str
    opened_by: str
    opened_at: datetime
    state: ImprovementState = "OPEN"
    done_version: int | None = None
    closed_by: str | None = None
    closed_at: datetime | None = None
    closing_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """The cases of one version of a model: how many there are, how many have the reason."""

    version: int
    cases: int
    with_reason: int
