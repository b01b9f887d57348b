"""Examples of key figures and feedback, by schema. All of it is made up."""

from collections.abc import Mapping
from typing import Any, Final

_CASE = "BQ-1F0C9A7E35B2D4860A91"
_COMPLAINT: Final[Mapping[str, Any]] = {
    "complaintId": "CP-51F0A96C2D8E4B7735A0",
    "caseId": _CASE,
    "cause": "DELAY",
    "channel": "PHONE",
    "receivedAt": "2026-10-12T02:30:00Z",
    "registeredBy": "clerk-1",
    "dueOn": "2026-10-27",
    "promisedOn": "2026-10-26",
    "targetOn": "2026-10-26",
    "serviceDueOn": "2026-10-26",
    "extension": None,
    "isLate": False,
    "outcome": None,
    "decidedBy": None,
    "decidedAt": None,
    "reason": "",
    "complainants": 1,
    "reviewUntil": None,
    "reviewDueOn": None,
    "reviewOutcome": None,
}
_RECOVERY: Final[Mapping[str, Any]] = {
    "recoveryId": "RC-0D1E2F3A4B5C6D7E8F90",
    "caseId": _CASE,
    "surveyId": "SV-77A0C1D2E3F405162738",
    "openedAt": "2026-10-12T02:30:00Z",
    "dueOn": "2026-10-13",
    "closedAt": None,
    "outcome": None,
}
_DEFECT: Final[Mapping[str, Any]] = {
    "source": "anomaly",
    "reason": "DOC:DOCUMENTS_MISSING",
    "processId": "contract_termination",
    "version": 1,
    "cases": 12,
}
_OPENED: Final[Mapping[str, Any]] = {
    "source": "anomaly",
    "reason": "DOC:DOCUMENTS_MISSING",
    "processId": "contract_termination",
    "version": 1,
    "problem": "The list of papers does not say that a copy of the contract will do.",
}
_IMPROVEMENT: Final[Mapping[str, Any]] = {
    "improvementId": "IM-2C4E6A8B0D1F3A5C7E90",
    **_OPENED,
    "state": "OPEN",
    "openedBy": "lead-1",
    "openedAt": "2026-10-12T02:30:00Z",
    "doneVersion": None,
    "closedBy": None,
    "closedAt": None,
    "closingReason": None,
}
_COHORT: Final[Mapping[str, Any]] = {"version": 1, "cases": 240, "withReason": 12}
_FIGURE: Final[Mapping[str, Any]] = {
    "kpi": "ACCEPT_ON_TIME",
    "group": "SH-01",
    "value": "98.33",
    "numerator": 118,
    "denominator": 120,
}
_DEFINITION: Final[Mapping[str, Any]] = {
    "kpi": "ACCEPT_ON_TIME",
    "name": "受理及时率 Accepted on time",
    "measure": "PERCENT",
    "numerator": "limits K-ACC met",
    "denominator": "limits K-ACC met, or past their strict end",
    "source": "clocks: the instant it was met, or the strict end; pauses excluded",
    "target": "100",
}
_KPI_CASE: Final[Mapping[str, Any]] = {
    "caseId": _CASE,
    "item": "TERMINATE",
    "unit": "SH-01",
    "numerator": 0,
    "denominator": 1,
}

FEEDBACK: Final[Mapping[str, Any]] = {
    "ComplaintRegistered": {"caseId": _CASE, "cause": "DELAY", "channel": "PHONE"},
    "ComplaintDecided": {
        "outcome": "UPHELD",
        "reason": "The case had waited for a week.",
        "facts": "The request was complete on 12 October and taken up on 19 October.",
        "basis": "4号令 art. 19(1): two working days.",
    },
    "ComplaintExtended": {"extension": "COMPLEX", "reason": "Recordings are being examined."},
    "ReviewAsked": {"reason": "The customer has another recording."},
    "ComplaintSeen": _COMPLAINT,
    "ComplaintPage": {"complaints": [_COMPLAINT], "next": None},
    "RecoverySeen": _RECOVERY,
    "RecoveryPage": {"recoveries": [_RECOVERY], "next": None},
    "RecoveryClosed": {"reason": "The customer was called and is content."},
    "DefectSeen": _DEFECT,
    "DefectsSeen": {"since": "2026-10-01", "until": "2026-10-31", "defects": [_DEFECT]},
    "ImprovementOpened": _OPENED,
    "ImprovementClosed": {"version": 2, "reason": "The letter names every paper by its form."},
    "ImprovementSeen": _IMPROVEMENT,
    "ImprovementPage": {"improvements": [_IMPROVEMENT], "next": None},
    "CohortSeen": _COHORT,
    "ImprovementRead": {"improvement": _IMPROVEMENT, "before": _COHORT, "after": None},
    "KpiFigure": _FIGURE,
    "KpiDefinition": _DEFINITION,
    "KpisSeen": {
        "since": "2026-10-01",
        "until": "2026-10-31",
        "by": "unit",
        "figures": [_FIGURE],
        "definitions": [_DEFINITION],
    },
    "KpiCase": _KPI_CASE,
    "KpiCasePage": {"cases": [_KPI_CASE], "next": None},
}
