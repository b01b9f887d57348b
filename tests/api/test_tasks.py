"""Human tasks: who sees which, and what an act becomes."""

from datetime import timedelta

import pytest

from api.problems import Problem
from tests.api.door import NOW, Door, is_problem


async def ids(door: Door, subject: str, role: str = "supervisor", **query) -> list[str]:
    answer = await door.get("/v1/tasks", role, subject=subject, params=query)
    assert answer.status_code == 200, answer.text
    return [task["taskId"] for task in answer.json()["tasks"]]


async def test_a_level_sees_its_own_tasks_with_those_below(door: Door):
    case_id = await door.start()
    tasks = [await door.open_task(case_id, level, f"L{level}") for level in range(1, 7)]

    assert await ids(door, "clerk-1") == tasks[:1]
    assert await ids(door, "checker-1") == tasks[:2]
    assert await ids(door, "lead-1") == tasks[:3]
    assert await ids(door, "executive-1") == tasks
    assert await ids(door, "back-office", "back_office") == []


async def test_a_desks_tasks_are_for_its_members(door: Door):
    case_id = await door.start()
    task = await door.open_task(case_id, 1, "risk-desk")

    assert await ids(door, "risk-1") == [task]
    assert await ids(door, "executive-1") == []


async def test_a_task_for_somebody_is_his(door: Door):
    case_id = await door.start()
    task = await door.open_task(case_id, 1, "L6", candidateUsers=["clerk-1"])

    assert await ids(door, "clerk-1") == [task]
    assert await ids(door, "clerk-2") == []


async def test_ops_with_auditors_see_every_task(door: Door):
    case_id = await door.start()
    task = await door.open_task(case_id, 1, "L6")

    assert await ids(door, "ops-1", "ops") == [task]
    assert await ids(door, "auditor-1", "auditor") == [task]


async def test_mine_are_those_assigned_to_me_whoever_i_am(door: Door):
    case_id = await door.start()
    mine = await door.open_task(case_id, 1, "L3", assignee="lead-1")
    await door.open_task(case_id, 2, "L3")

    assert await ids(door, "lead-1", mine=True) == [mine]
    assert await ids(door, "ops-1", "ops", mine=True) == []


async def test_tasks_of_one_case_are_listed_alone(door: Door):
    one, two = await door.start(), await door.start()
    task = await door.open_task(one, 1)
    await door.open_task(two, 1)

    assert await ids(door, "lead-1", caseId=one) == [task]


