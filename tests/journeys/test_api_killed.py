"""The API killed -9 between what it did and its answer: asking again by the same key tells which.

Whatever had been done is done once, whatever had not is done then; who asks a third time gets the
same answer.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from temporalio.testing import WorkflowEnvironment

from tests.builders.process import a_process, message
from tests.journeys.clock import WallClock
from tests.journeys.house import House, house
from tests.journeys.serving import free_port
from tests.journeys.working import working
from tests.nursery import Nursery, nursery

pytestmark = [pytest.mark.journey, pytest.mark.long, pytest.mark.timeout(180)]

Json = dict[str, Any]
FOREIGN = "print-shop.print"
CLIENT = "api.case_client:CaseClient."
REMEMBERED = ("api.answers:Once._conclude", "after")
ORDERED = ("infra.replay_points:complete", "before")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request, and what there is of it once it has been done."""

    who: str
    path: str
    body: Json
    done: str
    """A query that counts how often."""
    about: str = ""
    """The case; none: the answer names it."""


Asking = Callable[[House], Awaitable[Ask]]


async def _start(_: House) -> Ask:
    body = {
        "policyNo": "P-PARTIAL",
        "process": "hearing",
        "applicant": {"partyId": "PT-PARTIAL", "role": "PH"},
        "request": {"lossAcknowledged": True},
    }
    done = "SELECT count(*) FROM cases WHERE id = ?"
    return Ask(who="back-office", path="/v1/cases", body=body, done=done)


async def _decide(home: House) -> Ask:
    case = await home.request("P-PARTIAL", process="deciding")
    task = await home.task("lead-1", case, "decide")
    return Ask(
        who="lead-1",
        path=f"/v1/tasks/{task['taskId']}/complete",
        body={"outcome": "approve", "contentHash": task["contentHash"], "comment": "seen"},
        done="SELECT count(*) FROM human_task_deeds WHERE case_id = ?",
        about=case,
    )


async def _publish(home: House) -> Ask:
    case = await home.request("P-PARTIAL", process="hearing")
    await home.waits(case, "docs")
    return Ask(
        who="back-office",
        path="/v1/messages",
        body={"name": "docs", "key": case, "variables": {"pages": 2}},
        done="SELECT count(*) FROM message_deliveries WHERE instance_id = ?",
        about=case,
    )


async def _retry(home: House) -> Ask:
    case = await home.request("P-PARTIAL", process="stuck")

    async def looks() -> str | None:
        page = await home.get("ops-1", "/v1/incidents", caseId=case)
        return next((one["incidentId"] for one in page["incidents"]), None)

    incident = await home.eventually(looks, case, "incident")
    return Ask(
        who="ops-1",
        path=f"/v1/incidents/{incident}/resolve",
        body={"reason": "it had no name", "variables": {"letter": case}},
        done=_ACTED.format("incident.retry"),
        about=case,
    )


async def _cancel(home: House) -> Ask:
    case = await home.request("P-PARTIAL", process="deciding")
    await home.task("lead-1", case, "decide")
    return Ask(
        who="ops-1",
        path=f"/v1/cases/{case}/cancel",
        body={"reason": "asked for by mistake"},
        done=_ACTED.format("case.cancel"),
        about=case,
    )


async def _replay(home: House) -> Ask:
    case = await home.request("P-PARTIAL", process="deciding")
    await home.decide("lead-1", case, "decide")
    await home.waits(case, "print")
    return Ask(
        who="ops-1",
        path=f"/v1/cases/{case}/replay",
        body={"reason": "another look", "to": "decide"},
        done="SELECT count(*) FROM replays WHERE finished_at IS NOT NULL AND case_id = ?",
        about=case,
    )


_ACTED = "SELECT count(*) FROM audit WHERE action = '{}' AND stream = ?"

