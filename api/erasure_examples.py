"""Examples of the bodies about people's data, by schema."""

from collections.abc import Mapping
from typing import Any

_PHONE: Mapping[str, Any] = {
    "kind": "PHONE",
    "value": "13900000001",
    "since": "2017-06-01T02:00:00Z",
    "until": None,
    "verifiedAt": "2017-06-01T02:00:00Z",
    "takenBack": False,
}
_ACCOUNT: Mapping[str, Any] = {
    "accountId": "AC-1F0C9A7E",
    "bank": "ICBC",
    "accountNo": "****4417",
    "match": "EXACT",
}

ERASURES: Mapping[str, Any] = {
    "SubjectCopySeen": {
        "subjectId": "PT-1F0C9A7E",
        "at": "2037-01-14T02:10:00Z",
        "purpose": "SUBJECT_REQUEST",
        "contents": {
            "person": [{"id": "PT-1F0C9A7E", "name": "示例", "bornOn": "1991-01-01"}],
            "roles": [{"policyNo": "P-2020-0001", "kind": "PH", "since": "2020-05-20"}],
        },
        "leftOut": {"risk": "Who is suspected is not told (AML Law art. 54)."},
    },
    "ContactSeen": _PHONE,
    "AccountSeen": _ACCOUNT,
    "SurveyChosen": {"wanted": False, "channel": "PHONE"},
    "SurveyChoiceSeen": {
        "subjectId": "PT-1F0C9A7E",
        "wanted": False,
        "channel": "PHONE",
        "chosenAt": "2026-10-12T02:30:00Z",
        "recordedBy": "clerk-1",
    },
    "PersonSeen": {
        "subjectId": "PT-1F0C9A7E",
        "purpose": "CALL_BACK",
        "disclosed": ["NAME", "PHONE"],
        "name": "示例",
        "idType": "CN_RIC",
        "idNo": "****0071",
        "idValidTo": "2035-01-01",
        "bornOn": "1991-**-**",
        "needsAccessibleChannel": False,
        "surveysWanted": True,
        "counterOnlySince": None,
        "contacts": [_PHONE],
        "accounts": [_ACCOUNT],
    },
    "ErasureOrder": {"basis": "RETENTION_OVER", "reason": "asked for in letter 2037-0113"},
    "KeptSeen": {"what": "policy", "id": "P-2020-0001", "until": "2036-05-20"},
    "ErasureSeen": {
        "subjectId": "PT-1F0C9A7E",
        "state": "PROPOSED",
        "erasureId": "ER-1F0C9A7E35B2D4860A91",
        "proposedBy": "admin-1",
        "confirmedBy": None,
        "at": "2037-01-14T02:10:00Z",
        "dryRun": False,
        "cases": 3,
        "documents": 5,
        "kept": [],
    },
}
