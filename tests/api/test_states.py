"""Every route for every role on an object in every state: the answers that the matrix names."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from api.case_client import CaseClient
from api.permissions import DEVELOPMENT, PERMISSIONS, PUBLIC
from infra.telemetry.store import TraceStore
from tests.api.door import Door, is_problem
from tests.api.insides import Insides
from tests.api.matrix import CELLS, FORBIDDEN, MATRIX, OK, ROWS, Row
from tests.api.states import BODIES, CANARY, PDF, STATES, Asking, newest_run_of, prepared


@pytest_asyncio.fixture
async def staffed(
    bare_door: Door, app: FastAPI, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Door:
    """The API with its real client of cases, and cases at the other end that judge."""
    client: Any = Insides(bare_door.deployment.database)
    cases = CaseClient(client, task_queue="cases")
    app.state.deployment = dataclasses.replace(bare_door.deployment, cases=cases)
    traces = TraceStore(tmp_path / "traces.db")
    monkeypatch.setattr(bare_door.deployment.telemetry, "traces", traces)
    monkeypatch.setattr(
        "infra.replay_points.newest_run", lambda _, case, *__: newest_run_of(bare_door, case)
    )
    return bare_door


async def asked(door: Door, row: Row, role: str, asking: Asking) -> httpx.Response:
    method, template = row.route
    path = template.format(**asking.names)
    subject = asking.supervisor if role == "supervisor" else None
    if method == "GET":
        return await door.get(path, role, subject=subject)
    if template == "/v1/documents":
        headers = {"Content-Type": "application/pdf"}
        query = dict(asking.query)
        return await door.post(path, role=role, content=PDF, params=query, headers=headers)
    body = {**BODIES[template], **asking.body}
    return await door.post(path, body, role, subject=subject)


PROPOSED = frozenset(("repair_proposals", "audit", "audit_heads"))


def contents(door: Door) -> Mapping[str, list[str]]:
    """Everything in the database."""
    return {name: sorted(map(repr, rows)) for name, rows in door.hand.contents().items()}


def says(answer: httpx.Response, verdict: str) -> bool:
    if verdict == OK:
        return answer.is_success
    code = "forbidden" if verdict == FORBIDDEN else verdict
    return (
        is_problem(answer, answer.status_code, code)
        and (answer.status_code == httpx.codes.FORBIDDEN or verdict != FORBIDDEN)
        and 400 <= answer.status_code < 500
        and CANARY not in answer.text
        and "11010119" not in answer.text
    )


def _but(tables: Mapping[str, list[str]], verdicts: Mapping[str, str]) -> Mapping[str, list[str]]:
    """All but what an order that waits for a second person leaves: itself, and its record."""
    left = PROPOSED if "second-person" in verdicts.values() else frozenset()
    return {name: rows for name, rows in tables.items() if name not in left}


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_everybody_is_answered_as_the_table_says_and_a_refusal_changes_nothing(
    staffed: Door, row: Row
):
    ask = partial(asked, staffed, row)
    refused = {role: verdict for role, verdict in row.verdicts.items() if verdict != OK}
    asking = await prepared(staffed, row)
    before = contents(staffed)

    for role, verdict in refused.items():
        answer = await ask(role, asking)
        assert says(answer, verdict), f"{role}: {answer.status_code} {answer.text}"

    assert _but(contents(staffed), refused) == _but(before, refused)
    for role in row.verdicts.keys() - refused.keys():
        answer = await ask(role, await prepared(staffed, row))
        assert says(answer, OK), f"{role}: {answer.status_code} {answer.text}"


# --- of the tables themselves ------------------------------------------------------------------


def test_no_route_of_the_api_is_missing_from_the_tables(app: FastAPI):
    mounted = {
        (method.upper(), path) for path, item in app.openapi()["paths"].items() for method in item
    }
    assert mounted == {*MATRIX, *PUBLIC, *DEVELOPMENT}


def test_every_object_is_met_where_there_is_none_and_in_another_state():
    for route in MATRIX:
        states = {row.state for row in ROWS if row.route == route}

        assert "{" not in route[1] or {"nobody"} < states, route


def test_a_role_is_let_in_whatever_the_state_or_never():
    for row in ROWS:
        for role, verdict in row.verdicts.items():
            assert (verdict == FORBIDDEN) == (role not in MATRIX[row.route]), (str(row), role)


def test_every_cell_of_the_permission_table_has_a_verdict_that_hangs_on_it():
    for route, role in CELLS:
        flipped = {**PERMISSIONS, route: PERMISSIONS[route] ^ {role}}
        told = [row.verdicts[role] for row in ROWS if row.route == route]

        assert told, route
        assert all((verdict == FORBIDDEN) == (role in flipped[route]) for verdict in told)


def test_no_row_stands_twice_and_every_state_can_be_made():
    assert len({str(row) for row in ROWS}) == len(ROWS)
    assert {(row.resource, row.state) for row in ROWS} == set(STATES)
