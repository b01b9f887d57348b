"""Bad input on every endpoint: a precise 4xx, nothing changed, nothing echoed."""

from collections.abc import Mapping
from typing import Any

import pytest

from api.backtest_examples import TABLE
from api.json_gate import limit_on
from api.permissions import PERMISSIONS
from tests.api.conftest import MODEL
from tests.api.door import A_CASE, Door, is_problem

CANARY = "身份证110101199003077774"
HASH = "a" * 64

POSTS = sorted(path for method, path in PERMISSIONS if method == "POST")
JSON_POSTS = [path for path in POSTS if path != "/v1/documents"]
CHANGING = [path for path in POSTS if path != "/codec/decode"]
"""What a caller may repeat only with a key."""
NAMES = {
    "hold_id": "LH-NOBODY",
    "policy_no": "P-NOBODY",
    "complaint_id": "CP-NOBODY",
    "recovery_id": "RC-NOBODY",
    "breach_id": "BCH-NOBODY",
    "improvement_id": "IM-NOBODY",
    "case_id": "BQ-NOBODY",
    "task_id": "BQ-NOBODY~1",
    "incident_id": "BQ-NOBODY~1",
    "alert_id": "RA-NO",
    "anomaly_id": "AN-NO",
    "agent_id": "AG-NOBODY",
    "code": "NOBODY",
    "pack_id": "nobody",
    "jurisdiction": "XX",
    "day": "2001-01-01",
    "break_id": "BR-NO",
    "party_id": "PT-NOBODY",
    "build_id": "9.9.9-nobody",
    "batch_id": "BT-NOBODY",
    "kpi": "NOBODY",
    "operator_id": "nobody-1",
    "delegation_id": "DG-NOBODY",
    "absence_id": "AB-NOBODY",
    "certificate_id": "QC-NOBODY",
    "grant_id": "EG-NOBODY",
    "item": "NOBODY",
}

