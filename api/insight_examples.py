"""Examples of what operations see at a glance, and let stand still. All of it is made up."""

from collections.abc import Mapping
from typing import Any

_AT = "2026-10-12T02:30:00Z"
_CASE = "BQ-1F0C9A7E35B2D4860A91"
_PROCESS = "contract_termination"
_CASES = {"process": _PROCESS, "status": "APPROVAL", "cases": 12, "oldestAt": _AT}
_ELEMENT = {
    "process": _PROCESS,
    "element": "approve",
    "waitsFor": "task",
    "number": 12,
    "oldestAt": _AT,
}
_CLOCK = {
    "caseId": _CASE,
    "status": "APPROVAL",
    "rule": "K-SUR",
    "due": "2026-11-11T15:59:59Z",
    "secondsLeft": 2_640_599,
    "waitsFor": "task",
    "element": "approve",
    "waitsSince": _AT,
    "waitedSeconds": 3_600,
}
_FLOW = {"hours": 1, "accepted": 40, "finished": 38, "incidents": 2}
_QUEUE = {
    "queue": "print-shop.print",
    "kind": "activity",
    "backlog": 3,
    "pollers": 0,
    "jobs": 3,
    "oldestAt": _AT,
    "mostAttempts": 1,
}
_SLOW = {
    "process": _PROCESS,
    "element": "quote",
    "name": "Quote",
    "times": 40,
    "median": 0.2,
    "p95": 1.4,
    "longest": 3.9,
}
_STANDSTILL = {
    "kind": "system",
    "target": "bank",
    "dryRun": False,
    "act": "suspend",
    "by": "ops-1",
    "reason": "The bank moves its data centre.",
    "since": _AT,
    "running": 3,
    "standing": 3,
    "unbegun": 0,
    "clocks": 2,
}

INSIGHT: Mapping[str, dict[str, Any]] = {
    "CasesStanding": _CASES,
    "ElementStanding": _ELEMENT,
    "ClockStanding": _CLOCK,
    "Throughput": _FLOW,
    "QueueStanding": _QUEUE,
    "SlowElement": _SLOW,
    "Insight": {
        "at": _AT,
        "cases": [_CASES],
        "elements": [_ELEMENT],
        "clocks": [_CLOCK],
        "throughput": [_FLOW],
        "openIncidents": 2,
        "ignoredIncidents": 1,
        "queues": [_QUEUE],
        "slow": [_SLOW],
        "standstills": ["system:bank"],
        "workersSilent": False,
    },
    "StandstillOrder": {
        "kind": "system",
        "target": "bank",
        "reason": "The bank moves its data centre.",
        "dryRun": True,
    },
    "StandstillSeen": _STANDSTILL,
    "Standstills": {"standstills": [_STANDSTILL]},
}
