"""Who may do what: the one permission table. A route without an entry stops the start-up.

Roles come from the token; authority, certificates and four-eyes over a human task are judged in
the task's own transaction (``activities.human_tasks``), whoever asks.
"""

import re
from collections.abc import Mapping
from typing import Literal

Role = Literal["back_office", "supervisor", "ops", "auditor", "admin", "system"]
Route = tuple[str, str]
"""Method and path template."""

BACK_OFFICE: Role = "back_office"
SUPERVISOR: Role = "supervisor"
OPS: Role = "ops"
AUDITOR: Role = "auditor"
ADMIN: Role = "admin"
SYSTEM: Role = "system"
"""Another system's account, such as the bank's: never a person's role."""

ROLES: frozenset[Role] = frozenset((BACK_OFFICE, SUPERVISOR, OPS, AUDITOR, ADMIN, SYSTEM))

_READERS = frozenset((BACK_OFFICE, SUPERVISOR, OPS, AUDITOR))
_PEOPLE = frozenset((BACK_OFFICE, SUPERVISOR))
_STARTERS = frozenset((BACK_OFFICE,))
_DEFINERS = frozenset((OPS, ADMIN))
_EVERYBODY = ROLES

PUBLIC: frozenset[Route] = frozenset((("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics")))
"""Without a token: health for the supervisor of the process."""

DEVELOPMENT: frozenset[Route] = frozenset(
    (
        ("POST", "/dev/token"),
        ("GET", "/dev/handbook"),
        ("GET", "/dev/traces"),
        ("GET", "/dev/traces/{trace_id}"),
        ("GET", "/dev/codec-session"),
    )
)
"""Without a token, and not there at all in production: the issuer, pages to look at."""