GOOD: Mapping[str, dict[str, Any]] = {
    "/codec/decode": {"payloads": [{"metadata": {"encoding": "YQ=="}, "data": "YQ=="}]},
    "/v1/cases": A_CASE,
    "/v1/cases/{case_id}/cancel": {"reason": "by mistake"},
    "/v1/cases/{case_id}/document-requests": {"documents": ["APPLICANT_ID"], "reason": "new"},
    "/v1/cases/{case_id}/replay": {"reason": "quote mended"},
    "/v1/tasks/{task_id}/claim": {},
    "/v1/tasks/{task_id}/unclaim": {},
    "/v1/tasks/{task_id}/delegate": {"to": "lead-2", "comment": "away"},
    "/v1/tasks/{task_id}/complete": {"outcome": "approve", "contentHash": HASH},
    "/v1/messages": {"name": "customer.withdrawn", "key": "K", "ttl": "PT1H"},
    "/v1/definitions": {"files": {"model.bpmn": MODEL.decode()}},
    "/v1/definitions/lint": {"files": {"model.bpmn": MODEL.decode()}},
    "/v1/incidents/{incident_id}/resolve": {"reason": "mended", "retries": 1},
    "/v1/risk-alerts/{alert_id}/lift": {"reason": "nothing was wrong"},
    "/v1/risk-alerts/{alert_id}/report": {"reason": "told to the police"},
    "/v1/alerts/{alert_id}/close": {"outcome": "CONFIRMED", "reason": "they acted as one"},
    "/v1/audit/verify": {"after": "", "limit": 10},
    "/v1/cases/{case_id}/suspend": {"reason": "the bank asks"},
    "/v1/cases/{case_id}/resume": {"reason": "answered"},
    "/v1/cases/{case_id}/modification": {
        "reason": "asked again",
        "instructions": [{"do": "activate", "element": "verify"}],
    },
    "/v1/cases/{case_id}/migration": {"reason": "the new letter"},
    "/v1/batches": {"do": "suspend", "filter": {"process": "p"}, "reason": "the bank asks"},
    "/v1/batches/{batch_id}/pause": {"reason": "for a look"},
    "/v1/batches/{batch_id}/resume": {"reason": "for a look"},
    "/v1/batches/{batch_id}/cancel": {"reason": "for a look"},
    "/v1/incidents/resolve": {"reason": "mended", "caseId": "BQ-NOBODY"},
    "/v1/signals": {"name": "tariff.changed"},
    "/v1/cases/{case_id}/pin": {"buildId": "0.1.0-x", "reason": "its last step"},
    "/v1/releases/{build_id}/ramp": {"percent": 10, "reason": "first a tenth"},
    "/v1/releases/{build_id}/drain": {"reason": "the old build can go"},
    "/v1/anomalies/{anomaly_id}/close": {"outcome": "REPAIRED", "reason": "seen to"},
    "/v1/cases/{case_id}/applicant-death": {"diedOn": "2026-10-10", "reason": "a call"},
    "/v1/complaints": {"caseId": "BQ-NOBODY", "cause": "DELAY", "channel": "PHONE"},
    "/v1/complaints/{complaint_id}/decide": {
        "outcome": "UPHELD",
        "reason": "too slow",
        "facts": "it lay for a week",
        "basis": "4号令 art. 19(1)",
    },
    "/v1/complaints/{complaint_id}/extend": {"extension": "COMPLEX", "reason": "an appraisal"},
    "/v1/complaints/{complaint_id}/review": {"reason": "another recording"},
    "/v1/recoveries/{recovery_id}/close": {"reason": "called"},
    "/v1/breaches": {
        "kind": "LOSS",
        "severity": "LOW",
        "description": "a letter",
        "caseId": "BQ-NOBODY",
    },
    "/v1/breaches/{breach_id}/steps": {"step": "MEASURE", "note": "looked for"},
    "/v1/improvements": {
        "source": "complaint",
        "reason": "DELAY",
        "processId": "p",
        "version": 1,
        "problem": "too slow",
    },
    "/v1/improvements/{improvement_id}/close": {"reason": "mended", "version": 2},
    "/v1/reconciliations": {"day": "2026-10-11"},
    "/v1/backtests": {"files": {"table.dmn": TABLE}, "decision": "risk"},
    "/v1/reconciliation-breaks/{break_id}/close": {"outcome": "SUSPENSE", "reason": "asked"},
    "/v1/subjects/{party_id}/survey-choice": {"wanted": False, "channel": "PHONE"},
    "/v1/subjects/{party_id}/erase": {"basis": "UNLAWFUL", "reason": "asked for"},
    "/v1/conditions": {"processId": "watch"},
    "/v1/cases/{case_id}/activities": {
        "offerId": "BQ-1~9",
        "activities": [{"element": "call", "variables": {"v": 1}}],
        "comment": "asked for",
    },
    "/v1/standstills/suspend": {"kind": "system", "target": "bank", "reason": "it moves"},
    "/v1/standstills/resume": {"kind": "system", "target": "bank", "reason": "it has moved"},
    "/v1/legal-holds": {
        "kind": "POLICY",
        "target": "P-S3",
        "basis": "LITIGATION",
        "reason": "disputed",
    },
    "/v1/legal-holds/{hold_id}/lift": {"reason": "final"},
    "/v1/operators": {
        "operatorId": "newcomer-1",
        "unit": "SH-01",
        "level": 2,
        "roles": ["supervisor"],
        "interests": [],
        "reason": "joins",
    },
    "/v1/operators/{operator_id}/change": {"level": 3, "reason": "leads from now on"},
    "/v1/operators/{operator_id}/suspend": {"reason": "looked into"},
    "/v1/operators/{operator_id}/resume": {"reason": "cleared"},
    "/v1/operators/{operator_id}/leave": {"reason": "retires"},
    "/v1/operators/{operator_id}/interests": {"interests": ["P-S3"], "reason": "kin"},
    "/v1/operators/{operator_id}/delegations": {
        "items": ["TERMINATE"],
        "maximum": "100.00",
        "until": "2027-03-01T00:00:00+08:00",
        "reason": "on leave",
    },
    "/v1/delegations/{delegation_id}/revoke": {"reason": "back"},
    "/v1/operators/{operator_id}/absences": {
        "substitute": "lead-2",
        "until": "2027-03-01T00:00:00+08:00",
        "reason": "on leave",
    },
    "/v1/absences/{absence_id}/end": {"reason": "back"},
    "/v1/operators/{operator_id}/certificates": {
        "type": "POLICY_SERVICING",
        "validFrom": "2026-10-01T00:00:00+08:00",
        "validTo": "2028-10-01T00:00:00+08:00",
        "reason": "passed",
    },
    "/v1/certificates/{certificate_id}/revoke": {"reason": "lapsed"},
    "/v1/operators/{operator_id}/emergency-grants": {
        "level": 4,
        "items": ["TERMINATE"],
        "hours": 4,
        "reason": "nobody above can be reached",
    },
    "/v1/emergency-grants/{grant_id}/review": {"finding": "JUSTIFIED", "reason": "as it should be"},
    "/v1/authority-limits": {
        "item": "TERMINATE",
        "level": 3,
        "maximum": "150000.00",
        "effectiveFrom": "2027-01-01",
        "reason": "decided",
    },
    "/v1/agents/{agent_id}/departure": {"leftOn": "2026-09-01", "reason": "retired"},
}
"""A body that each route would take."""


