"""Policy loans and repayments at the door: strict bodies, one case for one wish."""

from typing import Any

import pytest

from tests.api.door import Door, is_problem
from workflows.feel.wire import decode, to_plain

ASKED: dict[str, Any] = {
    "process": "contract_termination",
    "policyNo": "P-S4",
    "item": "POLICY_LOAN",
    "applicant": {"partyId": "PT-S4", "role": "PH"},
}
LOAN: dict[str, Any] = {"amount": "29000.00", "payeeAccountId": "AC-S4-1"}
REPAYMENT: dict[str, Any] = {"amount": "5000.00", "accountId": "AC-S4-1"}
REPAYS = {**ASKED, "item": "LOAN_REPAYMENT"}


async def test_a_loan_is_carried_by_amount_and_account_id(door: Door):
    consent = {"partyId": "PT-S4-I", "evidenceId": "EV-1"}
    answer = await door.post("/v1/cases", {**ASKED, "policyLoan": {**LOAN, "consents": [consent]}})

    assert answer.status_code == 201, answer.text
    (order,) = door.cases.started
    request: Any = to_plain(decode(order.input.variables["request"]))
    assert request["loan"] == {"amount": "29000.00", "agreementSigned": False}
    assert request["payeeAccountId"] == "AC-S4-1"
    assert [each["partyId"] for each in request["consents"]] == ["PT-S4-I"]


async def test_a_repayment_says_only_what_was_said(door: Door):
    answer = await door.post("/v1/cases", {**REPAYS, "loanRepayment": REPAYMENT})

    assert answer.status_code == 201, answer.text
    (order,) = door.cases.started
    request: Any = to_plain(decode(order.input.variables["request"]))
    assert request["repayment"] == {**REPAYMENT, "means": "DEBIT"}


async def test_the_same_loan_again_is_the_case_in_progress(door: Door):
    first = await door.post("/v1/cases", {**ASKED, "policyLoan": LOAN})
    again = await door.post("/v1/cases", {**ASKED, "policyLoan": {**LOAN, "agreementSigned": True}})

    assert again.status_code == 200
    assert again.json()["duplicateOf"] == first.json()["caseId"]


@pytest.mark.parametrize(
    "body",
    [
        {**ASKED, "policyLoan": None},
        {**ASKED, "policyLoan": {**LOAN, "amount": 29000}},
        {**ASKED, "policyLoan": {**LOAN, "amount": "0.00"}},
        {**ASKED, "policyLoan": {**LOAN, "amount": "29000.001"}},
        {**ASKED, "policyLoan": {"amount": "29000.00"}},
        {**ASKED, "policyLoan": {**LOAN, "rate": "0.01"}},
        {**ASKED, "policyLoan": LOAN, "loanRepayment": REPAYMENT},
        {**ASKED, "policyLoan": LOAN, "request": {"loan": {"amount": "1"}}},
        {**REPAYS, "policyLoan": LOAN},
        {**REPAYS, "loanRepayment": {**REPAYMENT, "means": "CASH"}},
        {**REPAYS, "loanRepayment": {**REPAYMENT, "amount": "-1.00"}},
    ],
)
async def test_anything_else_is_refused(door: Door, body: dict[str, Any]):
    assert is_problem(await door.post("/v1/cases", body), 422)
