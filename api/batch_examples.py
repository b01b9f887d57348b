"""Examples of migrations and batches. All of it is made up."""

from collections.abc import Mapping
from typing import Any

from api.repair_examples import FORECAST, REPAIRS

_AT = "2026-10-12T02:30:00Z"
_CASE = "BQ-1F0C9A7E35B2D4860A91"
_BATCH = "BT-5A0C9A7E35B2D4860A91"
_PROCESS = "contract_termination"
_PLAN: dict[str, Any] = {
    "elements": {"approve": "check", "old_stage": None},
    "flows": {},
    "renew": ["reminder"],
    "dues": {},
}
_MATCH = {"source": "approve", "target": "check", "by": "name"}
_OPEN = {"element": "fax", "why": "there is nothing like it"}
_FILTER: dict[str, Any] = {
    "caseIds": [],
    "process": _PROCESS,
    "version": None,
    "element": "quote",
    "cause": "job-failed",
    "since": None,
    "until": None,
    "policyNo": None,
    "product": None,
    "outcome": None,
}
_MIGRATED: dict[str, Any] = {
    "instanceId": _CASE,
    "process": _PROCESS,
    "version": 3,
    "to": 4,
    "at": _AT,
    "forecast": FORECAST,
    "problem": None,
}
_ITEM: dict[str, Any] = {
    "caseId": _CASE,
    "instanceId": _CASE,
    "incident": None,
    "forecast": None,
}
_SEEN: dict[str, Any] = {
    "batchId": _BATCH,
    "do": "replay",
    "state": "RUNNING",
    "why": "",
    "reason": "the policy book answers again",
    "orderedBy": "ops-1",
    "proposedBy": None,
    "orderedAt": _AT,
    "finishedAt": None,
    "rate": 20.0,
    "failureShare": 0.2,
    "selected": True,
    "total": 1000,
    "done": 410,
    "failed": 2,
    "left": 588,
}
_RESULT: dict[str, Any] = {
    "no": 1,
    "caseId": _CASE,
    "instanceId": _CASE,
    "incident": None,
    "state": "DONE",
    "problem": None,
    "detail": "",
    "attempts": 1,
    "at": _AT,
}

OPERATIONS: Mapping[str, dict[str, Any]] = {
    **REPAIRS,
    "PlanSent": _PLAN,
    "PlanSeen": _PLAN,
    "MatchSeen": _MATCH,
    "OpenSeen": _OPEN,
    "MigrationOrder": {"reason": "the new letter", "to": 4, "dryRun": True},
    "MigrationPlanSeen": {
        "process": _PROCESS,
        "version": 3,
        "to": 4,
        "plan": _PLAN,
        "matches": [_MATCH],
        "open": [_OPEN],
        "new": ["late"],
    },
    "InstanceMigrated": _MIGRATED,
    "MigrationSeen": {"caseId": _CASE, "dryRun": False, "instances": [_MIGRATED]},
    "FilterSent": _FILTER,
    "BatchSent": {
        "do": "replay",
        "filter": {"process": _PROCESS, "element": "quote", "cause": "job-failed"},
        "reason": "the policy book answers again",
        "rate": 20.0,
    },
    "ItemForecastSeen": _ITEM,
    "BatchSeen": _SEEN,
    "BatchMade": {
        "dryRun": False,
        "total": 1000,
        "wantsTwo": False,
        "items": [],
        "batch": _SEEN,
    },
    "BatchPage": {"batches": [_SEEN], "next": None},
    "ResultSeen": _RESULT,
    "ResultPage": {"results": [_RESULT], "next": None},
    "SteeringSent": {"reason": "the bank is slow", "dryRun": False},
    "SteeringSeen": {"batchId": _BATCH, "dryRun": False, "state": "PAUSED"},
}
"""By schema: all that operations order and see."""
