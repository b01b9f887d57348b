"""Examples of back-tests. All of it is made up."""

from collections.abc import Mapping
from typing import Any

_CASE = "BQ-1F0C9A7E35B2D4860A91"
_CLASS = '{riskClass: "LOW", controls: ["STP"]}'
_STRICTER = '{riskClass: "MEDIUM", controls: ["CHECKER", "CALL_BACK"]}'
_SHIFT = {"before": _CLASS, "after": _STRICTER, "count": 1, "caseIds": [_CASE]}
TABLE = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m"'
    ' namespace="urn:example"><decision id="risk" name="risk"><variable name="risk"/>'
    '<literalExpression><text>if score >= 15 then "MEDIUM" else "LOW"</text></literalExpression>'
    "</decision></definitions>"
)

BACKTESTS: Mapping[str, dict[str, Any]] = {
    "BacktestAsked": {
        "files": {"dt_3_class.dmn": TABLE},
        "decision": "risk",
        "since": "2026-07-01T00:00:00+08:00",
    },
    "ShiftSeen": _SHIFT,
    "BacktestSeen": {
        "decision": "risk",
        "since": "2026-06-30T16:00:00Z",
        "until": "2026-10-12T02:30:00Z",
        "cases": 412,
        "truncated": False,
        "asked": 398,
        "same": 397,
        "changed": 1,
        "changes": [_SHIFT],
        "failed": [],
    },
}