INSTANTS: Mapping[str, tuple[Asking, tuple[str, str]]] = {
    "a case is stored": (_start, (CLIENT + "start", "before")),
    "a case is started": (_start, (CLIENT + "start", "after")),
    "a decision is the case's": (_decide, (CLIENT + "act_on_task", "after")),
    "a decision is remembered": (_decide, REMEMBERED),
    "a message is stored": (_publish, (CLIENT + "deliver", "before")),
    "a message is delivered": (_publish, (CLIENT + "deliver", "after")),
    "a retry is the case's": (_retry, (CLIENT + "resolve_incident", "after")),
    "a retry is remembered": (_retry, REMEMBERED),
    "a replay is ordered": (_replay, ORDERED),
    "a replay is done": (_replay, ("infra.replay_points:complete", "after")),
    "a cancellation is the case's": (_cancel, (CLIENT + "cancel", "after")),
    "a cancellation is remembered": (_cancel, REMEMBERED),
}
"""What has just been done when the process dies: the request, and the place in the code."""


async def test_asking_again_after_the_api_was_killed_tells_what_was_done(
    furnished: Path, tmp_path: Path, dev_server: WorkflowEnvironment
) -> None:
    folder = tmp_path / "house"
    shutil.copytree(furnished, folder)
    clock = WallClock("2026-10-12T09:30:00+08:00")
    client = dev_server.client
    async with (
        house(folder, client, clock) as home,
        working(home.settings, client),
        nursery("tests.journeys.mortal_api") as born,
    ):
        await _deployed(home)
        address = client.service_client.config.target_host
        for name, (asking, place) in INSTANTS.items():
            ask = await asking(home)
            key = uuid.uuid4().hex
            async with _dying(home, born, address, place) as (url, ended):
                assert await _is_lost(home, url, ask, key), name
                assert await asyncio.wait_for(ended, 10) == -signal.SIGKILL, name

            answers = [
                await home.ask(ask.who, "POST", ask.path, key=key, json=ask.body) for _ in range(2)
            ]

            assert [answer.is_success for answer in answers] == [True, True], (name, answers)
            assert answers[0].json() == answers[1].json(), name
            case = ask.about or answers[0].json()["caseId"]
            assert home.rows(ask.done, case) == [(1,)], name
            assert (await home.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"], name


@asynccontextmanager
async def _dying(
    home: House, born: Nursery, temporal: str, place: tuple[str, str]
) -> AsyncIterator[tuple[str, Awaitable[int]]]:
    """Another API process of the house, which will kill itself."""
    port, settings = free_port(), home.settings
    environment = {
        "BAOQUAN_PROFILE": "test",
        "BAOQUAN_DATA_FOLDER": str(settings.data_folder),
        "BAOQUAN_TEMPORAL_ADDRESS": temporal,
        "BAOQUAN_TASK_QUEUE": settings.task_queue,
        "BAOQUAN_CLOCK_OFFSET": str(settings.clock_offset),
        "BAOQUAN_API_PORT": str(port),
    }
    process = await born.start(place, home.folder / "api.log", environment)
    url = f"http://127.0.0.1:{port}"
    try:
        async with asyncio.timeout(30), httpx.AsyncClient() as http:
            while not await _lives(http, url):
                assert process.returncode is None, (home.folder / "api.log").read_text()[-2000:]
                await asyncio.sleep(0.05)
        yield url, process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _lives(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(f"{url}/healthz")).is_success
    except httpx.TransportError:
        return False


async def _is_lost(home: House, url: str, ask: Ask, key: str) -> bool:
    """Whether an answer never came."""
    headers = {"Authorization": f"Bearer {await home._token(ask.who)}", "Idempotency-Key": key}
    async with httpx.AsyncClient(base_url=url, timeout=30) as http:
        try:
            await http.post(ask.path, json=ask.body, headers=headers)
        except httpx.TransportError:
            return True
    return False


async def _deployed(home: House) -> None:
    by_lead, decision = {"candidateGroups": "L3"}, {"act": "decision"}
    drawn = [
        a_process("deciding").start("s").user("decide", assignment=by_lead, headers=decision),
        a_process("hearing").start("s").receive("docs", message("docs", "=caseId")),
        a_process("stuck").start("s").receive("docs", message("docs", "=letter")),
    ]
    files = {
        f"{place}.bpmn": one.service("print", FOREIGN).end("e").xml().decode()
        for place, one in enumerate(drawn)
    }
    await home.post("ops-1", "/v1/definitions", {"files": files})
