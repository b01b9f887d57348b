"""Examples of the bodies about people's data, by schema."""

from collections.abc import Mapping
from typing import Any

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
