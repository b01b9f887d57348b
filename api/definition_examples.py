"""Examples of the bodies about deployed models, by schema. All of it is made up."""

from collections.abc import Mapping
from typing import Any, Final

DRAWING: Final = '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"/>'
_DEFINITION: dict[str, Any] = {
    "process": "contract_termination",
    "version": 3,
    "versionTag": "2026.10",
    "programHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "deployedAt": "2026-10-12T02:30:00Z",
    "deployedBy": "ops-1",
}
_FINDING: dict[str, Any] = {
    "severity": "warning",
    "code": "end-missing",
    "message": "The process has no end event.",
    "element": "review",
    "clause": "10.4.3",
    "file": "review.bpmn",
    "line": 12,
    "column": 5,
}
DEFINITIONS: Final[Mapping[str, dict[str, Any]]] = {
    "Deployment": {"files": {"review.bpmn": DRAWING}},
    "Deployed": {"definitions": [_DEFINITION], "diagnostics": []},
    "DiagnosticSeen": _FINDING,
    "LintReport": {"deployable": True, "diagnostics": [_FINDING]},
    "DefinitionSeen": _DEFINITION,
    "DefinitionPage": {"definitions": [_DEFINITION], "next": None},
    "DefinitionDetail": {**_DEFINITION, "files": {"review.bpmn": DRAWING}},
}
