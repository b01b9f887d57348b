"""An effect: what an activity did to the world, once per key."""

from dataclasses import dataclass, field
from datetime import datetime

from workflows.domain.canonical import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A finished effect with its result; found again by key, it is never done twice."""

    key: str
    """``<instance>/<element>/<element instance key>``, and ``:purpose`` where there are several."""
    kind: str
    """The activity type or purpose, e.g. ``execution.commit``."""
    case_id: str
    instance_id: str
    element: str
    result: JsonObject
    at: datetime
    """Business time."""
    actor: str = "system"
    detail: JsonObject = field(default_factory=dict)
    """Facts for the audit row (ids, hashes, amounts, reasons); nothing personal."""
