"""Examples of the bodies about operators and their authority, by schema. All of it is made up."""

from collections.abc import Mapping
from typing import Any, Final

_DELEGATION: Final[Mapping[str, Any]] = {
    "delegationId": "DG-1F0C9A7E35B2D4860A91",
    "givenBy": "lead-1",
    "givenTo": "checker-1",
    "items": ["TERMINATE", "PARTIAL"],
    "maximum": "100000.00",
    "since": "2026-10-12T02:30:00Z",
    "until": "2026-10-19T16:00:00Z",
    "reason": "on leave",
    "revokedAt": None,
    "revokedBy": None,
    "revokedReason": None,
}
_ABSENCE: Final[Mapping[str, Any]] = {
    "absenceId": "AB-51F0A96C2D8E4B7735A0",
    "operatorId": "lead-1",
    "substitute": "lead-2",
    "since": "2026-10-12T02:30:00Z",
    "until": "2026-10-19T16:00:00Z",
    "reason": "annual leave",
    "toldBy": "lead-1",
    "endedAt": None,
    "endedReason": None,
}
_CERTIFICATE: Final[Mapping[str, Any]] = {
    "certificateId": "QC-0D1E2F3A4B5C6D7E8F90",
    "operatorId": "lead-1",
    "type": "POLICY_SERVICING",
    "validFrom": "2026-01-01T00:00:00Z",
    "validTo": "2028-01-01T00:00:00Z",
    "revokedAt": None,
    "revokedReason": None,
    "isValid": True,
}
_LIMIT: Final[Mapping[str, Any]] = {
    "item": "TERMINATE",
    "level": 3,
    "maximum": "150000.00",
    "version": 2,
    "effectiveFrom": "2027-01-01",
}
_EMERGENCY: Final[Mapping[str, Any]] = {
    "grantId": "EG-7D5E1A90C43B2F6688E1",
    "givenTo": "lead-1",
    "level": 4,
    "items": ["TERMINATE"],
    "since": "2026-10-12T02:30:00Z",
    "until": "2026-10-12T06:30:00Z",
    "reason": "the branch cannot be reached, the limit of law ends today",
    "orderedBy": "lead-2",
    "agreedBy": "branch-2",
    "reviewDueOn": "2026-10-13",
    "isOverdue": False,
    "endedAt": None,
    "reviewedAt": None,
    "reviewedBy": None,
    "finding": None,
    "note": None,
}
_ENTRY: Final[Mapping[str, Any]] = {
    "operatorId": "checker-3",
    "unit": "SH-01",
    "level": 2,
    "roles": ["supervisor"],
    "groups": [],
    "status": "ACTIVE",
}
_ENTERED: Final[Mapping[str, Any]] = {
    **_ENTRY,
    "agentId": None,
    "interests": ["P-S3"],
    "mail": "checker-3@insurer.example",
    "freedTasks": [],
    "strandedTasks": [],
}
OPERATORS: Mapping[str, dict[str, Any]] = {
    "DelegationMade": {
        "items": ["TERMINATE", "PARTIAL"],
        "maximum": "100000.00",
        "until": "2026-10-20T00:00:00+08:00",
        "reason": "on leave",
    },
    "DelegationSeen": dict(_DELEGATION),
    "AbsenceTold": {
        "substitute": "lead-2",
        "until": "2026-10-20T00:00:00+08:00",
        "reason": "annual leave",
    },
    "AbsenceSeen": dict(_ABSENCE),
    "CertificateEntered": {
        "type": "POLICY_SERVICING",
        "validFrom": "2026-01-01T00:00:00Z",
        "validTo": "2028-01-01T00:00:00Z",
        "reason": "passed on 2025-12-18",
    },
    "CertificateSeen": dict(_CERTIFICATE),
    "OperatorSeen": {
        "operatorId": "lead-1",
        "unit": "SH-01",
        "level": 3,
        "roles": ["supervisor"],
        "groups": [],
        "status": "ACTIVE",
        "interests": ["P-S3"],
        "history": [
            {
                "act": "interests",
                "proposedBy": None,
                "by": "lead-1",
                "reason": "my sister's contract",
                "at": "2026-10-12T02:30:00Z",
            }
        ],
        "isAbsent": False,
        "certificates": [dict(_CERTIFICATE)],
        "delegations": [dict(_DELEGATION)],
        "absences": [dict(_ABSENCE)],
        "emergencyGrants": [dict(_EMERGENCY)],
    },
    "OperatorEntered": {
        "operatorId": "checker-3",
        "unit": "SH-01",
        "level": 2,
        "roles": ["supervisor"],
        "interests": ["P-S3"],
        "mail": "checker-3@insurer.example",
        "reason": "joins the counter team on 1 November",
    },
    "OperatorChanged": {"level": 3, "reason": "leads the team from January on"},
    "InterestsDeclared": {"interests": ["P-S3"], "reason": "my sister's contract"},
    "EntrySeen": dict(_ENTERED),
    "OperatorPage": {"operators": [dict(_ENTRY)], "next": None},
    "EmergencyGranted": {
        "level": 4,
        "items": ["TERMINATE"],
        "hours": 4,
        "reason": "the branch cannot be reached, the limit of law ends today",
    },
    "EmergencyGrantSeen": dict(_EMERGENCY),
    "EmergencyGrantsSeen": {"grants": [dict(_EMERGENCY)]},
    "EmergencyReviewed": {"finding": "JUSTIFIED", "reason": "one case, decided as it should be"},
    "Reasoned": {"reason": "back earlier"},
    "LimitSet": {
        "item": "TERMINATE",
        "level": 3,
        "maximum": "150000.00",
        "effectiveFrom": "2027-01-01",
        "reason": "decided by the board in November",
    },
    "LimitSeen": dict(_LIMIT),
    "LimitsSeen": {"limits": [dict(_LIMIT)]},
}