def role_of(path: str) -> str:
    return min(PERMISSIONS["POST", path])


def test_there_is_a_good_body_for_every_route():
    assert sorted(GOOD) == JSON_POSTS


MALFORMED = [
    b"{",
    b'{"a": NaN}',
    b'{"a": 1, "a": 2}',
    b'{"a": "\\ud800"}',
    b'{"a": "\\u0000"}',
    b"[" * 5000,
    b'{"a": ' + b"9" * 400 + b"}",
    b"\xff\xfe",
]


@pytest.mark.parametrize("path", JSON_POSTS)
async def test_a_malformed_body_is_400(door: Door, path):
    before = door.rows()
    for body in MALFORMED:
        answer = await door.post(
            path.format(**NAMES),
            role=role_of(path),
            content=body,
            headers={"Content-Type": "application/json"},
        )

        assert is_problem(answer, 400, "unreadable")
    assert door.rows() == before


@pytest.mark.parametrize("path", POSTS)
async def test_a_body_too_large_is_413(door: Door, path):
    answer = await door.post(
        path.format(**NAMES),
        role=role_of(path),
        content=b" " * (limit_on(path) + 1),
        headers={"Content-Type": "application/json"},
    )

    assert is_problem(answer, 413, "too-large")


@pytest.mark.parametrize("path", POSTS)
async def test_another_media_type_is_415(door: Door, path):
    answer = await door.post(
        path.format(**NAMES),
        role=role_of(path),
        content=b"hello",
        headers={"Content-Type": "text/plain"},
        params={"type": "ID_CARD"} if path == "/v1/documents" else {},
    )

    assert is_problem(answer, 415, "media-type")


@pytest.mark.parametrize("path", JSON_POSTS)
async def test_a_field_nobody_knows_is_422_unnamed(door: Door, path):
    before = door.rows()
    for name in (CANARY, "state", "approvedBy", "__class__"):
        body = {**GOOD[path], name: CANARY}
        answer = await door.post(path.format(**NAMES), body, role_of(path))

        assert is_problem(answer, 422, "invalid")
        assert answer.json()["errors"][0]["type"] == "extra_forbidden"
        assert CANARY not in answer.text
        assert "11010119" not in answer.text
    assert door.rows() == before


@pytest.mark.parametrize("path", [path for path in JSON_POSTS if GOOD[path]])
async def test_no_type_is_guessed(door: Door, path):
    before = door.rows()
    for name in GOOD[path]:
        for wrong in (7, True, 1.5, [CANARY], {CANARY: CANARY}):
            if (
                (name in {"retries", "limit", "percent", "version", "hours"} and wrong == 7)
                or (name == "request" and isinstance(wrong, dict))
                or (name == "wanted" and wrong is True)
            ):
                continue
            answer = await door.post(
                path.format(**NAMES), {**GOOD[path], name: wrong}, role_of(path)
            )

            assert is_problem(answer, 422, "invalid")
            assert answer.json()["errors"][0]["loc"][:2] == ["body", name]
            assert CANARY not in answer.text
    assert door.rows() == before


@pytest.mark.parametrize("path", CHANGING)
async def test_a_missing_idempotency_key_is_named(door: Door, path):
    before = door.rows()
    answer = await door.client.post(
        path.format(**NAMES),
        json=GOOD.get(path),
        headers=door.bearer(role_of(path)),
        params={"type": "ID_CARD"} if path == "/v1/documents" else {},
    )

    assert is_problem(answer, 400, "idempotency-key-missing")
    assert answer.json()["errors"] == [{"loc": ["header", "Idempotency-Key"], "type": "missing"}]
    assert door.rows() == before


@pytest.mark.parametrize(
    "key", ["", "short", "x" * 201, "spaces in it", "key\u00e9key\u00e9", "-12345678"]
)
async def test_a_bad_idempotency_key_is_named(door: Door, key):
    for path in CHANGING:
        answer = await door.client.post(
            path.format(**NAMES),
            json=GOOD.get(path),
            headers={**door.bearer(role_of(path)), "Idempotency-Key": key.encode("latin-1")},
            params={"type": "ID_CARD"} if path == "/v1/documents" else {},
        )

        assert is_problem(answer, 422, "invalid")
        assert answer.json()["errors"][0]["loc"] == ["header", "Idempotency-Key"]


