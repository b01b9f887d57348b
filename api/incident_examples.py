"""Examples of incidents as callers see and resolve them. All of it is made up."""

from collections.abc import Mapping
from typing import Any

_AT = "2026-10-12T02:30:00Z"
_CASE = "BQ-1F0C9A7E35B2D4860A91"
_ACTION = {"act": "retry", "how": "Try the element again as it is."}
_ASIDE: dict[str, Any] = {
    "state": "handed-over",
    "by": "ops-1",
    "reason": "The premium account has to be looked at.",
    "at": _AT,
    "anomalyId": "AN-5b7f",
}
_INCIDENT: dict[str, Any] = {
    "incidentId": f"{_CASE}~7",
    "caseId": _CASE,
    "instanceId": _CASE,
    "element": "quote",
    "name": "Quote",
    "code": "job-failed",
    "message": "The policy book did not answer.",
    "status": "handed-over",
    "openedAt": _AT,
    "closedAt": None,
    "source": "case",
    "meaning": "The work of an element failed more often than its retries allow.",
    "attempts": None,
    "lastSeenAt": None,
    "actions": [_ACTION],
    "aside": _ASIDE,
}
_GROUP: dict[str, Any] = {
    "cause": "4f1c0a9be7d2",
    "process": "contract_termination",
    "element": "quote",
    "code": "job-failed",
    "message": "The policy book did not answer.",
    "meaning": "The work of an element failed more often than its retries allow.",
    "incidents": 12,
    "cases": 12,
    "firstAt": _AT,
    "lastAt": _AT,
}

INCIDENTS: Mapping[str, dict[str, Any]] = {
    "IncidentAction": _ACTION,
    "SetAside": _ASIDE,
    "IncidentSeen": _INCIDENT,
    "IncidentDetail": {
        **_INCIDENT,
        "firstAt": _AT,
        "lastAt": _AT,
        "times": 2,
        "inputs": {"amount": 56801, "holder": "<text, 3>", "status": "APPROVED"},
        "standsAt": ["quote"],
    },
    "IncidentPage": {"incidents": [_INCIDENT], "next": None},
    "IncidentGroupSeen": _GROUP,
    "IncidentGroups": {"groups": [_GROUP]},
    "IncidentResolve": {
        "reason": "The account was corrected.",
        "variables": {"payeeAccountId": "AC-S3-2"},
        "retries": 1,
    },
}
