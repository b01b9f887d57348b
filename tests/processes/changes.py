"""Plays changes of roles in memory, with a scripted answer for every activity."""

from collections.abc import Mapping
from typing import Any

from tests.processes import termination
from tests.processes.termination import ANSWERS, CLOCKS, FACTS, Story

Json = Mapping[str, Any]

CHANGE: Json = {
    "payloadHash": "h1",
    "kind": "RELATIVES",
    "state": "IN_FORCE",
    "pledged": False,
    "deathCover": True,
    "eventHappened": False,
    "employerPaid": False,
    "applicantEntitled": True,
    "insuredIsApplicant": False,
    "insuredCapacity": "FULL",
    "hasGuardian": False,
    "orders": [{"order": 1, "stated": 2, "unstated": 0, "total": 100}],
    "namedTwice": False,
    "allIdentified": True,
    "outsideFamily": False,
    "newHolderKnown": True,
    "newHolderSame": False,
    "newHolderIsAgent": False,
    "newHolderCapacity": "FULL",
    "debts": 0,
    "debtsAssumed": False,
    "debitAccountOwn": True,
    "cashValue": 48200,
    "otherPartyId": "party-2",
    "agentId": None,
    "annualPremium": 9000,
    "flags": [],
    "version": 1,
}
HELD: Json = {"complete": True, "missing": [], "pending": [], "wrongPayload": False}
DUE: Json = {"dueAt": "2026-10-26T23:59:59+08:00", "dueOn": "2026-10-26"}
INSURED: Json = {"partyId": "party-2", "role": "INSURED", "key": "BQ-1/party-2"}
GUARDIAN: Json = {"partyId": "party-3", "role": "GUARDIAN", "key": "BQ-1/party-3"}


def missing(*pending: Json) -> Json:
    """Consents that these people have not given."""
    names = [f"{one['role']}_CONSENT" for one in pending]
    return {**HELD, **DUE, "complete": False, "missing": names, "pending": list(pending)}


QUIET: Json = {**FACTS, "item": "BENEFICIARY_CHANGE", "moneyOut": False, "netPayout": 0}
CHANGED: Json = {
    **ANSWERS,
    "verification.intake": {
        "duplicateOf": None,
        "fingerprint": "f",
        "clocks": {name: CLOCKS[name] for name in ("acceptDue", "acceptWarn", "oneNoticeDue")},
    },
    "verification.change": {"change": CHANGE},
    "verification.consents": {"consents": {**HELD, **DUE}},
    "verification.consent": {"consentId": "CO-1", "consentState": "VALID"},
    "verification.revoke_consent": {"revoked": 1},
    "verification.risk_facts": {"riskFacts": QUIET},
    "execution.change_beneficiaries": {"endorsement": {"no": "E-1"}, "policyVersion": 2},
    "execution.change_policyholder": {"endorsement": {"no": "E-1"}, "policyVersion": 2},
    "execution.reverse_change": {"policyVersion": 3},
}


def change(*steps: Any, process: str = "beneficiary_change", **options: Any) -> Story:
    """Play a change: ``answers`` replace those of activities."""
    item = process.upper()
    start = {"item": item, "request": {"beneficiaries": [], "identity": {"ial": 3}}}
    return termination.tell(
        *steps,
        answers={**CHANGED, **options.pop("answers", {})},
        start=start,
        process=process,
        **options,
    )


def facts(**other: Any) -> Json:
    """The change with other facts."""
    return {"verification.change": {"change": {**CHANGE, **other}}}
