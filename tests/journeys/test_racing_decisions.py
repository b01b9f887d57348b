"""Racing decisions on the real stack, over HTTP: one wins, the other is told 409."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest

from tests.builders.process import a_process, timer
from tests.journeys import seen
from tests.journeys.conftest import Opening
from tests.journeys.house import House, Json

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

AT = "2026-10-12T09:30:00+08:00"
ROUNDS = 20
PROCESS = (
    a_process("racing")
    .start()
    .user("decide", assignment={"candidateGroups": "L3"}, headers={"act": "decision"})
    .end("decided")
    .boundary("decide", "late", timer(duration="PT1H"))
    .end("too_late")
    .xml()
    .decode()
)


STUCK = (
    a_process("stuck")
    .start()
    .exclusive("which")
    .flow("=go = true")
    .user("look", assignment={"candidateGroups": "L3"})
    .end()
    .xml()
    .decode()
)


async def _deployed(house: House) -> None:
    await house.post("ops-1", "/v1/definitions", {"files": {"racing.bpmn": PROCESS}})


async def _offered(house: House) -> Json:
    """A case that waits for a decision of L3."""
    accepted = await house.post(
        "back-office",
        "/v1/cases",
        {"process": "racing", "policyNo": "P-S3", "applicant": {"partyId": "PT-S3"}},
    )
    return await house.task("lead-1", accepted["caseId"], "decide")


async def _cancelled(house: House, case: str) -> httpx.Response:
    return await house.ask(
        "ops-1", "POST", f"/v1/cases/{case}/cancel", json={"reason": "by mistake"}
    )


def _verdicts(*answers: httpx.Response) -> list[tuple[int, str | None]]:
    return sorted(
        (answer.status_code, None if answer.is_success else answer.json()["type"])
        for answer in answers
    )


LOST = (409, "/problems/not-open")


async def test_of_two_supervisors_deciding_at_once_one_wins_round_after_round(
    opened: Opening,
) -> None:
    async with opened(AT) as (house, _):
        await _deployed(house)
        tasks = [await _offered(house) for _ in range(ROUNDS)]
        winners = set()

        for number, task in enumerate(tasks):
            who = ("lead-1", "lead-2") if number % 2 else ("lead-2", "lead-1")
            answers = await asyncio.gather(
                house.complete(who[0], task, "approve"), house.complete(who[1], task, "reject")
            )

            assert _verdicts(*answers) == [(200, None), LOST]
            (decided,) = seen.deciders(await house.trail(task["caseId"]))
            won = answers[0] if answers[0].is_success else answers[1]
            assert decided[2] == won.json()["outcome"]
            winners.add(decided[1])

        assert house.rows("SELECT count(*) FROM human_task_deeds WHERE act = 'complete'") == [
            (ROUNDS,)
        ]
        assert winners <= {"lead-1", "lead-2"}


async def test_of_two_tabs_of_one_person_one_decides(opened: Opening) -> None:
    async with opened(AT) as (house, _):
        await _deployed(house)
        for _ in range(5):
            task = await _offered(house)

            answers = await asyncio.gather(
                house.complete("lead-1", task, "approve"), house.complete("lead-1", task, "approve")
            )

            assert _verdicts(*answers) == [(200, None), LOST]


async def test_of_two_claims_at_once_one_holds_the_task(opened: Opening) -> None:
    async with opened(AT) as (house, _):
        await _deployed(house)
        for _ in range(5):
            task = await _offered(house)
            path = f"/v1/tasks/{task['taskId']}/claim"

            answers = await asyncio.gather(
                *(house.ask(who, "POST", path, json={}) for who in ("lead-1", "lead-2"))
            )

            assert _verdicts(*answers) == [(200, None), (409, "/problems/claimed")]


async def test_a_decision_against_a_cancellation_is_one_of_the_two(opened: Opening) -> None:
    async with opened(AT) as (house, _):
        await _deployed(house)
        for _ in range(8):
            task = await _offered(house)
            case = task["caseId"]

            decided, cancelled = await asyncio.gather(
                house.complete("lead-1", task), _cancelled(house, case)
            )

            assert sorted((decided.status_code, cancelled.status_code)) == [200, 409]
            outcome = "completed" if decided.is_success else "terminated"
            page = await house.case(case)
            assert page["outcome"] == outcome
            assert len(seen.deciders(await house.trail(case))) == (outcome == "completed")


async def test_of_two_retries_of_one_incident_one_is_taken(opened: Opening) -> None:
    async with opened(AT) as (house, _):
        await house.post("ops-1", "/v1/definitions", {"files": {"stuck.bpmn": STUCK}})
        for _ in range(5):
            incident = await _incident(house)
            path = f"/v1/incidents/{incident['incidentId']}/resolve"
            body = {"reason": "looked at by two", "variables": {"go": True}}

            answers = await asyncio.gather(
                *(house.ask(who, "POST", path, json=body) for who in ("ops-1", "ops-2"))
            )

            assert _verdicts(*answers) == [(200, None), LOST]
            await house.task("lead-1", incident["caseId"], "look")
            retried = [
                one
                for one in await house.trail(incident["caseId"])
                if one["data"].get("act") == "incident.retry"
            ]
            assert len(retried) == 1


async def test_of_two_cancellations_at_once_one_ends_the_case(opened: Opening) -> None:
    async with opened(AT) as (house, _):
        await _deployed(house)
        for _ in range(5):
            task = await _offered(house)

            answers = await asyncio.gather(*(_cancelled(house, task["caseId"]) for _ in range(2)))

            assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_a_claim_against_a_decision_of_another_leaves_one_holder(opened: Opening) -> None:
    async with opened(AT) as (house, _):
        await _deployed(house)
        for _ in range(5):
            task = await _offered(house)
            path = f"/v1/tasks/{task['taskId']}/claim"

            claimed, decided = await asyncio.gather(
                house.ask("lead-1", "POST", path, json={}), house.complete("lead-2", task)
            )

            assert sorted((claimed.status_code, decided.status_code)) == [200, 409]
            made = seen.deciders(await house.trail(task["caseId"]))
            assert [who for _, who, _ in made] == (["lead-2"] if decided.is_success else [])


async def _incident(house: House) -> Json:
    """A case stuck at a gateway that no flow leaves."""
    accepted = await house.post(
        "back-office",
        "/v1/cases",
        {"process": "stuck", "policyNo": "P-S3", "applicant": {"partyId": "PT-S3"}},
    )

    async def looks() -> Json | None:
        page = await house.get("ops-1", "/v1/incidents", caseId=accepted["caseId"])
        return next(iter(page["incidents"]), None)

    return await house.eventually(looks, accepted["caseId"], "an incident")


async def test_a_decision_against_the_timer_is_one_of_the_two(opened: Opening) -> None:
    async with opened(AT) as (house, clock):
        await _deployed(house)
        for _ in range(4):
            task = await _offered(house)

            decided, _ = await asyncio.gather(
                house.complete("lead-1", task), clock.sleep(timedelta(hours=1, seconds=1))
            )

            page = await house.when(task["caseId"], outcome="completed")
            trail = await house.trail(task["caseId"])
            ends = [seen.entered(trail, end) for end in ("decided", "too_late")]
            assert ends == ([1, 0] if decided.is_success else [0, 1])
            assert decided.is_success or decided.status_code == httpx.codes.CONFLICT
            assert page["tasks"] == []


async def test_what_does_not_fit_the_state_of_a_task_or_case_is_409(opened: Opening) -> None:
    async with opened(AT) as (house, _):
        await _deployed(house)
        task = await _offered(house)
        path = f"/v1/tasks/{task['taskId']}"
        await house.post("lead-1", f"{path}/claim", {})

        held = [
            await house.ask("lead-2", "POST", f"{path}/claim", json={}),
            await house.ask("lead-2", "POST", f"{path}/unclaim", json={}),
            await house.ask("lead-2", "POST", f"{path}/delegate", json={"to": "lead-2"}),
            await house.complete("lead-2", task),
            await house.complete("lead-1", {**task, "contentHash": "0" * 64}),
        ]
        await house.complete("lead-1", task)
        closed = [
            await house.ask("lead-1", "POST", f"{path}/claim", json={}),
            await house.ask("lead-1", "POST", f"{path}/unclaim", json={}),
            await house.complete("lead-1", task),
            await _cancelled(house, task["caseId"]),
        ]

        assert [answer.json()["type"] for answer in held] == [
            *["/problems/claimed"] * 4,
            "/problems/content-changed",
        ]
        assert {answer.status_code for answer in [*held, *closed]} == {409}
