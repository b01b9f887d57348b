"""Premiums that fall due in the house, lapse and reinstatement: begun, paid, asked for."""

from __future__ import annotations

import json
from typing import Any

from tests.journeys import changing
from tests.journeys.house import IDENTITY, House
from workflows.feel.wire import decode, to_plain

Json = dict[str, Any]
PAPERS = ("APPLICATION_FORM", "APPLICANT_ID", "HEALTH_DECLARATION")


async def falls_due(house: House, policy_no: str, due_on: str, party: str = "PT-S5") -> str:
    """The billing system begins the case of a premium."""
    asked = {
        "policyNo": policy_no,
        "item": "RENEWAL_PREMIUM",
        "applicant": {"partyId": party, "role": "PH"},
        "renewalPremium": {"dueOn": due_on},
    }
    return str((await house.post("back-office", "/v1/cases", asked))["caseId"])


async def pays(house: House, policy_no: str, amount: float, reference: str, **more: Any) -> Json:
    """Money for premiums comes another way than by debit."""
    return await house.tell(
        "premium.received", policy_no, amount=amount, reference=reference, **more
    )


async def asks_back(house: House, policy_no: str, party: str = "PT-S6", **more: Any) -> str:
    """Ask for a reinstatement with all papers; returns the case."""
    asked = {
        "policyNo": policy_no,
        "item": "REINSTATEMENT",
        "applicant": {"partyId": party, "role": "PH"},
        "request": {
            "documentIds": await changing.papers(house, policy_no, party, *PAPERS),
            "identity": IDENTITY,
        },
        "reinstatement": {
            "healthDeclared": True,
            "adverse": True,
            "accountId": f"AC{party[2:]}-1",
            "consents": [{"partyId": f"{party}-I", "evidenceId": "EV-S6-1", "form": "WET"}],
            **more,
        },
    }
    return str((await house.post("back-office", "/v1/cases", asked))["caseId"])


def facts(house: House, case: str, kind: str, name: str) -> Json:
    """What an activity of a kind found last."""
    query = "SELECT result FROM effects WHERE case_id = ? AND kind = ? ORDER BY at DESC, key DESC"
    stored = json.loads(house.rows(query, case, kind)[0][0])["variables"][name]
    found: Any = to_plain(decode(stored))
    return dict(found)


def sent(house: House, case: str) -> list[tuple[str, str]]:
    """Every letter of a case: its template and the day it was sent."""
    query = "SELECT template, sent_at FROM communications WHERE case_id = ? ORDER BY sent_at, id"
    rows = house.rows(query, case)
    return [(str(template).partition("@")[0], str(at)) for template, at in rows]
