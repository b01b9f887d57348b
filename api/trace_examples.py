"""Examples of the bodies about traces, by schema."""

from collections.abc import Mapping
from typing import Any

_SPAN: dict[str, Any] = {
    "spanId": "9fb08e53d480a3bb",
    "parentId": None,
    "depth": 0,
    "name": "POST /v1/cases",
    "kind": "server",
    "service": "baoquan-api",
    "offsetMs": 0.0,
    "durationMs": 28.777,
    "failed": False,
    "statements": 19,
    "attributes": {"baoquan.case.id": "BQ-1F0C9A7E35B2D4860A91", "http.route": "/v1/cases"},
}
_TRACE: dict[str, Any] = {
    "traceId": "7465df3a5799319dda30c9abb7c22067",
    "beganAt": "2026-10-12T02:30:00Z",
    "spans": [_SPAN],
}

TRACES: Mapping[str, Any] = {
    "SpanSeen": _SPAN,
    "TraceSeen": _TRACE,
    "CaseTraces": {"caseId": "BQ-1F0C9A7E35B2D4860A91", "traces": [_TRACE]},
}
