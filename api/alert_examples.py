"""Examples of the bodies about population alerts, by schema."""

from collections.abc import Mapping
from typing import Any, Final

_ALERT: Final[Mapping[str, Any]] = {
    "alertId": "PA-0D1E2F3A4B5C6D7E8F90",
    "caseId": "BQ-1F0C9A7E35B2D4860A91",
    "rule": "SURRENDER_SURGE",
    "severity": "HIGH",
    "owner": "risk-desk",
    "status": "OPEN",
    "grouping": "AGENT",
    "key": "AG-7",
    "day": "2026-10-12",
    "count": 9,
    "usual": 0.4,
    "deviation": 0.663325,
    "raisedAt": "2026-10-12T09:45:03Z",
    "dueOn": "2026-10-13",
    "closedBy": None,
    "closedAt": None,
    "outcome": None,
    "reason": "",
}

ALERTS: Mapping[str, Any] = {
    "AlertSeen": _ALERT,
    "AlertPage": {"alerts": [_ALERT], "next": None},
    "AlertClose": {"outcome": "FALSE_ALARM", "reason": "The agent moved a whole firm at its wish."},
}
