"""Plays contact change in memory, on the same stage as termination."""

from typing import Any

from tests.processes import termination
from tests.processes.termination import FACTS, Json, Step, Story, says

CHANGE: Json = {
    "partyId": "party-1",
    "fields": ["PHONE"],
    "newVerified": True,
    "oldVerified": True,
    "policies": ["P-1", "P-2"],
    "beforeHash": "b",
}
NOTICES = [{"contactId": "CT-OLD", "side": "OLD"}, {"contactId": "CT-NEW", "side": "NEW"}]
NOTED: Json = {"policyNo": "P-1", "status": "NOTED", "endorsement": {"no": "E-1"}}
QUIET: Json = {**FACTS, "item": "CONTACT", "moneyOut": False, "netPayout": 0, "hour": 16}

ANSWERS: Json = {
    "verification.contact": {"change": CHANGE},
    "verification.risk_facts": {"riskFacts": QUIET},
    "verification.intake": {
        "duplicateOf": None,
        "fingerprint": "f",
        "clocks": {
            "acceptDue": "2026-02-24T23:59:59+08:00",
            "acceptWarn": "2026-02-14T23:59:59+08:00",
            "oneNoticeDue": "2026-02-27T23:59:59+08:00",
        },
    },
    "verification.agree": {
        "agreedAt": "2026-02-14T09:02:00+08:00",
        "clocks": {
            "completeDue": "2026-02-28T23:59:59+08:00",
            "completeDueOn": "2026-02-28",
            "completeWarn": "2026-02-27T23:59:59+08:00",
        },
    },
    "execution.change_contact": {
        "version": {"no": 2, "beforeHash": "b", "afterHash": "a"},
        "notices": NOTICES,
    },
    "execution.endorse_contact": {"noted": NOTED},
    "execution.reverse_contact": {
        "reversal": {"changes": ["BQ-1"], "version": 3, "notices": NOTICES[:1]}
    },
    "follow_up.contact_notice": {"sent": {"communicationId": "N-1", "channel": "SMS"}},
    "anomaly.risk_alert": {"alert": {"id": "RA-1", "anomalyId": "A-2"}},
}
CLOCK = "2026-02-13T16:05:00+08:00"
NOT_ME = says("contact.not-me")
ANSWERED = says("survey.answered", "S-1", csat=5, comment="好")


def tell(*steps: Step, answers: Json | None = None, **more: Any) -> Story:
    """Play a contact change; the rest as ``termination.tell`` has it."""
    start = {
        "item": "CONTACT",
        "channel": "APP",
        "noticeArrivedAt": CLOCK,
        "request": {
            "contact": {"fields": ["PHONE"], "hash": "h"},
            "documentIds": [],
            "identity": {"ial": 2, "isProxy": False},
        },
        **more.pop("start", {}),
    }
    return termination.tell(
        *steps,
        answers={**ANSWERS, **(answers or {})},
        clock=more.pop("clock", CLOCK),
        start=start,
        process="contact_change",
        **more,
    )
