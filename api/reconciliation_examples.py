"""Examples of the bodies about reconciliation, by schema."""

from collections.abc import Mapping
from typing import Any, Final

_DAY: Final[Mapping[str, Any]] = {
    "day": "2026-10-12",
    "askedAt": "2026-10-12T22:00:04Z",
    "askedBy": "system",
    "doneAt": "2026-10-12T22:00:05Z",
    "lines": 31,
    "orders": 30,
    "breaks": 1,
}
_BREAK: Final[Mapping[str, Any]] = {
    "breakId": "BR-51F0A96C2D8E4B7735A0",
    "kind": "UNTOLD",
    "about": "BQ-1F0C9A7E35B2D4860A91:OB-77A0C1D2E3F405162738:1:RETURN",
    "caseId": "BQ-1F0C9A7E35B2D4860A91",
    "firstDay": "2026-10-12",
    "lastDay": "2026-10-12",
    "currency": "CNY",
    "atBank": "56801.45",
    "byCase": None,
    "inLedger": None,
    "anomalyId": "AN-0D1E2F3A4B5C6D7E8F90",
    "outcome": None,
    "note": None,
    "closedBy": None,
    "closedAt": None,
}

RECONCILIATIONS: Mapping[str, Any] = {
    "ReconciliationAsked": {"day": "2026-10-12"},
    "ReconciliationSeen": _DAY,
    "ReconciliationPage": {"days": [_DAY], "next": None},
    "BreakSeen": _BREAK,
    "ReconciledDay": {"reconciliation": _DAY, "breaks": [_BREAK]},
    "BreakPage": {"breaks": [_BREAK], "next": None},
    "BreakClosed": {"outcome": "SUSPENSE", "reason": "Booked to suspense, the bank was asked."},
}
