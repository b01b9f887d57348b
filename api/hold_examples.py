"""Examples of the bodies about legal holds, by schema. All of it is made up."""

from collections.abc import Mapping
from typing import Any, Final

HOLD: Final[Mapping[str, Any]] = {
    "holdId": "LH-3C0A9F7E35B2D4860A91",
    "kind": "POLICY",
    "target": "P-S3",
    "basis": "LITIGATION",
    "reference": "(2026)沪01民初1号",
    "reason": "the heirs dispute the surrender",
    "placedBy": "legal-1",
    "placedAt": "2026-10-12T02:30:00Z",
    "liftOrderedBy": None,
    "liftedBy": None,
    "liftedAt": None,
    "liftReason": None,
}
HOLDS: Final[Mapping[str, dict[str, Any]]] = {
    "HoldPlaced": {
        "kind": "POLICY",
        "target": "P-S3",
        "basis": "LITIGATION",
        "reference": "(2026)沪01民初1号",
        "reason": "the heirs dispute the surrender",
    },
    "HoldLifted": {"reason": "the judgement is final"},
    "HoldSeen": dict(HOLD),
    "HoldPage": {"holds": [dict(HOLD)], "next": None},
}
