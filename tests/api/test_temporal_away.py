"""With nobody at Temporal's address: starts are accepted and wait, decisions say when to repeat."""

import pytest

from tests.api.door import A_CASE, Door, is_problem


async def test_a_start_is_accepted_for_the_relay_to_begin(bare_door: Door):
    answer = await bare_door.post("/v1/cases", A_CASE)

    assert answer.status_code == 201
    case_id = answer.json()["caseId"]
    assert bare_door.scalar("SELECT started_at IS NULL FROM cases WHERE id = ?", case_id) == 1
    async with bare_door.deployment.database.reading() as room:
        now = bare_door.deployment.now()
        waiting = await room.acceptance.unstarted(now.replace(year=now.year + 1))
    assert [case.id for case in waiting] == [case_id]


async def test_a_start_repeated_has_the_answer_it_had(bare_door: Door):
    first = await bare_door.post("/v1/cases", A_CASE, key="same-key")
    second = await bare_door.post("/v1/cases", A_CASE, key="same-key")

    assert first.json() == second.json()


@pytest.mark.parametrize(
    ("path", "body", "role"),
    [
        ("/v1/tasks/{}~5/claim", {}, "supervisor"),
        ("/v1/tasks/{}~5/unclaim", {}, "supervisor"),
        ("/v1/tasks/{}~5/delegate", {"to": "lead-2"}, "supervisor"),
        ("/v1/tasks/{}~5/complete", {"outcome": "approve", "contentHash": "a" * 64}, "supervisor"),
        ("/v1/cases/{}/cancel", {"reason": "by mistake"}, "ops"),
        ("/v1/incidents/{}~7/resolve", {"reason": "mended"}, "ops"),
    ],
)
async def test_a_decision_says_when_to_repeat_it(bare_door: Door, path, body, role):
    case_id = await bare_door.start()
    await bare_door.open_task(case_id, 5, "L3")
    await bare_door.journal(
        case_id,
        {"kind": "incidentOpened", "element": "quote", "key": 7}
        | {"data": {"code": "job-failed", "message": "no"}},
    )
    before = bare_door.rows()

    answer = await bare_door.post(path.format(case_id), body, role)

    assert is_problem(answer, 503, "temporal-away")
    assert answer.headers["retry-after"] == "5"
    assert "127.0.0.1" not in answer.text
    bound = {**before, "idempotency_keys": before["idempotency_keys"] + 1}
    assert bare_door.rows() == bound, "the key stays with its body while nobody knows the outcome"


async def test_a_message_is_accepted(bare_door: Door):
    answer = await bare_door.post("/v1/messages", {"name": "customer.withdrawn", "key": "K"})

    assert answer.status_code == 202


async def test_readiness_says_who_is_away(bare_door: Door):
    answer = await bare_door.client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {
        "status": "degraded", "database": "up", "temporal": "away", "workers": "unknown",
    }  # fmt: skip


async def test_reading_goes_on(bare_door: Door):
    case_id = await bare_door.start()

    assert (await bare_door.get(f"/v1/cases/{case_id}")).status_code == 200


async def test_the_process_lives(bare_door: Door):
    assert (await bare_door.client.get("/healthz")).json() == {"status": "alive"}


async def test_metrics_count_cases_with_the_oldest_that_waits(bare_door: Door):
    await bare_door.start()

    text = (await bare_door.client.get("/metrics")).text

    assert 'status="SUBMITTED"} 1.0' in text
    assert "baoquan_oldest_unstarted_seconds" in text


async def test_ready_means_that_everybody_answers(door: Door):
    answer = await door.client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready", "database": "up", "temporal": "up", "workers": "up",
    }  # fmt: skip