HOSTILE = [
    "%00",
    "a%0Ab",
    "%E2%80%AE",
    "'%20OR%201=1",
    "%22)%20or%20(%22",
    "..",
    "%2e%2e",
    "x" * 300,
    "a%20b",
    "ＢＱ-1",
    "BQ-1~99999999999999999999",
    "BQ-1~-1",
    "BQ-1~²",
    "~",
    "~~~~1",
    ";x",
    "BQ-1.json",
]


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_a_hostile_id_finds_nothing(door: Door, hostile):
    before = door.rows()
    for method, template in sorted(PERMISSIONS):
        if "{" not in template:
            continue
        path = template.replace("{version}", "1")
        for name in ("case_id", "task_id", "incident_id", "process_id", "agent_id", "party_id"):
            path = path.replace("{" + name + "}", hostile)
        if (method, path.replace("cases/../", "")) in PERMISSIONS:
            continue  # the client resolves the dots: it asks for another resource
        answer = await door.client.request(
            method,
            path,
            headers={
                **door.bearer(min(PERMISSIONS[method, template])),
                "Idempotency-Key": "a-good-key",
            },
            json=GOOD.get(template),
        )

        assert 400 <= answer.status_code < 500, (path, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
    assert door.rows() == before


@pytest.mark.parametrize("version", ["0", "-1", "1.5", "x", "1e3", "99999999999999999999", "%00"])
async def test_a_version_that_is_none_is_422(door: Door, version):
    answer = await door.get(f"/v1/definitions/contract_termination/{version}")

    assert is_problem(answer, 422, "invalid")


DESKS = {
    "/tasks/": "lead-1",
    "/risk-alerts/": "risk-1",
    "-breaks/": "finance-1",
    "/breaches": "privacy-1",
    "/legal-holds": "legal-1",
}
"""Who may act there, where not every operator of the role may."""


def of_the_desk(path: str) -> str | None:
    return next((who for what, who in DESKS.items() if what in path), None)


@pytest.mark.parametrize("template", [p for m, p in sorted(PERMISSIONS) if "{" in p and m == "GET"])
async def test_an_unknown_id_is_404(door: Door, template):
    path = template.format(**NAMES, process_id="nobody", version=7)

    role = max(PERMISSIONS["GET", template])
    answer = await door.get(path, role=role, subject=of_the_desk(path))

    assert is_problem(answer, 404)


@pytest.mark.parametrize("path", [path for path in JSON_POSTS if "{" in path])
async def test_acting_on_an_unknown_id_is_404(door: Door, path):
    before = door.rows()
    role = max(PERMISSIONS["POST", path])
    subject = of_the_desk(path)
    answer = await door.post(path.format(**NAMES), GOOD[path], role, subject=subject)

    assert is_problem(answer, 404)
    assert door.rows() == before
    assert door.cases.acts == []


LISTS = [
    "/v1/cases",
    "/v1/tasks",
    "/v1/incidents",
    "/v1/definitions",
    "/v1/notices",
    "/v1/risk-alerts",
    "/v1/stores",
    "/v1/alerts",
    "/v1/anomalies",
    "/v1/reconciliations",
    "/v1/reconciliation-breaks",
    "/v1/complaints",
    "/v1/recoveries",
    "/v1/breaches",
    "/v1/improvements",
]


BAD_PAGES: list[dict[str, str]] = [
    {"limit": "0"},
    {"limit": "-1"},
    {"limit": "1001"},
    {"limit": "1000000000"},
    {"limit": "NaN"},
    {"limit": "1.5"},
    {"limit": ""},
    {"cursor": "x"},
    {"cursor": ""},
    {"cursor": "' OR 1=1"},
    {"cursor": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
    {"cursor": "保全"},
    {"cursor": "x" * 2000},
    {"polcyNo": "P-S3"},
    {"sort": "variables"},
    {"offset": "1000000"},
]


@pytest.mark.parametrize("path", LISTS)
async def test_a_bad_page_is_422(door: Door, path):
    for query in BAD_PAGES:
        role = "supervisor" if path == "/v1/notices" else "auditor"
        answer = await door.get(path, role, params=query)

        assert is_problem(answer, 422), query


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/v1/cases", {"status": "approval"}),
        ("/v1/cases", {"status": "') OR ('1'='1"}),
        ("/v1/cases", {"policyNo": "' OR 1=1"}),
        ("/v1/cases", {"policyNo": "Ｐ-S3"}),
        ("/v1/cases", {"stuck": "perhaps"}),
        ("/v1/cases", {"process": "a b"}),
        ("/v1/tasks", {"caseId": "\x00"}),
        ("/v1/tasks", {"mine": "2"}),
        ("/v1/incidents", {"code": '"; drop table cases'}),
        ("/v1/definitions", {"process": "*"}),
    ],
)
async def test_a_bad_filter_is_422(door: Door, path, query):
    answer = await door.get(path, params=query)

    assert is_problem(answer, 422, "invalid")
    assert all(value not in answer.text for value in query.values() if len(value) > 3)