PERMISSIONS: Mapping[Route, frozenset[Role]] = {
    ("POST", "/v1/cases"): _STARTERS,
    ("GET", "/v1/cases"): _READERS,
    ("GET", "/v1/cases/{case_id}"): _READERS,
    ("GET", "/v1/cases/{case_id}/trail"): _READERS,
    ("GET", "/v1/cases/{case_id}/ledger"): _READERS,
    ("GET", "/v1/cases/{case_id}/decisions"): frozenset((AUDITOR,)),
    ("GET", "/v1/cases/{case_id}/diagram"): _READERS,
    ("GET", "/v1/cases/{case_id}/traces"): frozenset((OPS,)),
    ("GET", "/v1/cases/{case_id}/audit"): frozenset((AUDITOR,)),
    ("GET", "/v1/cases/{case_id}/evidence"): frozenset((AUDITOR,)),
    ("GET", "/v1/audit"): frozenset((AUDITOR,)),
    ("POST", "/v1/audit/verify"): frozenset((AUDITOR,)),
    ("POST", "/v1/cases/{case_id}/cancel"): frozenset((OPS,)),
    ("POST", "/v1/cases/{case_id}/document-requests"): _PEOPLE,
    ("POST", "/v1/cases/{case_id}/applicant-death"): _PEOPLE,
    ("POST", "/v1/cases/{case_id}/replay"): frozenset((OPS,)),
    ("POST", "/v1/cases/{case_id}/modification"): frozenset((OPS,)),
    ("POST", "/v1/cases/{case_id}/activities"): _PEOPLE | {OPS},
    ("POST", "/v1/cases/{case_id}/migration"): frozenset((OPS,)),
    ("GET", "/v1/definitions/{process_id}/{version}/migration"): _DEFINERS,
    ("GET", "/v1/batches"): frozenset((OPS, AUDITOR)),
    ("POST", "/v1/batches"): frozenset((OPS,)),
    ("GET", "/v1/batches/{batch_id}"): frozenset((OPS, AUDITOR)),
    ("GET", "/v1/batches/{batch_id}/results"): frozenset((OPS, AUDITOR)),
    ("POST", "/v1/batches/{batch_id}/pause"): frozenset((OPS,)),
    ("POST", "/v1/batches/{batch_id}/resume"): frozenset((OPS,)),
    ("POST", "/v1/batches/{batch_id}/cancel"): frozenset((OPS,)),
    ("POST", "/v1/cases/{case_id}/suspend"): frozenset((OPS,)),
    ("POST", "/v1/cases/{case_id}/resume"): frozenset((OPS,)),
    ("POST", "/v1/cases/{case_id}/pin"): frozenset((OPS,)),
    ("GET", "/v1/releases"): frozenset((OPS, AUDITOR)),
    ("POST", "/v1/releases/{build_id}/ramp"): frozenset((OPS,)),
    ("POST", "/v1/releases/{build_id}/drain"): frozenset((OPS,)),
    ("GET", "/v1/tasks"): _PEOPLE | {OPS, AUDITOR},
    ("GET", "/v1/tasks/{task_id}"): _PEOPLE | {OPS, AUDITOR},
    ("POST", "/v1/tasks/{task_id}/claim"): _PEOPLE,
    ("POST", "/v1/tasks/{task_id}/unclaim"): _PEOPLE,
    ("POST", "/v1/tasks/{task_id}/delegate"): _PEOPLE,
    ("POST", "/v1/tasks/{task_id}/complete"): _PEOPLE,
    ("GET", "/v1/notices"): frozenset((SUPERVISOR, AUDITOR, ADMIN)),
    ("GET", "/v1/anomalies"): frozenset((OPS, SUPERVISOR, AUDITOR)),
    ("POST", "/v1/anomalies/{anomaly_id}/close"): frozenset((OPS, SUPERVISOR)),
    ("GET", "/v1/risk-alerts"): frozenset((SUPERVISOR, AUDITOR)),
    ("POST", "/v1/risk-alerts/{alert_id}/lift"): frozenset((SUPERVISOR,)),
    ("POST", "/v1/risk-alerts/{alert_id}/report"): frozenset((SUPERVISOR,)),
    ("GET", "/v1/alerts"): frozenset((SUPERVISOR, AUDITOR)),
    ("POST", "/v1/alerts/{alert_id}/close"): frozenset((SUPERVISOR,)),
    ("GET", "/v1/reconciliations"): frozenset((OPS, SUPERVISOR, AUDITOR)),
    ("POST", "/v1/reconciliations"): frozenset((OPS, SUPERVISOR)),
    ("GET", "/v1/reconciliations/{day}"): frozenset((OPS, SUPERVISOR, AUDITOR)),
    ("GET", "/v1/reconciliation-breaks"): frozenset((OPS, SUPERVISOR, AUDITOR)),
    ("POST", "/v1/reconciliation-breaks/{break_id}/close"): frozenset((SUPERVISOR,)),
    ("POST", "/v1/messages"): _STARTERS | {SYSTEM},
    ("POST", "/v1/signals"): _STARTERS | {OPS},
    ("POST", "/v1/conditions"): _STARTERS | {SYSTEM},
    ("POST", "/v1/documents"): _STARTERS,
    ("GET", "/v1/definitions"): _EVERYBODY - {SYSTEM},
    ("POST", "/v1/definitions"): _DEFINERS,
    ("POST", "/v1/definitions/lint"): _EVERYBODY - {SYSTEM},
    ("GET", "/v1/definitions/{process_id}/{version}"): _EVERYBODY - {SYSTEM},
    ("POST", "/v1/backtests"): frozenset((OPS, SUPERVISOR, AUDITOR)),
    ("GET", "/v1/incidents"): frozenset((OPS, SUPERVISOR, AUDITOR)),
    ("GET", "/v1/incidents/groups"): frozenset((OPS, SUPERVISOR, AUDITOR)),
    ("GET", "/v1/incidents/{incident_id}"): frozenset((OPS, SUPERVISOR, AUDITOR)),
    ("POST", "/v1/incidents/{incident_id}/resolve"): frozenset((OPS,)),
    ("POST", "/v1/incidents/resolve"): frozenset((OPS,)),
    ("GET", "/v1/insight"): frozenset((OPS, SUPERVISOR, AUDITOR)),
    ("GET", "/v1/kpis"): frozenset((OPS, SUPERVISOR, AUDITOR)),
    ("GET", "/v1/kpis/{kpi}/cases"): frozenset((OPS, SUPERVISOR, AUDITOR)),
    ("GET", "/v1/complaints"): frozenset((OPS, SUPERVISOR, AUDITOR)),
    ("POST", "/v1/complaints"): _PEOPLE,
    ("POST", "/v1/complaints/{complaint_id}/decide"): frozenset((SUPERVISOR,)),
    ("POST", "/v1/complaints/{complaint_id}/extend"): frozenset((SUPERVISOR,)),
    ("POST", "/v1/complaints/{complaint_id}/review"): _PEOPLE,
    ("GET", "/v1/breaches"): frozenset((SUPERVISOR, AUDITOR, ADMIN)),
    ("POST", "/v1/breaches"): frozenset((SUPERVISOR, OPS, AUDITOR, ADMIN)),
    ("GET", "/v1/breaches/{breach_id}"): frozenset((SUPERVISOR, AUDITOR, ADMIN)),
    ("POST", "/v1/breaches/{breach_id}/steps"): frozenset((SUPERVISOR, AUDITOR, ADMIN)),
    ("GET", "/v1/recoveries"): frozenset((OPS, SUPERVISOR, AUDITOR)),
    ("POST", "/v1/recoveries/{recovery_id}/close"): frozenset((SUPERVISOR,)),
    ("GET", "/v1/defects"): frozenset((OPS, SUPERVISOR, AUDITOR)),
    ("GET", "/v1/improvements"): frozenset((OPS, SUPERVISOR, AUDITOR)),
    ("POST", "/v1/improvements"): frozenset((OPS, SUPERVISOR)),
    ("GET", "/v1/improvements/{improvement_id}"): frozenset((OPS, SUPERVISOR, AUDITOR)),
    ("POST", "/v1/improvements/{improvement_id}/close"): frozenset((OPS, SUPERVISOR)),
    ("GET", "/v1/exports/journal"): frozenset((OPS, AUDITOR)),
    ("GET", "/v1/stores"): frozenset((OPS, AUDITOR)),
    ("GET", "/v1/standstills"): frozenset((OPS, SUPERVISOR, AUDITOR)),
    ("POST", "/v1/standstills/suspend"): frozenset((OPS,)),
    ("POST", "/v1/standstills/resume"): frozenset((OPS,)),
    ("POST", "/v1/agents/{agent_id}/departure"): frozenset((ADMIN,)),
    ("GET", "/v1/operators"): frozenset((ADMIN, SUPERVISOR, OPS, AUDITOR)),
    ("POST", "/v1/operators"): frozenset((ADMIN,)),
    ("POST", "/v1/operators/{operator_id}/change"): frozenset((ADMIN,)),
    ("POST", "/v1/operators/{operator_id}/suspend"): frozenset((ADMIN,)),
    ("POST", "/v1/operators/{operator_id}/resume"): frozenset((ADMIN,)),
    ("POST", "/v1/operators/{operator_id}/leave"): frozenset((ADMIN,)),
    ("POST", "/v1/operators/{operator_id}/interests"): _EVERYBODY - {SYSTEM},
    ("GET", "/v1/operators/{operator_id}"): frozenset((ADMIN, SUPERVISOR, OPS, AUDITOR)),
    ("POST", "/v1/operators/{operator_id}/delegations"): frozenset((SUPERVISOR,)),
    ("POST", "/v1/delegations/{delegation_id}/revoke"): frozenset((SUPERVISOR, ADMIN)),
    ("POST", "/v1/operators/{operator_id}/absences"): frozenset((SUPERVISOR, ADMIN)),
    ("POST", "/v1/absences/{absence_id}/end"): frozenset((SUPERVISOR, ADMIN)),
    ("POST", "/v1/operators/{operator_id}/certificates"): frozenset((ADMIN,)),
    ("POST", "/v1/certificates/{certificate_id}/revoke"): frozenset((ADMIN,)),
    ("GET", "/v1/authority-limits/{item}"): frozenset((ADMIN, SUPERVISOR, OPS, AUDITOR)),
    ("POST", "/v1/authority-limits"): frozenset((ADMIN,)),
    ("POST", "/v1/operators/{operator_id}/emergency-grants"): frozenset((SUPERVISOR,)),
    ("GET", "/v1/emergency-grants"): frozenset((SUPERVISOR, AUDITOR, ADMIN)),
    ("POST", "/v1/emergency-grants/{grant_id}/review"): frozenset((AUDITOR, ADMIN)),
    ("GET", "/v1/items"): _EVERYBODY,
    ("GET", "/v1/items/{code}"): _EVERYBODY,
    ("GET", "/v1/policies/{policy_no}/items/{code}/quote"): _PEOPLE,
    ("GET", "/v1/packs"): _EVERYBODY,
    ("GET", "/v1/packs/{pack_id}"): _EVERYBODY,
    ("GET", "/v1/calendars/{jurisdiction}"): _EVERYBODY,
    ("GET", "/v1/agents/{agent_id}/departure"): frozenset((ADMIN, SUPERVISOR, OPS, AUDITOR)),
    ("GET", "/v1/subjects/{party_id}"): _READERS | {ADMIN},
    ("POST", "/v1/subjects/{party_id}/survey-choice"): _PEOPLE,
    ("GET", "/v1/subjects/{party_id}/export"): frozenset((ADMIN, AUDITOR)),
    ("POST", "/v1/subjects/{party_id}/erase"): frozenset((ADMIN, AUDITOR)),
    ("GET", "/v1/legal-holds"): frozenset((SUPERVISOR, AUDITOR)),
    ("POST", "/v1/legal-holds"): frozenset((SUPERVISOR, AUDITOR)),
    ("GET", "/v1/legal-holds/{hold_id}"): frozenset((SUPERVISOR, AUDITOR)),
    ("POST", "/v1/legal-holds/{hold_id}/lift"): frozenset((SUPERVISOR, AUDITOR)),
    ("POST", "/codec/decode"): frozenset((OPS, AUDITOR)),
}

_PATHS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (method, re.compile(re.sub(r"\{\w+\}", "[^/]+", template)))
    for method, template in sorted({*PERMISSIONS, *PUBLIC, *DEVELOPMENT})
)


def is_public(asked: Route) -> bool:
    """Tell whether a request is for the supervisor of the process."""
    return asked in PUBLIC


def may(roles: frozenset[Role], method: str, path: str) -> bool:
    """Tell whether any of the roles may call the route; an unlisted route may nobody."""
    return bool(PERMISSIONS.get((method, path), frozenset()) & roles)


def acting_as(roles: frozenset[Role], method: str, path: str) -> Role:
    """Return the role by which a caller may call the route; with several, the first by name."""
    return min(PERMISSIONS[method, path] & roles)


def methods_at(path: str) -> list[str]:
    """Return the methods that a path answers: what ``Allow`` says.

    A path that stands in the table as it is, is that one, whatever else it looks like.
    """
    itself = [method for method, pattern in _PATHS if pattern.pattern == path]
    return itself or [method for method, pattern in _PATHS if pattern.fullmatch(path)]
