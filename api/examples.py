"""One example of every body, by schema: what the OpenAPI document shows. All of it is made up."""

from collections.abc import Mapping
from typing import Any

from api.alert_examples import ALERTS
from api.anomaly_examples import ANOMALY_EXAMPLES
from api.backtest_examples import BACKTESTS
from api.batch_examples import OPERATIONS
from api.breach_examples import BREACHES
from api.catalogue_examples import CATALOGUE_EXAMPLES
from api.change_examples import CHANGES
from api.definition_examples import DEFINITIONS, DRAWING
from api.erasure_examples import ERASURES
from api.feedback_examples import FEEDBACK
from api.hold_examples import HOLD, HOLDS
from api.incident_examples import INCIDENTS
from api.insight_examples import INSIGHT
from api.offer_examples import OFFERS
from api.operator_examples import OPERATORS
from api.prospect_examples import PROSPECTS
from api.reconciliation_examples import RECONCILIATIONS
from api.signal_examples import SIGNALS
from api.trace_examples import TRACES

_AT = "2026-10-12T02:30:00Z"
_CASE = "BQ-1F0C9A7E35B2D4860A91"
_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

_SUMMARY: dict[str, Any] = {
    "caseId": _CASE,
    "process": "contract_termination",
    "version": 3,
    "status": "APPROVAL",
    "policyNo": "P-S3",
    "item": "TERMINATE",
    "acceptedAt": _AT,
    "finishedAt": None,
    "outcome": None,
    "duplicateOf": None,
    "openIncidents": 0,
    "dueOn": "2026-11-11",
    "alarm": 50,
}
_WAIT: dict[str, Any] = {
    "instanceId": _CASE,
    "element": "await_withdrawal",
    "name": "客户撤回 Withdrawn by the customer",
    "waitsFor": "message",
    "message": "customer.withdrawn",
    "key": _CASE,
    "due": None,
    "since": _AT,
}
_DRAFT: dict[str, Any] = {
    "by": "lead-expiring",
    "outcome": "approve",
    "comment": "Documents are in order.",
    "variables": {},
    "at": _AT,
}
_NOTICE: dict[str, Any] = {
    "noticeId": "NT-9F86D081884C7D659A2F",
    "code": "QUALIFICATION_EXPIRED",
    "caseId": _CASE,
    "taskId": f"{_CASE}~42",
    "about": "lead-expiring",
    "at": _AT,
}
_STORED = {
    "store": "Rates",
    "key": "2026-B",
    "value": {"rate": "0.035", "note": "<text, 12>"},
    "caseId": _CASE,
    "writtenAt": "2026-10-12T02:00:00Z",
}
_ALERT: dict[str, Any] = {
    "alertId": "RA-9F86D081884C7D659A2F",
    "caseId": _CASE,
    "partyId": "PT-S9",
    "reason": "IDENTITY_FRAUD",
    "raisedAt": _AT,
    "liftedAt": None,
}
_TASK: dict[str, Any] = {
    "taskId": f"{_CASE}~42",
    "caseId": _CASE,
    "element": "approve",
    "name": "审批 Approve",
    "act": "decision",
    "asks": None,
    "status": "OPEN",
    "assignee": None,
    "candidateGroups": ["L3"],
    "candidateUsers": [],
    "priority": 50,
    "openedAt": _AT,
    "due": "2026-10-19T15:59:59Z",
    "contentHash": _HASH,
    "shown": {"policyNo": "P-S3", "amount": 56801.45, "requiredLevel": "L3"},
}
_REASON: dict[str, Any] = {
    "kind": "task",
    "text": "Waits for L3 at 审批 Approve.",
    "since": _AT,
    "instanceId": _CASE,
    "element": "approve",
    "name": "审批 Approve",
    "id": f"{_CASE}~42",
    "due": None,
    "who": ["L3"],
    "message": None,
    "key": None,
    "attempt": None,
    "nextAttemptAt": None,
}
_POINT: dict[str, Any] = {
    "runId": "0190f0c4-6a2e-7c1b-9f0e-2b6f3a1d4c55",
    "eventId": 46,
    "element": "quote",
    "why": "before quote, where the case is stuck, was entered",
    "at": _AT,
}
_CLOCK = {
    "rule": "K-SUR",
    "dueOn": "2026-11-11",
    "dueLegalOn": "2026-11-11",
    "targetOn": "2026-11-11",
    "state": "RUNNING",
    "alarm": 50,
    "standsStill": False,
}
_LETTER = {"template": "loss_statement", "channel": "EMAIL", "sentAt": _AT}
_ENTRY: dict[str, Any] = {
    "instanceId": _CASE,
    "seq": 12,
    "at": _AT,
    "kind": "elementActivated",
    "element": "approve",
    "name": "审批 Approve",
    "key": 42,
    "data": {"type": "userTask", "scope": 0},
}
_LINE: dict[str, Any] = {
    "journalId": "JR-1",
    "valueDate": "2026-10-12",
    "account": "2202",
    "side": "CR",
    "amount": "56801.45",
    "currency": "CNY",
    "reversalOf": None,
}
_OWED: dict[str, Any] = {
    "obligationId": "OB-1",
    "direction": "OUT",
    "amount": "56801.45",
    "currency": "CNY",
    "state": "SETTLED",
    "attempts": [{"no": 1, "state": "SETTLED", "returnCode": None}],
}
_HEAT = {"active": 1, "completed": 0, "terminated": 0, "incidents": 0}
_DIAGRAM: dict[str, Any] = {
    "process": "contract_termination",
    "version": 3,
    "instances": 1,
    "bpmn": DRAWING,
    "elements": {"approve": _HEAT},
    "flows": {"to_approve": 1},
}

