"""Examples of what operations order and see. All of it is made up."""

from collections.abc import Mapping
from typing import Any

_AT = "2026-10-12T02:30:00Z"
_CASE = "BQ-1F0C9A7E35B2D4860A91"
_CLOCK = {"rule": "K-SUR", "dueOn": "2026-11-11", "dueLegalOn": "2026-11-11", "state": "RUNNING"}
_STILL: dict[str, Any] = {
    "waitsFor": "timer",
    "instanceId": _CASE,
    "element": "too_late",
    "name": "30 days",
    "due": _AT,
    "isDue": False,
}

REPAIRS: Mapping[str, dict[str, Any]] = {
    "SuspensionOrder": {"reason": "The bank checks the account.", "dryRun": True},
    "StillWaiting": _STILL,
    "SuspensionSeen": {
        "caseId": _CASE,
        "dryRun": True,
        "act": "suspend",
        "instances": [_CASE],
        "waits": [_STILL],
        "openTasks": 1,
        "clocks": [_CLOCK],
        "stillSuspendedBy": [],
        "at": None,
    },
}