async def test_pages_of_tasks_lose_nothing_even_at_one_instant(door: Door):
    case_id = await door.start()
    tasks = [await door.open_task(case_id, key, "L3") for key in range(1, 8)]
    tasks += [
        await door.open_task(case_id, key, "L3", at=NOW + timedelta(minutes=key))
        for key in range(8, 10)
    ]

    found, cursor = [], None
    while True:
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await door.get("/v1/tasks", "supervisor", params=query)).json()
        found += [task["taskId"] for task in page["tasks"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert found == tasks


async def test_a_task_shows_what_to_decide_on_in_plain_json(door: Door):
    case_id = await door.start()
    task_id = await door.open_task(
        case_id,
        5,
        "L3",
        headers={"act": "decision"},
        variables={
            "due": {"t": "date", "v": "2026-10-12"},
            "net": {"t": "number", "v": "56801.45"},
        },
    )

    task = (await door.get(f"/v1/tasks/{task_id}", "supervisor")).json()

    assert task["shown"] == {"due": "2026-10-12", "net": 56801.45}
    assert task["act"] == "decision"
    assert task["contentHash"] == "a" * 64


async def test_a_task_of_a_called_process_has_an_id_fit_for_a_path(door: Door):
    case_id = await door.start()
    instance = f"{case_id}/支付_call/12~2"
    await door.journal(
        case_id,
        {"kind": "taskOpened", "element": "check", "name": "check", "key": 3}
        | {"data": {"candidateGroups": ["L3"], "contentHash": "a" * 64}},
        instance=instance,
    )
    (task_id,) = await ids(door, "lead-1")

    answer = await door.post(f"/v1/tasks/{task_id}/claim", {}, "supervisor")

    assert answer.status_code == 200, answer.text
    assert door.cases.acts[0][0] == instance
    assert door.cases.acts[0][1].task_key == 3


@pytest.mark.parametrize("subject", ["checker-1", "clerk-1", "back-office"])
async def test_a_task_one_may_not_see_is_not_there(door: Door, subject):
    case_id = await door.start()
    task_id = await door.open_task(case_id, 5, "L3")

    read = await door.get(f"/v1/tasks/{task_id}", "supervisor", subject=subject)
    nothing = await door.get(f"/v1/tasks/{case_id}~6", "supervisor", subject=subject)
    claimed = await door.post(f"/v1/tasks/{task_id}/claim", {}, "supervisor", subject=subject)

    assert is_problem(read, 404, "unknown-task")
    assert read.json() == nothing.json()
    assert is_problem(claimed, 404, "unknown-task")
    assert door.cases.acts == []


@pytest.mark.parametrize("subject", ["nobody", "bank"])
async def test_who_is_not_in_the_registry_sees_no_inbox(door: Door, subject):
    answer = await door.get("/v1/tasks", "supervisor", subject=subject)

    assert is_problem(answer, 403, "unknown-operator")


async def test_who_was_suspended_sees_no_inbox_although_his_token_lives(door: Door):
    case_id = await door.start()
    task_id = await door.open_task(case_id, 5, "L3")
    door.hand.run("UPDATE operators SET status = 'SUSPENDED'")

    for answer in (
        await door.get("/v1/tasks", "supervisor"),
        await door.get(f"/v1/tasks/{task_id}", "supervisor"),
        await door.post(f"/v1/tasks/{task_id}/claim", {}, "supervisor"),
    ):
        assert is_problem(answer, 403, "unknown-operator")
    token = await door.client.post("/dev/token", json={"operator": "lead-1"})
    assert is_problem(token, 404, "unknown-operator")


async def test_a_decision_reaches_the_case_as_it_was_made(door: Door):
    case_id = await door.start()
    task_id = await door.open_task(case_id, 5, "L3")
    body = {
        "outcome": "approve",
        "contentHash": "a" * 64,
        "comment": "资料齐全",
        "variables": {"amount": 12.5},
    }

    answer = await door.post(f"/v1/tasks/{task_id}/complete", body, "supervisor")

    assert answer.json() == {
        "taskId": task_id,
        "act": "complete",
        "assignee": "lead-1",
        "outcome": "approve",
        "at": "2026-10-12T10:30:00+08:00",
    }
    ((instance, act),) = door.cases.acts
    assert (instance, act.task_key, act.actor) == (case_id, 5, "lead-1")
    assert (act.outcome, act.comment, act.content_hash) == ("approve", "资料齐全", "a" * 64)
    assert act.variables == {"amount": {"t": "number", "v": "12.5"}}


async def test_a_delegation_names_whom(door: Door):
    case_id = await door.start()
    task_id = await door.open_task(case_id, 5, "L3")

    await door.post(f"/v1/tasks/{task_id}/delegate", {"to": "lead-2"}, "supervisor")

    ((_, act),) = door.cases.acts
    assert (act.act, act.delegate_to, act.actor) == ("delegate", "lead-2", "lead-1")


@pytest.mark.parametrize(
    "body",
    [
        {"outcome": "maybe", "contentHash": "a" * 64},
        {"outcome": "approve"},
        {"outcome": "approve", "contentHash": "A" * 64},
        {"outcome": "approve", "contentHash": "a" * 63},
        {"outcome": "approve", "contentHash": "a" * 64, "comment": "x" * 501},
        {"outcome": "approve", "contentHash": "a" * 64, "comment": "\x1b[2J"},
        {"outcome": "approve", "contentHash": "a" * 64, "decidedBy": "lead-2"},
        {"outcome": "approve", "contentHash": "a" * 64, "variables": []},
    ],
)
async def test_a_decision_that_is_none_is_refused(door: Door, body):
    case_id = await door.start()
    task_id = await door.open_task(case_id, 5, "L3")

    answer = await door.post(f"/v1/tasks/{task_id}/complete", body, "supervisor")

    assert is_problem(answer, 422, "invalid")
    assert door.cases.acts == []


async def test_what_the_case_refuses_is_told_with_its_code(door: Door):
    case_id = await door.start()
    task_id = await door.open_task(case_id, 5, "L3")
    door.cases.refusal = Problem(403, "four-eyes", "You made what is to be approved.")
    before = door.rows()

    answer = await door.post(f"/v1/tasks/{task_id}/claim", {}, "supervisor", key="a-free-key")

    assert is_problem(answer, 403, "four-eyes")
    assert door.rows() == before
    door.cases.refusal = None
    again = await door.post(f"/v1/tasks/{task_id}/claim", {}, "supervisor", key="a-free-key")
    assert again.status_code == 200
