"""Examples of the bodies about erasures, by schema."""

from collections.abc import Mapping
from typing import Any

ERASURES: Mapping[str, Any] = {
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
