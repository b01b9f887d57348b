"""Policy loans in the house: asked for, consented to, signed, repaid."""

from __future__ import annotations

import json
from typing import Any

from tests.journeys import changing
from tests.journeys.house import DOCUMENTS, IDENTITY, House
from workflows.feel.wire import decode, to_plain

Json = dict[str, Any]
HOLDER, INSURED = "PT-S4", "PT-S4-I"


async def asks(house: House, policy_no: str, party: str, item: str, body: Json) -> str:
    """Ask for a loan or a repayment with all papers; returns the case."""
    names = {"POLICY_LOAN": "policyLoan", "LOAN_REPAYMENT": "loanRepayment"}
    asked = {
        "policyNo": policy_no,
        "item": item,
        "applicant": {"partyId": party, "role": "PH"},
        "request": {
            "documentIds": await changing.papers(house, policy_no, party, *DOCUMENTS),
            "identity": IDENTITY,
        },
        names[item]: body,
    }
    return str((await house.post("back-office", "/v1/cases", asked))["caseId"])


async def borrows(house: House, policy_no: str, amount: str, party: str, **more: Any) -> str:
    """Ask for a loan to the first account of the policyholder."""
    body = {"amount": amount, "payeeAccountId": f"AC{party[2:]}-1", **more}
    return await asks(house, policy_no, party, "POLICY_LOAN", body)


async def repays(house: House, policy_no: str, amount: str, party: str, **more: Any) -> str:
    """Repay from the first account of the policyholder."""
    body = {"amount": amount, "accountId": f"AC{party[2:]}-1", **more}
    return await asks(house, policy_no, party, "LOAN_REPAYMENT", body)


def facts(house: House, case: str) -> Json:
    """The loan as it was worked out last."""
    query = (
        "SELECT result FROM effects WHERE case_id = ? AND kind = 'verification.loan'"
        " ORDER BY at DESC, key DESC"
    )
    found: Any = to_plain(decode(json.loads(house.rows(query, case)[0][0])["variables"]["loan"]))
    return dict(found)


async def consents(house: House, case: str, party: str = INSURED, answer: str = "GIVEN") -> None:
    """The insured answers what was put to them."""
    await changing.asked(house, case, party)
    shown = facts(house, case)["payloadHash"]
    given = {"answer": answer, "payloadHash": shown, "form": "WET", "evidenceId": "EV-S4-1"}
    await house.tell("consent.answered", f"{case}/{party}", **given)


async def signs(house: House, case: str) -> None:
    """The agreement that came by mail is signed."""
    await house.waits(case, "agreement_signed")
    await house.tell("loan.agreement.signed", case)


def rounded_limit(house: House, case: str) -> str:
    """The most that may be lent."""
    return f"{float(facts(house, case)['limit']):.2f}"
