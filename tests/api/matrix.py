"""Who may call what, written down a second time: the product's own table is held against this one.

A route that is not here, or a cell that differs, fails the tests: opening a door takes two hands.
"""

from __future__ import annotations

COLUMNS = ("back_office", "supervisor", "ops", "auditor", "admin", "system")

_MATRIX = """
                                             BO SUP OPS AUD ADM SYS
POST /v1/cases                               x  -   -   -   -   -
GET  /v1/cases                               x  x   x   x   -   -
GET  /v1/cases/{case_id}                     x  x   x   x   -   -
GET  /v1/cases/{case_id}/trail               x  x   x   x   -   -
GET  /v1/cases/{case_id}/ledger              x  x   x   x   -   -
GET  /v1/cases/{case_id}/diagram             x  x   x   x   -   -
GET  /v1/cases/{case_id}/audit               -  -   -   x   -   -
GET  /v1/cases/{case_id}/evidence            -  -   -   x   -   -
GET  /v1/cases/{case_id}/traces              -  -   x   -   -   -
GET  /v1/audit                               -  -   -   x   -   -
POST /v1/audit/verify                        -  -   -   x   -   -
POST /codec/decode                           -  -   x   x   -   -
POST /v1/cases/{case_id}/cancel              -  -   x   -   -   -
POST /v1/cases/{case_id}/document-requests   x  x   -   -   -   -
POST /v1/cases/{case_id}/replay              -  -   x   -   -   -
GET  /v1/incidents/groups                    -  x   x   x   -   -
GET  /v1/tasks                               x  x   x   x   -   -
GET  /v1/tasks/{task_id}                     x  x   x   x   -   -
POST /v1/tasks/{task_id}/claim               x  x   -   -   -   -
POST /v1/tasks/{task_id}/unclaim             x  x   -   -   -   -
POST /v1/tasks/{task_id}/delegate            x  x   -   -   -   -
POST /v1/tasks/{task_id}/complete            x  x   -   -   -   -
GET  /v1/notices                             -  x   -   -   -   -
GET  /v1/risk-alerts                         -  x   -   x   -   -
POST /v1/risk-alerts/{alert_id}/lift         -  x   -   -   -   -
POST /v1/messages                            x  -   -   -   -   x
POST /v1/documents                           x  -   -   -   -   -
GET  /v1/definitions                         x  x   x   x   x   -
POST /v1/definitions                         -  -   x   -   x   -
POST /v1/definitions/lint                    x  x   x   x   x   -
GET  /v1/definitions/{process_id}/{version}  x  x   x   x   x   -
GET  /v1/incidents                           -  x   x   x   -   -
GET  /v1/incidents/{incident_id}             -  x   x   x   -   -
POST /v1/incidents/{incident_id}/resolve     -  -   x   -   -   -
"""


def _read(text: str) -> dict[tuple[str, str], frozenset[str]]:
    rows = [line.split() for line in text.splitlines() if line.startswith(("GET", "POST"))]
    return {
        (method, path): frozenset(
            role for role, cell in zip(COLUMNS, cells, strict=True) if cell == "x"
        )
        for method, path, *cells in rows
    }


MATRIX = _read(_MATRIX)
CELLS = [(route, role) for route in MATRIX for role in COLUMNS]
