"""Signals from outside: broadcast once, told by the workers, kept for nobody."""

from tests.api.door import Door, is_problem

SIGNAL = {"name": "tariff.changed", "variables": {"tariff": "2026-B"}}


async def listening_case(door: Door) -> str:
    case_id = await door.start()
    hears = {"for": "signal", "signal": "tariff.changed"}
    await door.journal(
        case_id,
        {"kind": "caseStarted", "data": {"processId": "contract_termination"}},
        {"kind": "waitOpened", "element": "changed", "key": 9, "data": hears},
    )
    return case_id


async def test_a_signal_is_written_down_for_every_case_that_listens(door: Door):
    case_id = await listening_case(door)

    answer = await door.post("/v1/signals", SIGNAL)

    assert answer.status_code == 202
    assert (answer.json()["instances"], answer.json()["listening"]) == ([case_id], 1)
    assert door.scalar("SELECT state FROM signal_deliveries") == "PENDING"


async def test_a_signal_nobody_listens_for_is_accepted_and_gone(door: Door):
    answer = await door.post("/v1/signals", SIGNAL, "ops")

    assert (answer.status_code, answer.json()["listening"]) == (202, 0)
    assert door.rows()["signal_deliveries"] == 0


async def test_the_same_key_is_one_signal_and_so_is_the_same_id(door: Door):
    first = await door.post("/v1/signals", {**SIGNAL, "id": "S-1"}, key="signal-key-0001")
    repeated = await door.post("/v1/signals", {**SIGNAL, "id": "S-1"}, key="signal-key-0001")
    again = await door.post("/v1/signals", {**SIGNAL, "id": "S-1"}, key="signal-key-0002")

    assert repeated.json() == first.json()
    assert (first.json()["duplicate"], again.json()["duplicate"]) == (False, True)
    assert door.rows()["signals"] == 1


async def test_a_signal_id_with_another_content_is_refused(door: Door):
    await door.post("/v1/signals", {**SIGNAL, "id": "S-1"})
    before = door.rows()

    answer = await door.post("/v1/signals", {**SIGNAL, "id": "S-1", "variables": {}})

    assert is_problem(answer, 422, "signal-id-reused")
    assert door.rows() == before


async def test_a_listening_case_says_what_it_listens_for(door: Door):
    case_id = await listening_case(door)

    page = (await door.get(f"/v1/cases/{case_id}")).json()

    assert [(one["waitsFor"], one["message"]) for one in page["waits"]] == [
        ("signal", "tariff.changed")
    ]
    assert "Listens for signal tariff.changed" in page["reasons"][0]["text"]
