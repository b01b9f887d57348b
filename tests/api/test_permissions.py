"""The permission table is the test: every route for everybody who might knock."""

import copy
import itertools
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from api.app import create_app, routes_of
from api.auth import Caller
from api.openapi import DescribedApp
from api.permissions import DEVELOPMENT, PERMISSIONS, PUBLIC, ROLES, methods_at
from api.routers import health
from infra.secrets import load_or_create
from infra.settings import Settings
from tests.api.door import Door, is_problem
from tests.api.matrix import CELLS, COLUMNS, MATRIX

NAMES = {
    "case_id": "BQ-NOBODY",
    "task_id": "BQ-NOBODY~1",
    "incident_id": "BQ-NOBODY~1",
    "alert_id": "RA-NOBODY",
    "anomaly_id": "AN-NOBODY",
    "breach_id": "BCH-NOBODY",
    "process_id": "nobody",
    "agent_id": "AG-NOBODY",
    "party_id": "PT-NOBODY",
    "operator_id": "nobody-1",
    "delegation_id": "DG-NOBODY",
    "absence_id": "AB-NOBODY",
    "certificate_id": "QC-NOBODY",
    "grant_id": "EG-NOBODY",
    "item": "NOBODY",
    "day": "2001-01-01",
    "break_id": "BR-NOBODY",
    "code": "NOBODY",
    "pack_id": "nobody",
    "jurisdiction": "XX",
    "version": "1",
    "build_id": "9.9.9-nobody",
    "batch_id": "BT-NOBODY",
    "kpi": "NOBODY",
    "hold_id": "LH-NOBODY",
    "policy_no": "P-NOBODY",
    "complaint_id": "CP-NOBODY",
    "recovery_id": "RC-NOBODY",
    "improvement_id": "IM-NOBODY",
}
ROUTES = sorted(PERMISSIONS)


def path_of(template: str) -> str:
    return template.format(**NAMES)


async def test_nobody_gets_in_without_a_token(door: Door):
    for method, template in ROUTES:
        answer = await door.client.request(method, path_of(template))

        assert is_problem(answer, 401, "unauthenticated")
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "header", ["Bearer garbage", "Bearer a.b.c", "Bearer", "Basic b3BzOm9wcw==", "Bearer  "]
)
async def test_garbage_for_a_token_gets_nobody_in(door: Door, header):
    for method, template in ROUTES:
        answer = await door.client.request(
            method, path_of(template), headers={"Authorization": header}
        )

        assert is_problem(answer, 401, "unauthenticated")


def is_forbidden(answer: httpx.Response) -> bool:
    return answer.status_code == 403 and answer.json()["type"] == "/problems/forbidden"


@pytest.mark.parametrize("role", sorted(ROLES))
async def test_a_role_may_call_exactly_what_the_table_says(door: Door, role):
    before = door.rows()
    for method, template in ROUTES:
        answer = await door.client.request(method, path_of(template), headers=door.bearer(role))

        assert is_forbidden(answer) == (role not in PERMISSIONS[method, template]), template
        assert answer.status_code != 401
        assert answer.status_code < 500
    assert door.rows() == before


def test_the_table_is_the_matrix():
    assert dict(PERMISSIONS) == MATRIX
    assert set(COLUMNS) == ROLES


async def differing(door: Door, cells: list[tuple[tuple[str, str], str]]) -> list[object]:
    """Which cells of the matrix the API answers otherwise than they say."""
    found: list[object] = []
    for route, role in cells:
        answer = await door.client.request(route[0], path_of(route[1]), headers=door.bearer(role))
        if is_forbidden(answer) == (role in MATRIX[route]):
            found.append((route, role))
    return found


async def test_the_api_answers_every_cell_as_the_matrix_says(door: Door):
    assert await differing(door, CELLS) == []


async def test_a_cell_that_is_flipped_is_found_each_of_them(door: Door, monkeypatch):
    for route, role in CELLS:
        flipped = {**PERMISSIONS, route: PERMISSIONS[route] ^ {role}}
        with monkeypatch.context() as patched:
            patched.setattr("api.permissions.PERMISSIONS", flipped)

            assert await differing(door, [(route, role)]) == [(route, role)]


async def test_an_expired_token_gets_nobody_in(door: Door):
    issuer = copy.copy(door.issuer)
    issuer.now = lambda: datetime.now(UTC) - timedelta(hours=2)
    for role in sorted(ROLES):
        headers = {"Authorization": f"Bearer {issuer.token('lead-1', [role])}"}
        for method, template in ROUTES:
            answer = await door.client.request(method, path_of(template), headers=headers)

            assert is_problem(answer, 401, "unauthenticated")


