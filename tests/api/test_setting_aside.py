"""Incidents are handed over, ignored with a reason, and taken up again; nothing is lost of it."""

from datetime import timedelta

from sqlalchemy import update

from infra.db.tables import trail
from tests.api.door import NOW, Door, is_problem
from tests.api.test_incidents import an_incident, seen_from_outside
from workflows.domain.stuck import WATCHED, Suspicion

JOB = {"for": "job", "type": "print-shop.print"}
WHY = {"reason": "the print shop is closed"}


async def act(door: Door, incident_id: str, act: str, role: str = "ops", **more):
    body = {**WHY, "act": act, **more}
    return await door.post(f"/v1/incidents/{incident_id}/resolve", body, role)


async def seen(door: Door, incident_id: str):
    return (await door.get(f"/v1/incidents/{incident_id}")).json()


async def audited(door: Door, case_id: str) -> list[str]:
    rows = door.hand.rows("SELECT action FROM audit WHERE stream = ? ORDER BY seq", case_id)
    return [action for (action,) in rows if action.startswith("incident.")]


async def test_an_ignored_incident_stays_named_and_counts_nowhere(door: Door):
    case_id = await door.start()
    incident_id = await an_incident(door, case_id, 1)

    await act(door, incident_id, "ignore")
    found = await seen(door, incident_id)
    groups = (await door.get("/v1/incidents", params={"group": "cause"})).json()["groups"]
    reasons = (await door.get(f"/v1/cases/{case_id}")).json()["reasons"]

    assert (found["status"], found["aside"]["by"]) == ("ignored", "ops-1")
    assert found["aside"]["reason"] == WHY["reason"]
    assert groups == []
    assert any("ignored by ops-1: the print shop is closed" in one["text"] for one in reasons)
    assert door.cases.acts == []
    assert await audited(door, case_id) == ["incident.ignore"]


async def test_what_was_set_aside_is_taken_up_again(door: Door):
    case_id = await door.start()
    incident_id = await an_incident(door, case_id, 1)

    assert is_problem(await act(door, incident_id, "attend"), 409, "not-aside")
    await act(door, incident_id, "ignore")
    await act(door, incident_id, "attend")

    assert (await seen(door, incident_id))["status"] == "open"
    assert await audited(door, case_id) == ["incident.ignore", "incident.attend"]


async def test_an_incident_is_handed_over_as_an_anomaly_of_its_kind(door: Door):
    case_id = await door.start()
    incident_id = await an_incident(door, case_id, 1, code="outcome-unknown")

    await act(door, incident_id, "hand-over")
    await act(door, incident_id, "hand-over")  # again: there is one anomaly
    found = await seen(door, incident_id)
    (anomaly,) = (await door.get(f"/v1/cases/{case_id}")).json()["anomalies"]

    assert found["status"] == "handed-over"
    assert (anomaly["class"], anomaly["reason"]) == ("MONEY", "OUTCOME_UNKNOWN")
    assert door.scalar("SELECT route FROM anomalies WHERE case_id = ?", case_id) == "finance"


async def test_who_gets_the_element_going_takes_it_back(door: Door):
    case_id = await door.start()
    incident_id = await an_incident(door, case_id, 1)
    await act(door, incident_id, "hand-over")

    await act(door, incident_id, "retry")

    assert (await seen(door, incident_id))["aside"] is None
    rows = door.hand.rows("SELECT outcome FROM anomalies WHERE case_id = ?", case_id)
    assert rows == [("REPAIRED",)]


async def test_what_was_seen_from_outside_can_be_set_aside(door: Door):
    other = await seen_from_outside(door, await door.start())

    assert (await act(door, other, "ignore")).is_success
    assert (await seen(door, other))["status"] == "ignored"


async def test_a_dry_run_sets_nothing_aside(door: Door):
    case_id = await door.start()
    incident_id = await an_incident(door, case_id, 1)

    told = (await act(door, incident_id, "ignore", dryRun=True)).json()

    assert told["dryRun"] is True
    assert (await seen(door, incident_id))["status"] == "open"
    assert await audited(door, case_id) == []


