"""A change of data at the door: a strict body, and not a word of it in what a case carries."""

import json
from typing import Any

import pytest

from api.case_client import StartOrder
from tests.api.door import A_CASE, Door, is_problem
from tests.unsealing import unsealed
from workflows.feel.wire import decode, to_plain

PHONE = "13900001234"
ASKED: dict[str, Any] = {
    "policyNo": "P-S1",
    "item": "CONTACT",
    "channel": "APP",
    "applicant": {"partyId": "PT-S1", "role": "PH"},
    "contact": {"phone": PHONE, "newPhoneVerified": True},
}


def asked(order: StartOrder) -> dict[str, Any]:
    request: Any = to_plain(decode(order.input.variables["request"]))
    contact: dict[str, Any] = request["contact"]
    return contact


async def start(door: Door, **changes: Any) -> str:
    answer = await door.post("/v1/cases", {**ASKED, "process": "contract_termination", **changes})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["caseId"])


async def test_the_case_carries_fields_and_a_hash_and_the_policy_book_the_data(door: Door):
    case_id = await start(door)

    (order,) = door.cases.started
    assert asked(order)["fields"] == ["PHONE"]
    assert set(asked(order)) == {"fields", "hash"}
    wanted = unsealed(door.hand.rows, "contact_proposals.wanted", "case_id = ?", case_id)
    assert wanted == [{"PHONE": PHONE}]
    kept = door.scalar("SELECT payload FROM case_requests WHERE case_id = ?", case_id)
    assert PHONE not in kept
    assert PHONE not in json.dumps(order.input.variables)


async def test_the_same_change_has_the_same_hash_and_another_person_s_has_not(door: Door):
    for changes in ({}, {}, {"applicant": {"partyId": "PT-S9", "role": "PH"}}):
        await start(door, **changes)

    hashes = [asked(order)["hash"] for order in door.cases.started]
    assert hashes[0] == hashes[1]
    assert hashes[0] != hashes[2]


@pytest.mark.parametrize(
    "contact",
    [
        None,
        {},
        {"newPhoneVerified": True},
        {"phone": "not a number"},
        {"phone": PHONE, "fax": "1"},
        {"email": "nobody"},
        {"sex": "X"},
        {"bornOn": "1990-02-30"},
        {"bornOn": "1990"},
        {"name": "a\nb"},
        {"phone": PHONE, "policyNos": ["P 1"]},
        {"phone": PHONE, "newPhoneVerified": "yes"},
    ],
)
async def test_a_change_that_says_nothing_or_too_much_is_refused(door: Door, contact: object):
    answer = await door.post("/v1/cases", {**ASKED, "contact": contact})

    assert is_problem(answer, 422)
    assert PHONE not in answer.text, "a refusal repeats nothing"


@pytest.mark.parametrize(
    "changes",
    [
        {"contact": {"phone": PHONE}},
        {"request": {"contact": {"hash": "0", "fields": []}}},
    ],
)
async def test_another_item_changes_no_data(door: Door, changes: dict[str, Any]):
    answer = await door.post("/v1/cases", {**A_CASE, **changes})

    assert is_problem(answer, 422)


async def test_an_item_s_own_model_is_used_when_none_is_named(door: Door):
    answer = await door.post("/v1/cases", ASKED)

    assert is_problem(answer, 422)
    assert answer.json()["type"] == "/problems/unknown-process", "contact_change is not deployed"