@pytest.mark.parametrize("status", ["SUSPENDED", "LEFT"])
async def test_who_was_suspended_sees_and_does_nothing_with_tasks(door: Door, status):
    case_id = await door.start()
    task = await door.open_task(case_id, 5, "L3")
    door.hand.run(f"UPDATE operators SET status = '{status}' WHERE id = 'lead-1'")
    acts = ("claim", "unclaim", "delegate", "complete")
    bodies = {
        "delegate": {"to": "lead-2"},
        "complete": {"outcome": "approve", "contentHash": "a" * 64},
    }

    read = [
        await door.get(path, "supervisor")
        for path in ("/v1/tasks", f"/v1/tasks/{task}", "/v1/notices")
    ]
    done = [
        await door.post(f"/v1/tasks/{task}/{act}", bodies.get(act, {}), "supervisor")
        for act in acts
    ]

    assert all(is_problem(answer, 403, "unknown-operator") for answer in [*read, *done])
    assert door.cases.acts == []


@pytest.mark.parametrize("roles", [[], ["root"], ["BACK_OFFICE"], ["back_office "]])
async def test_a_token_without_a_known_role_may_do_nothing(door: Door, roles):
    token = door.issuer.token("lead-1", roles)
    for method, template in ROUTES:
        answer = await door.client.request(
            method, path_of(template), headers={"Authorization": f"Bearer {token}"}
        )

        assert is_problem(answer, 403, "forbidden")


async def test_two_roles_together_may_what_either_may(door: Door):
    for pair in itertools.combinations(sorted(ROLES), 2):
        token = door.issuer.token("lead-1", list(pair))
        for method, template in ROUTES:
            answer = await door.client.request(
                method, path_of(template), headers={"Authorization": f"Bearer {token}"}
            )

            assert is_forbidden(answer) == PERMISSIONS[method, template].isdisjoint(pair)


async def test_every_documented_route_is_in_the_table(door: Door):
    document = (await door.client.get("/openapi.json")).json()

    documented = {
        (method.upper(), path) for path, item in document["paths"].items() for method in item
    }
    assert documented == {*PERMISSIONS, *PUBLIC, *DEVELOPMENT}


def test_a_route_that_is_not_listed_stops_the_start(settings: Settings, monkeypatch):
    async def backdoor() -> None: ...

    monkeypatch.setattr(health.router, "routes", [*health.router.routes])
    health.router.add_api_route("/backdoor", backdoor)

    with pytest.raises(RuntimeError, match="backdoor"):
        create_app(settings)


def test_a_listed_route_that_is_not_there_stops_the_start(settings: Settings, monkeypatch):
    monkeypatch.setattr("api.app.PUBLIC", frozenset((*PUBLIC, ("GET", "/nothing"))))

    with pytest.raises(RuntimeError, match="/nothing"):
        create_app(settings)


def test_routes_are_read_from_the_routers_themselves():
    assert routes_of(health.router) == PUBLIC


async def test_the_table_knows_the_methods_of_a_path():
    assert methods_at("/v1/cases") == ["GET", "POST"]
    assert methods_at("/v1/cases/BQ-1") == ["GET"]
    assert methods_at("/v1/cases/BQ-1/") == []


async def test_in_production_there_is_neither_issuer_nor_open_document(settings: Settings):
    production = settings.model_copy(update={"profile": "production"})
    app = create_app(production)

    assert isinstance(app, DescribedApp)
    assert app.openapi_url is None
    assert "/dev/token" not in app.openapi()["paths"]


async def test_the_development_issuer_gives_an_operator_his_roles(door: Door):
    answer = await door.client.post("/dev/token", json={"operator": "lead-1"})

    assert answer.json()["roles"] == ["supervisor"]
    verified = door.deployment.verifier.caller(answer.json()["token"])
    assert verified == Caller(subject="lead-1", roles=frozenset(("supervisor",)))


async def test_the_development_issuer_gives_no_person_a_systems_role(door: Door):
    for operator in ("bank", "nobody"):
        answer = await door.client.post("/dev/token", json={"operator": operator})

        assert is_problem(answer, 404, "unknown-operator")


async def test_the_banks_key_may_publish_messages_alone(door: Door, settings: Settings):
    key = load_or_create(settings.data_folder).bank_token
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "bank-report-1"}

    reported = await door.client.post(
        "/v1/messages", json={"name": "payment.result", "key": "REF-1"}, headers=headers
    )
    opened = await door.client.post("/v1/cases", json={}, headers=headers)
    read = await door.client.get("/v1/cases", headers=headers)

    assert reported.status_code == 202
    assert is_problem(opened, 403, "forbidden")
    assert is_problem(read, 403, "forbidden")
