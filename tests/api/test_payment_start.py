"""A change of payments at the door: a strict body, and no account number in what a case carries."""

import json
from typing import Any

import pytest

from tests.api.door import Door, is_problem
from tests.unsealing import unsealed
from workflows.feel.wire import decode, to_plain

NUMBER = "6222999988887777"
ASKED: dict[str, Any] = {
    "process": "contract_termination",
    "policyNo": "P-S15",
    "item": "PAYMENT_ACCOUNT_CHANGE",
    "applicant": {"partyId": "PT-S15", "role": "PH"},
}
CHANGE: dict[str, Any] = {
    "newAccount": {"bank": "示例银行", "accountNo": NUMBER, "holderPartyId": "PT-S15-H"},
    "frequency": "MONTHLY",
    "authorisation": {"amountLimit": "1200.00", "signedOn": "2026-10-12"},
}


async def test_a_new_account_goes_to_the_policy_book_and_the_case_carries_its_id(door: Door):
    answer = await door.post("/v1/cases", {**ASKED, "paymentChange": CHANGE})

    assert answer.status_code == 201, answer.text
    (order,) = door.cases.started
    request: Any = to_plain(decode(order.input.variables["request"]))
    asked = request["payment"]
    place = "bank_accounts.account_no"
    assert unsealed(door.hand.rows, place, "x.id = ?", asked["accountId"]) == [NUMBER]
    assert asked["holderPartyId"] == "PT-S15-H"
    assert (asked["frequency"], asked["amountLimit"]) == ("MONTHLY", "1200.00")
    case_id = answer.json()["caseId"]
    kept = door.scalar("SELECT payload FROM case_requests WHERE case_id = ?", case_id)
    assert NUMBER not in kept
    assert NUMBER not in json.dumps(order.input.variables)


async def test_the_same_change_again_is_the_case_in_progress(door: Door):
    first = await door.post("/v1/cases", {**ASKED, "paymentChange": CHANGE})
    again = await door.post("/v1/cases", {**ASKED, "paymentChange": CHANGE})

    assert again.status_code == 200
    assert again.json()["duplicateOf"] == first.json()["caseId"]


@pytest.mark.parametrize(
    "change",
    [
        None,
        {**CHANGE, "debitAccountId": "AC-S15-2"},
        {**CHANGE, "newAccount": None},
        {**CHANGE, "newAccount": None, "debitAccountId": "AC-404"},
        {**CHANGE, "newAccount": {**CHANGE["newAccount"], "holderPartyId": "PT-404"}},
        {**CHANGE, "frequency": "DAILY"},
        {**CHANGE, "authorisation": {"amountLimit": 1200}},
        {**CHANGE, "authorisation": {"amountLimit": "1200.001"}},
        {**CHANGE, "authorisation": {"amountLimit": "0.00"}},
        {**CHANGE, "authorisation": {}},
        {**CHANGE, "since": "2026-10-12"},
    ],
)
async def test_anything_else_is_refused(door: Door, change: dict[str, Any] | None):
    answer = await door.post("/v1/cases", {**ASKED, "paymentChange": change})

    assert is_problem(answer, 422)
