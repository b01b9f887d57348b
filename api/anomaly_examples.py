"""Examples of anomalies, by schema. All of it is made up."""

from collections.abc import Mapping
from typing import Any, Final

_CASE = "BQ-1F0C9A7E35B2D4860A91"
_ANOMALY: Final[Mapping[str, Any]] = {
    "anomalyId": "AN-8C1D2E3F4A5B6C7D8E9F",
    "caseId": _CASE,
    "anomalyClass": "MONEY",
    "reason": "ACCOUNT_CLOSED",
    "queue": "finance",
    "openedAt": "2026-10-12T02:30:00Z",
    "dueOn": "2026-10-13",
    "outcomes": ["RETRIED", "RE_ACCOUNTED", "SUSPENSE", "COMPENSATED"],
    "outcome": None,
    "closedAt": None,
}

ANOMALY_EXAMPLES: Final[Mapping[str, Any]] = {
    "AnomalySeen": _ANOMALY,
    "AnomalyPage": {"anomalies": [_ANOMALY], "next": None},
    "AnomalyClosed": {"outcome": "RE_ACCOUNTED", "reason": "The customer named another account."},
    "DeathReported": {"diedOn": "2026-10-10", "reason": "The daughter called."},
    "DeathNoted": {
        "caseId": _CASE,
        "anomalyId": "AN-8C1D2E3F4A5B6C7D8E9F",
        "outcome": "stopped",
    },
}
