"""Events between cases, through HTTP and a worker: signals told to all, cases that events begin."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from infra.db.unit_of_work import Database
from tests.builders.events import condition, several, signal
from tests.builders.process import ProcessBuilder, a_flow, a_process, message, timer
from tests.journeys.conftest import Opening
from tests.journeys.house import House, Json
from workers.crier import Crier
from workers.relay import Relay
from workers.starter import Starter

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

ZONE = "Asia/Shanghai"


@contextlib.asynccontextmanager
async def chores(house: House, client: object) -> AsyncIterator[None]:
    """Everything of a worker process that carries events, as it runs beside the worker."""
    database = Database.at(house.settings.database_url)
    relay = Relay(
        client=client,  # type: ignore[arg-type]
        database=database,
        task_queue=house.settings.task_queue,
        zone=ZONE,
    )
    crier = Crier(client=client, database=database)  # type: ignore[arg-type]
    running = [
        asyncio.create_task(chore.run())
        for chore in (relay, crier, Starter(database=database, zone=ZONE))
    ]
    try:
        yield
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await database.close()


async def deploy(house: House) -> None:
    models = (
        a_process("listener").start().catch("wait", signal("tariff")).end(),
        a_process("thrower").start().throw("up", signal("tariff"), inputs={"n": "=7"}).end(),
        a_process("by_signal").start("changed", signal("tariff")).end(),
        a_process("by_message")
        .start("due", message("renewal.due"))
        .catch("go", message("go", '="K-1"'))
        .end(),
        a_process("by_time").start("nightly", timer(cycle="R2/PT1H")).end(),
        a_process("by_condition").start("rose", condition("=rate > 2")).end(),
        together(),
        instantiating(),
        offering(),
    )
    files = {f"m{no}.bpmn": model.xml().decode() for no, model in enumerate(models)}
    await house.post("ops-1", "/v1/definitions", {"files": files})


def together() -> ProcessBuilder:
    model = a_process("by_both").start("both", several(message("paid"), signal("filed"))).end()
    model.nodes[0].attributes["parallelMultiple"] = "true"
    return model


def instantiating() -> ProcessBuilder:
    model = a_process("by_gateway").node("eventBasedGateway", "g", {"instantiate": "true"})
    model.catch("soon", timer(duration="PT0.5S")).end("timely")
    return model.at("g").catch("asked", message("asked", '="never"')).end("told")


def offering() -> ProcessBuilder:
    inside = a_flow().script("call", "=3", "calls").content()
    model = a_process("offering").start()
    return model.node("adHocSubProcess", "more", extension="<zeebe:adHoc/>", inside=inside).end()


async def begin(house: House, process: str, policy_no: str) -> str:
    body = {
        "process": process,
        "policyNo": policy_no,
        "applicant": {"partyId": f"PT-{policy_no[2:]}"},
        "request": {},
    }
    return str((await house.post("back-office", "/v1/cases", body))["caseId"])


async def cases_of(house: House, process: str) -> list[Json]:
    page = await house.get("auditor-1", "/v1/cases", process=process)
    return list(page["cases"])


async def begun(house: House, process: str, count: int) -> list[Json]:
    async def looks() -> list[Json] | None:
        found = await cases_of(house, process)
        ended = [one for one in found if one["outcome"] == "completed"]
        return ended if len(ended) == count else None

    return await house.eventually(looks, "BQ-none", f"{count} of {process}")


async def test_signals_and_start_events_go_from_case_to_case(
    opened: Opening, time_skipping
) -> None:
    async with opened("2026-10-12T09:30:00+08:00") as (house, _):
        await deploy(house)
        listening = [await begin(house, "listener", policy) for policy in ("P-S3", "P-PARTIAL")]
        for case in listening:
            await house.waits(case, "wait")
        async with chores(house, time_skipping.client):
            thrower = await begin(house, "thrower", "P-S7")
            await house.when(thrower, outcome="completed")
            for case in listening:
                await house.when(case, outcome="completed")
            (first,) = await begun(house, "by_signal", 1)

            outside = {"name": "tariff", "variables": {"policyNo": "P-S3", "item": "RENEWAL"}}
            told = await house.post("ops-1", "/v1/signals", outside)
            await begun(house, "by_signal", 2)
            page = await house.case(told["begun"][0])

            letter = {"name": "renewal.due", "key": "P-S3", "variables": {"policyNo": "P-S3"}}
            one = await house.post("back-office", "/v1/messages", letter)
            two = await house.post("back-office", "/v1/messages", letter)
            await house.waits(one["instances"][0], "go")
            await house.tell("go", "K-1")
            await house.when(one["instances"][0], outcome="completed")
            following = await house.eventually(
                lambda: _another(house, one["instances"][0]), one["instances"][0], "the next"
            )
            await begun(house, "by_time", 1)
            await begun(house, "by_gateway", 1)
            await conditions_and_several_events_begin_cases(house)
            await what_a_case_offers_is_begun_by_people(house)

        assert house.rows("SELECT count(*) FROM signal_deliveries WHERE state = 'CONSUMED'") == [
            (2,)
        ]
        assert (first["policyNo"], page["policyNo"], page["item"]) == (None, "P-S3", "RENEWAL")
        assert (one["outcome"], two["outcome"]) == ("correlated", "buffered")
        assert following["status"] == "SUBMITTED"
        refused = await house.ask(
            "back-office",
            "POST",
            "/v1/cases",
            json={
                "process": "by_time",
                "policyNo": "P-S3",
                "applicant": {"partyId": "PT-S3"},
                "request": {},
            },
        )
        assert refused.json()["type"] == "/problems/begins-by-event"


async def conditions_and_several_events_begin_cases(house: House) -> None:
    told = await house.post("back-office", "/v1/conditions", {"variables": {"rate": 3}})
    paid = {"name": "paid", "key": "P-S3", "variables": {"policyNo": "P-S3"}}
    kept = await house.post("back-office", "/v1/messages", paid)
    whole = await house.post("ops-1", "/v1/signals", {"name": "filed", "variables": {"n": 1}})

    (by_condition,) = await begun(house, "by_condition", 1)
    (by_both,) = await begun(house, "by_both", 1)

    assert told["begun"] == [by_condition["caseId"]]
    assert (kept["outcome"], kept["instances"]) == ("correlated", [])
    assert whole["begun"] == [by_both["caseId"]]
    assert by_both["policyNo"] == "P-S3"


async def what_a_case_offers_is_begun_by_people(house: House) -> None:
    case_id = await begin(house, "offering", "P-S7")
    await house.waits(case_id, "more")
    (offer,) = (await house.case(case_id))["offers"]
    body = {
        "offerId": offer["offerId"],
        "activities": [{"element": "call"}],
        "isLast": True,
        "comment": "asked for",
    }

    await house.post("lead-1", f"/v1/cases/{case_id}/activities", body)

    page = await house.when(case_id, outcome="completed")
    assert page["offers"] == []
    query = "SELECT actor, action FROM audit WHERE action = 'case.begin'"
    assert house.rows(query) == [("lead-1", "case.begin")]


async def _another(house: House, first: str) -> Json | None:
    found = await cases_of(house, "by_message")
    return next((one for one in found if one["caseId"] != first), None)
