"""S12's dates: both limits, the stricter promised; extended, decided with grounds, reviewed."""

from typing import Any

import pytest

from tests.api.door import Door, is_problem
from tests.api.states import GROUNDS, _begun, a_complaint

COMPLEX = {"extension": "COMPLEX", "reason": "recordings are being examined"}
LONGEST = {"extension": "EXTENDED", "reason": "an appraisal is under way"}
NOT_UPHELD = {"outcome": "NOT_UPHELD", "reason": "recording complete", **GROUNDS}


async def act(door: Door, complaint_id: str, step: str, body: dict[str, Any], by: str = "lead-1"):
    path = f"/v1/complaints/{complaint_id}/{step}"
    return await door.post(path, body, "supervisor", subject=by)


async def owed(door: Door) -> list[tuple[str, dict[str, Any]]]:
    async with door.deployment.database.reading() as room:
        letters = await room.complaint_letters.owed(9)
    return [(letter.template, dict(letter.facts)) for letter in letters]


async def test_s12_both_limits_run_and_the_stricter_is_promised(door: Door):
    body = {
        "caseId": await _begun(door),
        "cause": "MIS_SELLING",
        "channel": "PHONE",
        "receivedAt": "2026-09-18T09:00:00+08:00",
    }
    told = (await door.post("/v1/complaints", body, "supervisor")).json()

    assert (told["dueOn"], told["serviceDueOn"], told["promisedOn"]) == (
        "2026-10-03", "2026-10-09", "2026-10-03",
    )  # fmt: skip
    assert told["targetOn"] == "2026-09-30", "a Saturday in the holidays"


async def test_a_complex_one_takes_thirty_days_and_a_senior_gives_thirty_more(door: Door):
    complaint_id = await a_complaint(door)

    too_early = await act(door, complaint_id, "extend", LONGEST, "branch-1")
    complex_ = (await act(door, complaint_id, "extend", COMPLEX)).json()
    no_senior = await act(door, complaint_id, "extend", LONGEST)
    longest = (await act(door, complaint_id, "extend", LONGEST, "branch-1")).json()
    again = await act(door, complaint_id, "extend", LONGEST, "branch-1")

    assert is_problem(too_early, 409, "not-extendable")
    assert (complex_["dueOn"], complex_["promisedOn"]) == ("2026-11-11", "2026-11-11")
    assert is_problem(no_senior, 403, "authority")
    assert (longest["dueOn"], longest["targetOn"]) == ("2026-12-11", "2026-12-11")
    assert is_problem(again, 409, "not-extendable")
    assert [template for template, _ in await owed(door)] == ["complaint_extended"] * 2


async def test_a_decision_is_told_with_its_facts_its_basis_and_until_when_it_is_reviewed(
    door: Door,
):
    complaint_id = await a_complaint(door)

    decided = (await act(door, complaint_id, "decide", NOT_UPHELD)).json()

    [(template, facts)] = await owed(door)
    assert decided["reviewUntil"] == "2026-11-11"
    assert (template, facts["reviewUntil"]) == ("complaint_decided", "2026-11-11")
    assert (facts["facts"], facts["basis"]) == tuple(GROUNDS.values())
    assert "recording complete" not in facts.values()


async def test_a_review_is_decided_within_thirty_days_by_somebody_else_once(door: Door):
    complaint_id = await a_complaint(door)
    await act(door, complaint_id, "decide", NOT_UPHELD)

    asked = (await act(door, complaint_id, "review", {"reason": "another recording"})).json()
    twice = await act(door, complaint_id, "review", {"reason": "another recording"})
    himself = await act(door, complaint_id, "decide", NOT_UPHELD)
    reviewed = await act(
        door, complaint_id, "decide", {**NOT_UPHELD, "outcome": "UPHELD"}, "lead-2"
    )
    over = await act(door, complaint_id, "decide", NOT_UPHELD, "branch-1")

    assert asked["reviewDueOn"] == "2026-11-11"
    assert is_problem(twice, 409, "not-reviewable")
    assert is_problem(himself, 403, "four-eyes")
    assert (reviewed.json()["outcome"], reviewed.json()["reviewOutcome"]) == (
        "NOT_UPHELD", "UPHELD",
    )  # fmt: skip
    assert is_problem(over, 409, "not-open")
    assert {name for name, _ in await owed(door)} == {"complaint_decided", "complaint_reviewed"}


@pytest.mark.parametrize("missing", ["facts", "basis"])
async def test_no_decision_without_facts_and_basis(door: Door, missing: str):
    complaint_id = await a_complaint(door)
    body = {name: value for name, value in NOT_UPHELD.items() if name != missing}

    assert is_problem(await act(door, complaint_id, "decide", body), 422, "invalid")
    assert await owed(door) == []


async def test_a_review_is_asked_for_within_thirty_days(door: Door):
    complaint_id = await a_complaint(door)
    await act(door, complaint_id, "decide", NOT_UPHELD)
    door.hand.run("UPDATE complaints SET review_until = '2026-10-11'")

    late = await act(door, complaint_id, "review", {"reason": "another recording"})

    assert is_problem(late, 409, "not-reviewable")


def found_by_a_call_back(door: Door) -> None:
    door.hand.run("UPDATE complaints SET cause = 'MIS_SELLING', channel = 'CALL_BACK'")


async def test_mis_selling_that_a_call_back_found_is_solved_in_fifteen_working_days(door: Door):
    complaint_id = await a_complaint(door)
    found_by_a_call_back(door)

    longer = (await act(door, complaint_id, "extend", COMPLEX)).json()
    longest = await act(door, complaint_id, "extend", LONGEST, "branch-1")

    assert longer["dueOn"] == "2026-11-02", "not the 30 days that others may take: 11-11"
    assert is_problem(longest, 409, "not-extendable")
    assert "15 working days" in longest.json()["detail"]


async def test_who_sells_solves_no_mis_selling(door: Door):
    complaint_id = await a_complaint(door)
    found_by_a_call_back(door)
    door.hand.run("UPDATE operators SET agent_id = 'AG-9' WHERE id = 'lead-2'")

    sells = await act(door, complaint_id, "decide", NOT_UPHELD, "lead-2")
    sells_nothing = await act(door, complaint_id, "decide", NOT_UPHELD, "lead-1")

    assert is_problem(sells, 403, "four-eyes")
    assert sells_nothing.json()["decidedBy"] == "lead-1"
