"""Examples of the bodies about signals and conditions, by schema."""

from collections.abc import Mapping
from typing import Any

_FAILED = {
    "processId": "rate_watch",
    "element": "rate_rose",
    "message": "The condition is neither true nor false.",
}

SIGNALS: Mapping[str, Any] = {
    "SignalBroadcast": {
        "name": "tariff.changed",
        "id": "crm-20261012-0002",
        "variables": {"tariff": "2026-B"},
    },
    "SignalReceipt": {
        "signalId": "crm-20261012-0002",
        "duplicate": False,
        "instances": ["BQ-1F0C9A7E35B2D4860A91"],
        "listening": 1,
        "begun": ["BQ-7A3D0B1C2E4F58690A1B"],
    },
    "ConditionsTold": {"processId": "rate_watch", "variables": {"declaredRate": 2.75}},
    "ConditionFailed": _FAILED,
    "ConditionsReceipt": {"begun": ["BQ-7A3D0B1C2E4F58690A1B"], "kept": [], "failed": [_FAILED]},
}
