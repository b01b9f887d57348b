"""An effect: what an activity did to the world, once per key."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from workflows.domain.canonical import JsonObject

UNDOES = "undoes"
"""In the detail of what a compensation handler did: the keys of the effects that it undid."""
_AGAIN = re.compile(r"(/[^/]*?)(?:~(\d+))?$")


def key_after(key: str) -> str:
    """Return the key under which an undone effect is done anew: the same, numbered."""
    return _AGAIN.sub(lambda found: f"{found[1]}~{int(found[2] or 1) + 1}", key, count=1)


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