async def test_all_of_a_cause_are_set_aside_and_no_other(door: Door):
    same = [await an_incident(door, await door.start(), 1) for _ in range(2)]
    other = await an_incident(door, await door.start(), 1, code="mapping-failed")
    groups = (await door.get("/v1/incidents", params={"group": "cause"})).json()["groups"]

    body = {**WHY, "act": "ignore", "cause": groups[0]["cause"]}
    told = (await door.post("/v1/incidents/resolve", body, "ops")).json()

    assert sorted(one["incidentId"] for one in told["outcomes"]) == sorted(same)
    assert (await seen(door, other))["status"] == "open"


async def test_a_mark_is_of_one_incident_and_not_of_the_next_of_its_number(door: Door):
    """After a replay a number may name another incident."""
    case_id = await door.start()
    incident_id = await an_incident(door, case_id, 1)
    await act(door, incident_id, "ignore")
    async with door.deployment.database.engine.begin() as connection:
        later = {"opened_at": NOW + timedelta(hours=1)}
        await connection.execute(update(trail.incidents).values(later))

    assert (await seen(door, incident_id))["status"] == "open"


async def test_an_incident_tells_how_often_and_with_what_masked(door: Door):
    case_id = await door.start()
    variables = {
        "amount": {"t": "number", "v": "56801.45"},
        "holder": {"t": "string", "v": "张三"},
    }
    stuck = {"code": "mapping-failed", "message": "no", "elementKey": 5}
    await door.journal(
        case_id,
        {"kind": "elementActivated", "element": "p", "key": 1, "data": {"type": "process"}},
        {"kind": "variablesChanged", "element": "p", "key": 1, "data": {"variables": variables}},
        {"kind": "incidentOpened", "element": "quote", "key": 7, "at": NOW, "data": stuck},
        {"kind": "incidentClosed", "element": "quote", "key": 7},
        {"kind": "incidentOpened", "element": "quote", "key": 9, "data": stuck}
        | {"at": NOW + timedelta(minutes=5)},
    )

    found = await seen(door, f"{case_id}~9")

    assert found["times"] == 2
    assert found["firstAt"] < found["lastAt"]
    assert found["inputs"] == {"amount": "56801.45", "holder": "<text, 2>"}
    assert "张三" not in str(found)


async def test_what_was_seen_from_outside_tells_where_the_case_stands_and_with_what(door: Door):
    case_id = await door.start()
    other = await seen_from_outside(door, case_id)
    at_once = await seen(door, other)
    told = {"holder": {"t": "string", "v": "张三"}, "amount": {"t": "number", "v": "5"}}
    await door.journal(
        case_id,
        {"kind": "elementActivated", "element": "p", "key": 1, "data": {"type": "process"}},
        {"kind": "variablesChanged", "element": "p", "key": 1, "data": {"variables": told}},
    )
    on_its_way = await seen(door, other)
    await door.journal(case_id, {"kind": "waitOpened", "element": "docs", "key": 9, "data": JOB})

    found = await seen(door, other)

    assert [one["standsAt"] for one in (at_once, on_its_way, found)] == [[], ["p"], ["docs"]]
    assert found["inputs"] == {"holder": "<text, 2>", "amount": 5}
    assert (found["times"], found["attempts"]) == (3, 3)
    assert found["firstAt"] == found["openedAt"]
    assert found["lastAt"] == found["lastSeenAt"]


async def test_work_that_nobody_serves_tells_what_the_element_was_given(door: Door):
    case_id = await door.start()
    amount = {"amount": {"t": "number", "v": "5"}}
    inside = {"type": "serviceTask", "scope": 1}
    await door.journal(
        case_id,
        {"kind": "elementActivated", "element": "p", "key": 1, "data": {"type": "process"}},
        {"kind": "elementActivated", "element": "print", "key": 3, "data": inside},
        {"kind": "variablesChanged", "element": "print", "key": 3, "data": {"variables": amount}},
    )
    unserved = Suspicion(
        code="no-worker",
        instance_id=case_id,
        case_id=case_id,
        cause="No worker polls the task queue.",
        element="print",
    )
    async with door.deployment.database.work() as books:
        await books.watch.settle([unserved.code], [unserved], NOW)

    found = await seen(door, f"{case_id}~{WATCHED['no-worker']}")

    assert (found["element"], found["inputs"]) == ("print", {"amount": 5})