_RECORD: dict[str, Any] = {
    "stream": _CASE,
    "seq": 1,
    "previous": "0" * 64,
    "hash": _HASH,
    "action": "case.accept",
    "actor": "clerk-1",
    "at": _AT,
    "objectType": "case",
    "objectId": _CASE,
    "detail": {"policyNo": "P-S3", "item": "TERMINATE"},
}
_PROOF: dict[str, Any] = {
    "stream": _CASE,
    "seq": 1,
    "hash": _HASH,
    "index": 0,
    "size": 2,
    "path": [_HASH],
}
_BROKEN: dict[str, Any] = {
    "kind": "content",
    "stream": _CASE,
    "seq": 3,
    "reason": "Expected the hash of the content, but found another",
}
_ENCRYPTED: dict[str, Any] = {
    "metadata": {"encoding": "YmluYXJ5L2VuY3J5cHRlZA==", "key-id": "MjAyNjEwMTItN2YzYTkxYzI="},
    "data": "q83vASNFZ4mrze8BI0VniavN7wEjRWeJ",
}
_DECRYPTED: dict[str, Any] = {"metadata": {"encoding": "anNvbi9wbGFpbg=="}, "data": "eyJhIjoxfQ=="}

EXAMPLES: Mapping[str, dict[str, Any]] = {
    **CHANGES,
    **ANOMALY_EXAMPLES,
    **BACKTESTS,
    **CATALOGUE_EXAMPLES,
    **DEFINITIONS,
    **OPERATORS,
    **HOLDS,
    **PROSPECTS,
    **SIGNALS,
    **RECONCILIATIONS,
    **ALERTS,
    **OFFERS,
    **ERASURES,
    **OPERATIONS,
    **INCIDENTS,
    **INSIGHT,
    **BREACHES,
    **FEEDBACK,
    "EncodedPayload": _ENCRYPTED,
    "EncodedPayloads": {"payloads": [_ENCRYPTED]},
    "DecodedPayload": _DECRYPTED,
    "DecodedPayloads": {"payloads": [_DECRYPTED]},
    "CodecSession": {"operator": "auditor-1", "next": "In Temporal's UI open the codec settings …"},
    "Applicant": {"partyId": "PT-S3", "role": "PH"},
    "CaseStart": {
        "policyNo": "P-S3",
        "item": "TERMINATE",
        "channel": "COUNTER",
        "noticeArrivedAt": "2026-10-12T10:30:00+08:00",
        "applicant": {"partyId": "PT-S3", "role": "PH"},
        "request": {"payeeAccountId": "AC-S3-1", "lossAcknowledged": False},
    },
    "DocumentsAsked": {
        "documents": ["TAX_DECLARATION"],
        "reason": "tax residence abroad came to light",
    },
    "DocumentsReceipt": {"caseId": _CASE, "outcome": "correlated"},
    "CaseAccepted": {
        "caseId": _CASE,
        "process": "contract_termination",
        "version": 3,
        "acceptedAt": _AT,
    },
    "CaseCancel": {"reason": "Opened twice by mistake.", "dryRun": False},
    "CaseEnded": {"caseId": _CASE, "dryRun": False, "at": _AT, "forecast": None},
    "CaseSummary": _SUMMARY,
    "CasePage": {"cases": [_SUMMARY], "next": None},
    "GraceDeedSeen": {
        "taskId": "BQ-1F0C9A4D2B7E6358A1C4~12",
        "act": "complete",
        "at": "2026-10-14T02:11:40Z",
        "inGraceUntil": "2026-10-19T15:59:59Z",
    },
    "ClawBackSeen": {
        "agentId": "AG-0007",
        "premiums": "12000.00",
        "at": "2026-09-30T16:00:12Z",
        "voidedAt": None,
    },
    "CaseDetail": {
        **_SUMMARY,
        "reasons": [_REASON],
        "legalHolds": [dict(HOLD)],
        "waits": [_WAIT],
        "offers": [OFFERS["OfferSeen"]],
        "tasks": [_TASK],
        "incidents": [],
        "clocks": [_CLOCK],
        "letters": [_LETTER],
        "endorsements": [],
        "anomalies": [],
        "clawBacks": [],
        "graceDeeds": [],
        "quote": {"basis": "SURRENDER", "net": 56801.45},
    },
    "CaseDiagram": {"caseId": _CASE, "processes": [_DIAGRAM]},
    "ProcessDiagram": _DIAGRAM,
    "ElementHeat": _HEAT,
    "Wait": _WAIT,
    "ReasonSeen": _REASON,
    "ReplayOrder": {"to": "last-good-point", "reason": "The quote was mended.", "dryRun": True},
    "ReplayPoint": _POINT,
    "ReopenedSeen": {"waitsFor": "task", "element": "approve", "name": "审批 Approve"},
    "UndoneSeen": {
        "element": "commit",
        "kind": "execution.commit",
        "at": _AT,
        "by": "execution.reverse",
    },
    "EffectSeen": {"element": "quote", "kind": "execution.quote", "at": _AT},
    "DecisionSeen": {"element": "approve", "by": "lead-1", "outcome": "approve", "at": _AT},
    "ReplaySeen": {
        "caseId": _CASE,
        "dryRun": True,
        "point": _POINT,
        "status": "APPROVAL",
        "superseded": 14,
        "reopened": [{"waitsFor": "task", "element": "approve", "name": "审批 Approve"}],
        "effectsKept": [{"element": "quote", "kind": "execution.quote", "at": _AT}],
        "effectsBefore": 9,
        "decisionsAgain": [{"element": "approve", "by": "lead-1", "outcome": "approve", "at": _AT}],
        "replayId": None,
        "newRunId": None,
    },
    "ClockSeen": _CLOCK,
    "LetterSeen": _LETTER,
    "TrailEntry": _ENTRY,
    "TrailPage": {"entries": [_ENTRY], "next": None},
    "LedgerLine": _LINE,
    "ObligationSeen": _OWED,
    "LedgerSeen": {"lines": [_LINE], "obligations": [_OWED]},
    "AuditSeen": {"whole": True, "records": 31, "head": _HASH, "brokenAt": None, "reason": ""},
    "TaskSeen": _TASK,
    "TaskDraft": _DRAFT,
    "NoticeSeen": _NOTICE,
    "NoticePage": {"notices": [_NOTICE], "next": None},
    "RiskAlertSeen": _ALERT,
    "RiskAlertPage": {"alerts": [_ALERT], "next": None},
    "DataStoreEntrySeen": _STORED,
    "DataStorePage": {"entries": [_STORED], "next": None},
    "RiskAlertLift": {"reason": "The customer came to the counter and confirmed."},
    "TaskPage": {"tasks": [_TASK], "next": None},
    "Nothing": {},
    "TaskDelegate": {"to": "lead-2", "comment": "On leave from tomorrow."},
    "TaskComplete": {
        "outcome": "approve",
        "contentHash": _HASH,
        "comment": "Documents are in order.",
        "variables": {},
    },
    "TaskActed": {
        "taskId": f"{_CASE}~42",
        "act": "complete",
        "assignee": "lead-1",
        "outcome": "approve",
        "at": _AT,
    },
    "MessagePublish": {
        "name": "customer.withdrawn",
        "key": _CASE,
        "id": "crm-20261012-0001",
        "ttl": "PT1H",
        "variables": {},
    },
    "MessageReceipt": {
        "messageId": "crm-20261012-0001",
        "outcome": "correlated",
        "duplicate": False,
        "instances": [_CASE],
    },
    "DocumentStored": {
        "documentId": "DOC-1b7f5d0c",
        "type": "ID_CARD",
        "sha256": _HASH,
        "size": 48213,
    },
    "AuditRecordSeen": _RECORD,
    "InclusionSeen": _PROOF,
    "AuditPage": {
        "records": [_RECORD],
        "proofs": [_PROOF],
        "anchor": '{"no":1,…,"signature":"…"}',
        "publicKey": "-----BEGIN PUBLIC KEY-----…",
        "next": None,
    },
    "AuditVerify": {"after": "", "limit": 200},
    "FindingSeen": _BROKEN,
    "AuditVerified": {
        "intact": False,
        "findings": [_BROKEN],
        "chains": 200,
        "total": 1250,
        "lastAnchor": 7,
        "next": _CASE,
    },
    "TokenWanted": {"operator": "lead-1"},
    "TokenIssued": {"token": "eyJhbGciOiJFUzI1NiJ9…", "roles": ["supervisor"]},
    **TRACES,
}
