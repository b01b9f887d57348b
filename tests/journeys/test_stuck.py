"""Every way to be stuck is found from outside within a minute, explained, and over when mended."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Worker

from api import attendance, case_client
from tests.journeys.house import House
from tests.journeys.watching import A_MINUTE, FOREIGN, Watched, at_rest, deployed
from workers import watchdog
from workers.relay import Relay
from workers.sign_of_life import SignOfLife
from workers.watchdog import LATE, PERIOD, SWEEP_EVERY
from workflows.bpmn.interpreter.occurrences import Occurrence
from workflows.domain.stuck import ASIDE
from workflows.host import loop
from workflows.host.case import Case
from workflows.host.record import write_occurrence

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


async def test_every_way_to_be_stuck_is_found_within_a_minute_and_over_when_mended(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Side by side: every one of them takes its time."""
    inside = watched.house
    await deployed(inside)
    async with watched.at_work():
        raising, diverging, ended, gone = [await at_rest(watched, "desk", "docs") for _ in range(4)]
        printed = await at_rest(watched, "printing", "print")
    unbegun = await inside.request("P-PARTIAL", process="desk")
    at_once = await watched.reasons(unbegun)
    watched.dog.clock_offset += LATE  # all of it has been so for a while

    with monkeypatch.context() as patch:
        _break(patch, raising, diverging)
        await watched.incident(unbegun, "case-not-started")
        async with watched.at_work(), asyncio.TaskGroup() as ways:
            for found in (
                _raises(watched, raising),
                _diverges(watched, diverging),
                _was_ended(watched, ended),
                _is_unknown(watched, gone),
                _belongs_to_others(watched, printed),
                watched.incident(unbegun, "case-not-started", is_open=False),
            ):
                ways.create_task(found)

    assert [one["kind"] for one in at_once] == ["accepted-not-started"]
    assert timedelta(seconds=A_MINUTE) > PERIOD * SWEEP_EVERY + LATE
    async with watched.at_work():
        for case, code in ((raising, "workflow-task-failing"), (diverging, "non-determinism")):
            await inside.waits(case, "more")
            await watched.incident(case, code, is_open=False)
        for case in (raising, diverging, ended):
            await inside.tell("more", case)
            await inside.when(case, outcome="completed")
            assert (await inside.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"]


async def test_with_nobody_at_work_every_open_case_says_so(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First nobody ever came; then somebody works; then the sign of life stops."""
    inside = watched.house
    await deployed(inside)
    case = await inside.request("P-PARTIAL", process="desk")
    monkeypatch.setattr(attendance, "KEPT_SECONDS", 0.0)
    sign = SignOfLife(
        database=inside.database,
        task_queue=inside.settings.task_queue,
        clock_offset=timedelta(seconds=inside.settings.clock_offset),
    )

    never = await watched.reasons(case)
    async with watched.at_work():
        await sign.show()
        await inside.waits(case, "docs")
        at_work = await watched.reasons(case)
        monkeypatch.setattr(attendance, "SILENCE", timedelta())
        silent = await watched.reasons(case)
        health = (await inside.http.get("/readyz")).json()

    assert [one["kind"] for one in never] == ["no-worker", "accepted-not-started"]
    assert [one["kind"] for one in at_work] == ["message"]
    assert [one["kind"] for one in silent] == ["no-worker", "message"]
    assert (health["status"], health["workers"]) == ("degraded", "no-worker")


async def test_what_nobody_takes_up_is_found_and_taken_up_when_somebody_works(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A start and a message that do not get through, a timer that does not fire, a long history."""
    inside = watched.house
    await deployed(inside)
    relay = _relay(inside)
    async with watched.at_work():
        unbegun = await _not_begun(inside, relay, monkeypatch)
        told = await at_rest(watched, "desk", "docs")
        timed = await at_rest(watched, "timed", "docs")
    monkeypatch.setattr(case_client, "RPC_TIMEOUT", timedelta(seconds=1))
    await inside.tell("docs", told)
    watched.dog.clock_offset += LATE + timedelta(seconds=5)
    monkeypatch.setattr(watchdog, "LONG_EVENTS", 5)

    failing = await watched.incident(unbegun, "case-not-started")
    untaken = await watched.incident(told, "message-not-taken")
    overdue = await watched.incident(timed, "timer-overdue")
    await watched.incident(timed, "history-limit-near")
    monkeypatch.setattr(watchdog, "LONG_EVENTS", 8_192)
    async with watched.at_work():
        relay.clock_offset += LATE  # a row that failed is left alone for a while
        await relay.round()
        await inside.waits(told, "more")
        await inside.waits(unbegun, "docs")
        await inside.when(timed, outcome="completed")
        await watched.incident(unbegun, "case-not-started", is_open=False)
        for case, code in ((told, "message-not-taken"), (timed, "timer-overdue")):
            await watched.incident(case, code, is_open=False)
        await watched.incident(timed, "history-limit-near", is_open=False)

    assert failing["message"].endswith("RPCError: UNAVAILABLE")
    assert overdue["element"] == "late"
    assert [one["act"] for one in untaken["actions"]] == ["wait", "worker", *ASIDE]


async def _not_begun(inside: House, relay: Relay, monkeypatch: pytest.MonkeyPatch) -> str:
    """A case whose start does not get through to Temporal, however often the relay tries."""

    async def away(*_: Any, **__: Any) -> None:
        raise RPCError("away", RPCStatusCode.UNAVAILABLE, b"")

    relay.clock_offset += LATE
    with monkeypatch.context() as patch:
        patch.setattr(Client, "start_workflow", away)
        case = await inside.request("P-PARTIAL", process="desk")
        await relay.round()
    return case


def _relay(inside: House) -> Relay:
    return Relay(
        client=inside.client,
        database=inside.database,
        task_queue=inside.settings.task_queue,
        zone=inside.settings.zone,
        clock_offset=timedelta(seconds=inside.settings.clock_offset),
    )


def _break(patch: pytest.MonkeyPatch, raising: str, diverging: str) -> None:
    """Two releases that should never have been: one raises, one has forgotten what it did."""

    def raises(case: Case, occurrence: Occurrence) -> None:
        if case.instance_id == raising:
            raise ZeroDivisionError("of Zhang San, born 1980")
        write_occurrence(case, occurrence)

    async def diverges(case: Case) -> None:
        if case.instance_id == diverging:
            another = "anomaly.close"
            await workflow.execute_local_activity(another, start_to_close_timeout=LATE)
        await flush(case)

    flush = loop._flush
    patch.setattr(loop, "write_occurrence", raises)
    patch.setattr(loop, "_flush", diverges)


async def _raises(watched: Watched, case: str) -> None:
    await watched.house.tell("docs", case)
    found = await watched.incident(case, "workflow-task-failing")
    kinds = {one["kind"] for one in await watched.reasons(case)}

    assert "workflow worker unhandled failure: ZeroDivisionError" in found["message"]
    assert "Zhang" not in str(found)
    assert (found["source"], found["attempts"] >= 2) == ("watch", True)
    assert [one["act"] for one in found["actions"]] == ["deploy", "replay", "cancel", *ASIDE]
    assert "problem" in kinds


async def _diverges(watched: Watched, case: str) -> None:
    await watched.house.tell("docs", case)
    found = await watched.incident(case, "non-determinism")

    assert "non deterministic" in found["message"]
    assert found["actions"][0]["act"] == "deploy"


async def _was_ended(watched: Watched, case: str) -> None:
    await watched.house.client.get_workflow_handle(case).terminate("by mistake")
    found = await watched.incident(case, "workflow-ended")

    assert "was terminated in Temporal" in found["message"]
    assert [one["act"] for one in found["actions"]] == ["replay", *ASIDE]
    await watched.house.post("ops-1", f"/v1/cases/{case}/replay", {"reason": "ended by mistake"})
    await watched.house.tell("docs", case)
    await watched.house.waits(case, "more")
    await watched.incident(case, "workflow-ended", is_open=False)


async def _is_unknown(watched: Watched, case: str) -> None:
    client = watched.house.client
    await client.workflow_service.delete_workflow_execution(
        DeleteWorkflowExecutionRequest(
            namespace=client.namespace, workflow_execution=WorkflowExecution(workflow_id=case)
        )
    )
    found = await watched.incident(case, "workflow-missing")

    assert "does not know the workflow" in found["message"]


async def _belongs_to_others(watched: Watched, case: str) -> None:
    """First nobody serves the work, then it fails again and again, then it is done."""
    inside = watched.house
    found = await watched.incident(case, "no-worker")
    async with printing(inside, fails=True):
        await watched.incident(case, "activity-retrying")
        job = next(one for one in await watched.reasons(case) if one["kind"] == "job")
        await watched.incident(case, "no-worker", is_open=False)
    async with printing(inside, fails=False):
        await inside.when(case, outcome="completed")
        await watched.incident(case, "activity-retrying", is_open=False)

    assert found["message"] == f"No worker polls the task queue '{FOREIGN}'."
    assert found["element"] == "print"
    assert job["attempt"] >= 2
    assert job["nextAttemptAt"] is not None
    assert f"Work {FOREIGN} is under way at print, attempt" in job["text"]


@contextlib.asynccontextmanager
async def printing(inside: House, *, fails: bool) -> AsyncIterator[None]:
    @activity.defn(name=FOREIGN)
    async def print_(_: dict[str, Any]) -> dict[str, Any]:
        if fails:
            raise RuntimeError("paper jam")
        return {}

    served: list[Callable[..., Awaitable[Any]]] = [print_]
    async with Worker(inside.client, task_queue=FOREIGN, activities=served):
        yield
