"""Examples of the register of breaches, by schema. All of it is made up."""

from collections.abc import Mapping
from typing import Any, Final

_STEP: Final[Mapping[str, Any]] = {
    "step": "MEASURE",
    "note": "The account was closed, its sessions ended; reads of thirty days are examined.",
    "by": "privacy-1",
    "at": "2026-10-12T03:10:00Z",
}
_BREACH: Final[Mapping[str, Any]] = {
    "breachId": "BCH-51F0A96C2D8E4B7735A0",
    "kind": "UNAUTHORISED_ACCESS",
    "severity": "HIGH",
    "data": ["NAME", "PHONE"],
    "people": 12,
    "caseId": None,
    "description": "An account that had been lent was used to look up customers of another branch.",
    "exposure": "PIPL art. 66: correction, warning, fine.",
    "knownAt": "2026-10-12T02:30:00Z",
    "reportedBy": "privacy-1",
    "reportedAt": "2026-10-12T02:40:00Z",
    "pack": "cn-life-2026.3",
    "authorityDueAt": "2026-10-13T15:59:59Z",
    "authorityToldAt": None,
    "subjectsDueAt": "2026-10-15T15:59:59Z",
    "subjectsToldAt": None,
    "isLate": False,
    "closedAt": None,
    "steps": [_STEP],
}

BREACHES: Final[Mapping[str, Any]] = {
    "BreachReported": {
        "kind": "UNAUTHORISED_ACCESS",
        "severity": "HIGH",
        "data": ["NAME", "PHONE"],
        "people": 12,
        "description": _BREACH["description"],
        "exposure": _BREACH["exposure"],
    },
    "BreachStepTaken": {"step": _STEP["step"], "note": _STEP["note"]},
    "BreachStepSeen": _STEP,
    "BreachSeen": _BREACH,
    "BreachPage": {"breaches": [_BREACH], "next": None},
}
