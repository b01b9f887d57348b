"""Messages: published once, delivered now or later."""

import pytest

from tests.api.door import Door, is_problem

MESSAGE = {"name": "customer.withdrawn", "key": "K-1", "variables": {"reason": "moved"}}


async def waiting_case(door: Door) -> str:
    case_id = await door.start()
    await door.journal(
        case_id,
        {"kind": "caseStarted", "data": {"processId": "contract_termination"}},
        {
            "kind": "waitOpened",
            "element": "withdrawn",
            "key": 9,
            "data": {
                "for": "message",
                "message": "customer.withdrawn",
                "correlationKey": "K-1",
                "once": True,
            },
        },
    )
    return case_id


async def test_a_message_reaches_the_case_that_waits(door: Door):
    case_id = await waiting_case(door)

    answer = await door.post("/v1/messages", MESSAGE)

    assert answer.status_code == 202
    assert answer.json()["outcome"] == "correlated"
    assert answer.json()["instances"] == [case_id]
    (delivery,) = door.cases.delivered
    assert (delivery.instance_id, delivery.wait) == (case_id, 9)
    assert delivery.variables == {"reason": {"t": "string", "v": "moved"}}


async def test_a_message_nobody_waits_for_is_kept_for_its_time(door: Door):
    kept = await door.post("/v1/messages", {**MESSAGE, "ttl": "P7D"})
    dropped = await door.post("/v1/messages", {**MESSAGE, "ttl": "PT0S", "id": "another"})

    assert kept.json()["outcome"] == "buffered"
    assert dropped.json()["outcome"] == "dropped"


async def test_a_message_is_accepted_while_the_case_cannot_be_reached(door: Door):
    case_id = await waiting_case(door)
    door.cases.is_away = True

    answer = await door.post("/v1/messages", MESSAGE)

    assert answer.status_code == 202
    assert answer.json()["instances"] == [case_id]
    assert door.scalar("SELECT state FROM message_deliveries") == "PENDING"


async def test_the_same_message_id_again_is_told_so(door: Door):
    first = await door.post("/v1/messages", {**MESSAGE, "id": "crm-1"})
    second = await door.post("/v1/messages", {**MESSAGE, "id": "crm-1"})

    assert (first.json()["duplicate"], second.json()["duplicate"]) == (False, True)
    assert door.rows()["messages"] == 1


async def test_a_message_id_with_another_content_is_refused(door: Door):
    await door.post("/v1/messages", {**MESSAGE, "id": "crm-1"})
    before = door.rows()

    answer = await door.post("/v1/messages", {**MESSAGE, "id": "crm-1", "variables": {}})

    assert is_problem(answer, 422, "message-id-reused")
    assert door.rows() == before


@pytest.mark.parametrize(
    "changes",
    [
        {"ttl": "P"},
        {"ttl": "PT"},
        {"ttl": "P1DT"},
        {"ttl": "1h"},
        {"ttl": "P31D"},
        {"ttl": "PT999999H"},
        {"ttl": "-P1D"},
        {"ttl": "P1Y"},
        {"ttl": "PT1.5S"},
        {"ttl": ""},
        {"name": ""},
        {"name": "a b"},
        {"name": "x" * 101},
        {"name": "撤回"},
        {"key": ""},
        {"key": "x" * 201},
        {"key": "a\nb"},
        {"id": "a b"},
        {"variables": {"x" * 129: 1}},
        {"variables": {"text": "x" * 300_000}},
    ],
)
async def test_a_message_that_is_none_is_refused(door: Door, changes):
    before = door.rows()

    answer = await door.post("/v1/messages", {**MESSAGE, **changes})

    assert is_problem(answer, 413 if "text" in str(changes) else 422)
    assert door.rows() == before


async def test_what_has_a_door_of_its_own_is_nobodys_to_publish(door: Door):
    answer = await door.post("/v1/messages", {"name": "documents.asked", "key": "BQ-1"})

    assert is_problem(answer, 422, "own-door")
