"""Canaries on the paths of events, listeners, the repair desk, suspension, loans and debits."""

from __future__ import annotations

from typing import Any

from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from tests.builders.events import signal
from tests.builders.process import a_process, message
from tests.journeys import lending
from tests.journeys.canaries import Cage
from tests.journeys.house import House
from tests.unsealing import unsealed

Json = dict[str, Any]
LISTENER = "aviary-listener"


async def events_and_repairs(inside: House, client: Client, cage: Cage) -> list[str]:
    """A case begun, fed, stopped, mended and closed, with a canary in every hand that does it."""
    told: list[str] = []
    await inside.post("ops-1", "/v1/definitions", {"files": {"aviary.bpmn": _aviary()}})
    case = await _begun(inside, cage)
    for act in ("suspend", "resume"):
        reason = {"reason": cage.new(f"reason to {act}")}
        await inside.post("ops-1", f"/v1/cases/{case}/{act}", {**reason, "dryRun": True})
        await inside.post("ops-1", f"/v1/cases/{case}/{act}", reason)
    await _modified(inside, cage, case)
    await _spoken_to(inside, cage, case)
    async with Worker(client, task_queue=LISTENER, activities=[_denies(cage.new("denial"))]):
        told += await _mended(inside, cage, case)
        told += await _refused_by_the_listener(inside, cage, case)
    told += await _closed_by_two(inside, cage, case)
    return told


async def a_loan(inside: House, cage: Cage) -> None:
    """A loan that is offered, and not wanted."""
    for path, place, id_ in (
        ("borrower", "parties.name", "PT-S4"),
        ("insured", "parties.name", "PT-S4-I"),
        ("loan account", "bank_accounts.account_no", "AC-S4-1"),
    ):
        cage.put(path, unsealed(inside.rows, place, "x.id = ?", id_)[0])
    case = await lending.borrows(inside, "P-S4", "45000.00", lending.HOLDER)
    await inside.waits(case, "offer_answered")
    await inside.tell("customer.withdrawn", case, note=cage.new("withdrawal"))
    await inside.when(case, status="WITHDRAWN")


async def _begun(inside: House, cage: Cage) -> str:
    variables = {
        "keyword": cage.new("correlation key"),
        "note": cage.new("variable of a start event"),
        "n": 0,
        "policyNo": "P-S7",
        "request": {"note": cage.new("request of a start event")},
    }
    key = cage.new("key of a start event")
    body = {"name": "aviary.begun", "key": key, "variables": variables}
    begun = await inside.post("back-office", "/v1/messages", body)
    case = str(begun["instances"][0])
    await inside.waits(case, "told")
    return case


async def _modified(inside: House, cage: Cage, case: str) -> None:
    wanted = {"do": "setVariables", "variables": {"more": cage.new("variable of a modification")}}
    body = {"reason": cage.new("reason to modify"), "instructions": [wanted]}
    path = f"/v1/cases/{case}/modification"
    await inside.post("ops-1", path, {**body, "dryRun": True})
    await inside.post("ops-1", path, body)


async def _spoken_to(inside: House, cage: Cage, case: str) -> None:
    await inside.tell("aviary.told", cage.known["correlation key"], told=cage.new("keyed message"))
    await inside.waits(case, "heard")
    broadcast = {
        "name": "aviary.heard",
        "id": cage.new("signal id"),
        "variables": {"heard": cage.new("variable of a signal")},
    }
    await inside.post("ops-1", "/v1/signals", broadcast)


async def _mended(inside: House, cage: Cage, case: str) -> list[str]:
    """The incident's own text has a canary: the model put a variable into it."""

    async def stuck() -> Json | None:
        page = await inside.get("ops-1", "/v1/incidents", caseId=case)
        return next(iter(page["incidents"]), None)

    found = await inside.eventually(stuck, case, "an incident")
    path = f"/v1/incidents/{found['incidentId']}/resolve"
    skip = {"act": "skip", "variables": {"total": cage.new("variable of a skip")}}
    skip["reason"] = cage.new("reason to skip")
    refused = await inside.ask(
        "ops-1", "POST", path, json={**skip, "act": "fly", "variables": {cage.new("field"): 1}}
    )
    await inside.post("ops-1", path, {**skip, "dryRun": True})
    await inside.post("ops-1", path, skip)
    return [refused.text]


async def _refused_by_the_listener(inside: House, cage: Cage, case: str) -> list[str]:
    task = await inside.task("clerk-1", case, "look")
    variables = {"comment": cage.new("denied decision")}
    answer = await inside.complete("clerk-1", task, "done", variables=variables)
    assert answer.status_code == 409, answer.text
    return []  # who decides is told why, as the listener says it


async def _closed_by_two(inside: House, cage: Cage, case: str) -> list[str]:
    path = f"/v1/cases/{case}/modification"
    body = {"instructions": [{"do": "terminate", "element": "look"}]}
    first = await inside.ask(
        "ops-1", "POST", path, json={**body, "reason": cage.new("reason of the first person")}
    )
    assert first.json()["type"] == "/problems/second-person", first.text
    await inside.post("ops-2", path, {**body, "reason": cage.new("reason of the second person")})
    await inside.when(case, outcome="terminated")
    return [first.text]


def _denies(why: str) -> Any:
    @activity.defn(name=LISTENER)
    async def denies(_: dict[str, Any]) -> dict[str, Any]:
        return {"denied": True, "deniedReason": why}

    return denies


def _aviary() -> str:
    listened = (
        '<zeebe:userTask/><zeebe:assignmentDefinition candidateGroups="L1"/><zeebe:taskListeners>'
        f'<zeebe:taskListener eventType="completing" type="{LISTENER}"/></zeebe:taskListeners>'
    )
    drawn = (
        a_process("aviary")
        .start("begun", message("aviary.begun"))
        .catch("told", message("aviary.told", "=keyword"))
        .catch("heard", signal("aviary.heard"))
        .script("sum", '=assert(n, n > 0, "nothing for " + note)', "total")
        .node("userTask", "look", extension=listened)
        .end("over")
    )
    return drawn.xml().decode()
