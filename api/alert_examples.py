"""Examples of the bodies about population alerts and decisions of tables, by schema."""

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

_TAKEN: Final[Mapping[str, Any]] = {
    "instanceId": "BQ-1F0C9A7E35B2D4860A91",
    "element": "assess_risk/classify",
    "name": "风险分级 Risk class",
    "table": "dt_3_class",
    "version": "1.0",
    "at": "2026-10-12T02:30:00Z",
    "inputsHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "inputs": {"score": 85},
    "output": {"riskClass": "CRITICAL", "controls": ["RISK_DESK", "FREEZE_MONEY", "AML_REVIEW"]},
}

ALERTS: Mapping[str, Any] = {
    "DecisionTaken": _TAKEN,
    "DecisionsTaken": {"decisions": [_TAKEN]},
    "AlertSeen": _ALERT,
    "AlertPage": {"alerts": [_ALERT], "next": None},
    "AlertClose": {"outcome": "FALSE_ALARM", "reason": "The agent moved a whole firm at its wish."},
}
