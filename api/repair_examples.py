"""Examples of what operations order and see. All of it is made up."""

from collections.abc import Mapping
from typing import Any

from api.release_examples import RELEASES

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

_TOKEN: dict[str, Any] = {
    "element": "approve",
    "key": 42,
    "scope": 1,
    "kind": "userTask",
    "phase": "activated",
    "count": 1,
}
_AWAITED: dict[str, Any] = {
    "element": "approve",
    "waitsFor": "userTask",
    "name": "",
    "key": 42,
    "due": None,
}
_STUCK = {"element": "quote", "key": 12, "code": "job-failed"}
_STANDING: dict[str, Any] = {
    "tokens": [_TOKEN],
    "waits": [_AWAITED],
    "incidents": [],
    "compensations": ["reserve"],
    "outcome": "",
}
_BEGINNING = {"what": "begins", "element": "quote", "type": "execution.quote"}
FORECAST: dict[str, Any] = {
    "faults": [],
    "before": _STANDING,
    "after": {**_STANDING, "tokens": [], "waits": []},
    "effects": [_BEGINNING],
}
_MOVE: dict[str, Any] = {
    "do": "move",
    "key": 42,
    "element": "quote",
    "scope": None,
    "variables": {},
    "item": None,
}

_OUTCOME: dict[str, Any] = {
    "incidentId": f"{_CASE}~7",
    "caseId": _CASE,
    "at": _AT,
    "problem": None,
}

REPAIRS: Mapping[str, dict[str, Any]] = {
    **RELEASES,
    "TokenSeen": _TOKEN,
    "WaitSeen": _AWAITED,
    "StuckSeen": _STUCK,
    "StandingSeen": _STANDING,
    "BeginningSeen": _BEGINNING,
    "ForecastSeen": FORECAST,
    "InstructionSent": _MOVE,
    "ModificationOrder": {
        "reason": "The quote has to be made again.",
        "instructions": [_MOVE],
        "instanceId": None,
        "dryRun": True,
    },
    "ModificationSeen": {
        "caseId": _CASE,
        "instanceId": _CASE,
        "dryRun": True,
        "at": None,
        "forecast": FORECAST,
    },
    "IncidentsResolve": {
        "reason": "The policy book answers again.",
        "act": "retry",
        "incidentCode": "job-failed",
        "element": "quote",
        "process": "contract_termination",
        "dryRun": True,
    },
    "IncidentOutcome": _OUTCOME,
    "IncidentsResolved": {
        "act": "retry",
        "dryRun": False,
        "outcomes": [_OUTCOME],
        "more": False,
    },
    "IncidentResolved": {
        "incidentId": f"{_CASE}~7",
        "act": "retry",
        "dryRun": False,
        "at": _AT,
        "forecast": None,
    },
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
