"""Incidents: what is stuck, and trying again."""

from datetime import timedelta

import pytest

from tests.api.door import NOW, Door, is_problem
from workflows.domain.stuck import ACTIONS, KINDS, WATCHED, Suspicion


async def an_incident(door: Door, case_id: str, key: int, *, code: str = "job-failed") -> str:
    await door.journal(
        case_id,
        {
            "kind": "incidentOpened",
            "element": "quote",
            "name": "报价",
            "key": key,
            "at": NOW + timedelta(seconds=key // 2),
            "data": {"code": code, "message": "The policy book did not answer."},
        },
    )
    return f"{case_id}~{key}"


async def listed(door: Door, **query) -> list[str]:
    page = (await door.get("/v1/incidents", params=query)).json()
    return [found["incidentId"] for found in page["incidents"]]


async def test_open_incidents_are_listed_oldest_first_in_pages(door: Door):
    case_id = await door.start()
    opened = [await an_incident(door, case_id, key) for key in range(1, 8)]

    found, cursor = [], None
    while True:
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await door.get("/v1/incidents", params=query)).json()
        found += [one["incidentId"] for one in page["incidents"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert found == opened


async def test_incidents_are_filtered(door: Door):
    one, two = await door.start(), await door.start()
    first = await an_incident(door, one, 1)
    second = await an_incident(door, two, 2, code="mapping-failed")
    await door.journal(one, {"kind": "incidentClosed", "element": "quote", "key": 1})

    assert await listed(door) == [second]
    assert await listed(door, closed=True) == [first, second]
    assert await listed(door, caseId=one, closed=True) == [first]
    assert await listed(door, code="mapping-failed") == [second]


async def test_an_incident_says_where_why_since_when(door: Door):
    case_id = await door.start()
    incident_id = await an_incident(door, case_id, 1)

    incident = (await door.get(f"/v1/incidents/{incident_id}", "supervisor")).json()

    assert incident["element"] == "quote"
    assert incident["code"] == "job-failed"
    assert incident["status"] == "open"


async def test_resolving_tries_again_with_corrected_variables(door: Door):
    case_id = await door.start()
    incident_id = await an_incident(door, case_id, 4)
    body = {"reason": "account mended", "variables": {"payee": "AC-2"}, "retries": 3}

    answer = await door.post(f"/v1/incidents/{incident_id}/resolve", body, "ops")

    assert answer.json()["incidentId"] == incident_id
    ((instance, order),) = door.cases.acts
    assert (instance, order.incident, order.retries) == (case_id, 4, 3)
    assert order.variables == {"payee": {"t": "string", "v": "AC-2"}}
    assert (order.actor, order.reason) == ("ops-1", "account mended")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"reason": "no"},
        {"reason": "mended", "retries": 0},
        {"reason": "mended", "retries": 101},
        {"reason": "mended", "retries": "1"},
        {"reason": "mended", "variables": {"": 1}},
    ],
)
async def test_a_resolution_that_is_none_is_refused(door: Door, body):
    case_id = await door.start()
    incident_id = await an_incident(door, case_id, 4)

    answer = await door.post(f"/v1/incidents/{incident_id}/resolve", body, "ops")

    assert is_problem(answer, 422, "invalid")
    assert door.cases.acts == []


async def seen_from_outside(door: Door, case_id: str) -> str:
    found = Suspicion(
        code="workflow-task-failing",
        instance_id=case_id,
        case_id=case_id,
        cause="non deterministic error.",
        attempts=3,
    )
    async with door.deployment.database.work() as books:
        await books.watch.settle([found.code], [found], NOW)
    return f"{case_id}~{WATCHED[found.code]}"


async def test_an_incident_says_what_it_means_and_what_can_be_done(door: Door):
    case_id = await door.start()
    own = await an_incident(door, case_id, 1)
    other = await seen_from_outside(door, case_id)

    told = {one: (await door.get(f"/v1/incidents/{one}")).json() for one in (own, other)}

    assert [one["act"] for one in told[own]["actions"]] == [
        "retry", "retry-with-variables", "skip", "throw", "replay", "cancel", "hand-over", "ignore",
    ]  # fmt: skip
    assert told[own]["source"] == "case"
    assert told[other]["source"] == "watch"
    assert (told[other]["attempts"], told[other]["actions"][0]["act"]) == (3, "deploy")


async def test_what_was_seen_from_outside_is_not_resolved_by_hand(door: Door):
    case_id = await door.start()
    other = await seen_from_outside(door, case_id)

    answer = await door.post(f"/v1/incidents/{other}/resolve", {"reason": "please"}, "ops")

    assert is_problem(answer, 409, "seen-from-outside")
    assert door.cases.acts == []


async def test_incidents_are_grouped_by_cause(door: Door):
    for _ in range(3):
        await an_incident(door, await door.start(), 1)
    await an_incident(door, await door.start(), 1, code="mapping-failed")

    groups = (await door.get("/v1/incidents/groups")).json()["groups"]

    assert [(one["code"], one["incidents"], one["cases"]) for one in groups] == [
        ("job-failed", 3, 3),
        ("mapping-failed", 1, 1),
    ]


async def test_incidents_are_found_by_element(door: Door):
    case_id = await door.start()
    incident_id = await an_incident(door, case_id, 1)

    assert await listed(door, element="quote") == [incident_id]
    assert await listed(door, element="commit") == []


async def test_a_retry_names_the_role_that_let_it(door: Door):
    case_id = await door.start()
    incident_id = await an_incident(door, case_id, 4)

    await door.post(f"/v1/incidents/{incident_id}/resolve", {"reason": "mended"}, "ops")

    ((_, order),) = door.cases.acts
    assert (order.actor, order.role) == ("ops-1", "ops")


def test_every_code_has_actions_that_are_described():
    for kind in KINDS.values():
        assert set(kind.actions) <= set(ACTIONS)
        assert kind.actions
    assert {code for code, kind in KINDS.items() if kind.source == "watch"} == set(WATCHED)
