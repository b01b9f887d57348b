"""Reinstatement in memory: who decides what, what silence means, and how an offer ends."""

from typing import Any

import pytest

from tests.processes import termination
from tests.processes.changes import CHANGED, QUIET
from tests.processes.termination import CLOCKS, Story, advance, decides, payment, says

FACTS: dict[str, Any] = {
    "asOf": "2026-10-12",
    "payloadHash": "h1",
    "kind": "REINSTATEMENT",
    "state": "LAPSED",
    "flags": [],
    "applicantEntitled": True,
    "insuredIsApplicant": True,
    "insuredCapacity": "FULL",
    "deathCover": True,
    "pledged": False,
    "lapsedOn": "2026-03-12",
    "windowEndsOn": "2028-03-12",
    "withinWindow": True,
    "debtsCovered": True,
    "simplified": False,
    "premiums": 1,
    "premium": 6000,
    "interest": 208.77,
    "due": 6208.77,
    "dailyInterest": 0.82,
    "collect": 6208.77,
    "offerUntilOn": "2026-12-11",
    "offerOverAt": "2026-12-12T00:00:00+08:00",
    "accountId": "acc-1",
    "accountOwn": True,
    "payerPartyId": "party-1",
    "agentId": None,
    "annualPremium": 6000,
    "version": 3,
}
COLLECTION = {"id": "ob-1", "amount": 6208.77}
ANSWERS: dict[str, Any] = {
    **CHANGED,
    "verification.intake": {"duplicateOf": None, "fingerprint": "f", "clocks": CLOCKS},
    "verification.reinstatement": {"reinstatement": FACTS},
    "verification.accept": {"acceptedAt": "2026-10-12T10:00:00+08:00"},
    "verification.risk_facts": {"riskFacts": {**QUIET, "item": "REINSTATEMENT"}},
    "execution.collect": {"payment": payment("SETTLED"), "collection": COLLECTION},
    "execution.settle": {"obligation": {**COLLECTION, "state": "SETTLED"}, "late": None},
    "execution.returned": {"obligation": {**COLLECTION, "state": "DUE"}},
    "execution.reinstate": {
        "reinstated": {
            "premium": 6000, "interest": 208.77, "amount": 6208.77,
            "inForceFrom": "2026-10-12", "paidTo": "2027-01-10",
        },
        "endorsement": {"no": "E-1"},
    },
}  # fmt: skip


def back(*steps: Any, silent: tuple[str, ...] = (), **facts: Any) -> Story:
    """Play a reinstatement; ``facts`` replace those of the contract."""
    answers = {**ANSWERS, **facts.pop("answers", {})}
    read = {"verification.reinstatement": {"reinstatement": {**FACTS, **facts}}}
    return termination.tell(
        *steps,
        answers={**answers, **read},
        start={
            "item": "REINSTATEMENT",
            "request": {
                "reinstatement": {"healthDeclared": True, "adverse": True, "accountId": "acc-1"},
                "identity": {"ial": 3},
            },
        },
        process="reinstatement",
        silent=silent,
    )


UNDERWRITTEN, CHECKED = decides("underwrite", "uw-1"), decides("approval/check", "checker-2")
ACCEPTED, SURVEYED = says("reinstatement.accepted"), says("survey.answered", "S-1", csat=5)


@pytest.mark.parametrize(
    ("fact", "kind", "reason"),
    [
        ({"applicantEntitled": False}, "ELIGIBILITY", "NOT_POLICYHOLDER"),
        ({"state": "IN_FORCE"}, "ELIGIBILITY", "NOT_LAPSED"),
        ({"flags": ["CLAIM_OPEN"]}, "CONFLICT", "CLAIM_REPORTED"),
        ({"flags": ["FROZEN"]}, "LEGAL_HOLD", "POLICY_FROZEN"),
        ({"withinWindow": False}, "ELIGIBILITY", "WINDOW_OVER"),
        ({"debtsCovered": False}, "ELIGIBILITY", "DEBTS_EXCEED_VALUE"),
    ],
)
def test_what_cannot_come_back_is_refused_with_its_reason(
    fact: dict[str, Any], kind: str, reason: str
):
    story = back(**fact)

    assert story.variables["outcome"] == "REJECTED"
    assert story.anomalies() == [(kind, reason)]
    assert story.letters() == ["rejected"]


def test_underwriter_and_checker_then_offer_money_and_cover():
    story = back(UNDERWRITTEN, CHECKED, ACCEPTED, SURVEYED)

    assert story.people() == ["underwrite", "approval/check"]
    (collected,), (done,) = story.jobs("execution.collect"), story.jobs("execution.reinstate")
    assert (float(collected["amount"]), done["collection"], done["asOf"]) == (
        6208.77, "ob-1", "2026-10-12",
    )  # fmt: skip
    assert story.letters() == ["reinstatement_offer", "reinstated"]
    assert story.statuses() == [
        "SUBMITTED", "VERIFYING", "ACCEPTED", "VERIFYING", "UNDERWRITING", "APPROVAL",
        "AWAITING_PREMIUM", "EXECUTING", "COMPLETED", "FOLLOW_UP", "CLOSED",
    ]  # fmt: skip
    assert termination.at_rest(story)


def test_a_clean_declaration_soon_after_the_lapse_needs_nobody():
    story = back(ACCEPTED, simplified=True)

    assert story.people() == []
    assert len(story.jobs("execution.reinstate")) == 1


@pytest.mark.parametrize(("terms", "approvers"), [("EXTRA", 1), ("EXCLUSION", 2)])
def test_worse_terms_go_higher_and_into_the_offer(terms: str, approvers: int):
    decision = decides("underwrite", "uw-1")
    decision["variables"].update(terms=terms, extraPremium=600)
    people = [decides("approval/approve", f"approver-{no}") for no in range(approvers)]
    story = back(decision, CHECKED, *people, ACCEPTED)

    (done,) = story.jobs("execution.reinstate")
    assert (done["terms"], done["extraPremium"]) == (terms, 600)
    offer = next(job for job in story.jobs("follow_up.letter"))
    assert offer["facts"]["extraPremium"] == 600


def test_a_decline_is_express_and_has_its_reason():
    story = back(decides("underwrite", "uw-1", "reject"))

    assert story.anomalies() == [("RISK", "NOT_INSURABLE")]
    (letter,) = story.jobs("follow_up.letter")
    assert letter["facts"] == {"reason": "NOT_INSURABLE"}


def test_what_the_underwriter_returns_is_verified_again():
    story = back(decides("underwrite", "uw-1", "return"))

    assert story.people() == ["underwrite", "underwrite"]


def test_silence_warns_three_times_and_is_consent_at_the_end():
    story = back(advance("P29D"), advance("P2D"))

    assert story.anomalies() == [
        ("SLA", "K-REI_DAY_20"), ("SLA", "K-REI_DAY_25"), ("SLA", "K-REI_DAY_28"),
        ("SLA", "K-REI_BREACH"),
    ]  # fmt: skip
    assert story.letters() == ["reinstatement_offer"]
    assert (story.variables["deemed"], "offer_accepted" in story.waits()) == (True, True)


def test_papers_that_never_come_end_the_request_before_silence_could():
    wanted = {"documents": {"complete": False, "missing": ["HEALTH_DECLARATION"], "held": []}}
    story = back(advance("P31D"), answers={"verification.documents": wanted})

    assert (story.variables["outcome"], story.variables["deemed"]) == ("EXPIRED", False)
    assert story.letters()[-1] == "rejected", "an express answer"


def test_a_debit_that_fails_leaves_the_offer_open_and_no_cover():
    failed = payment("RETURNED", code="INSUFFICIENT_FUNDS")
    told = {"payment": failed, "collection": {**COLLECTION, "state": "SENT"}}
    story = back(UNDERWRITTEN, CHECKED, ACCEPTED, answers={"execution.collect": told})

    assert story.letters() == ["reinstatement_offer", "reinstatement_open"]
    assert story.jobs("execution.reinstate") == []
    assert "offer_accepted" in story.waits()


def test_money_that_stands_in_suspense_is_not_collected_again():
    story = back(UNDERWRITTEN, CHECKED, ACCEPTED, collect=0)

    assert story.jobs("execution.collect") == []
    assert story.jobs("execution.reinstate")[0]["collection"] == ""


def test_another_account_may_pay_and_a_stranger_s_is_not_debited():
    other = says("reinstatement.accepted", account="acc-9")
    story = back(UNDERWRITTEN, CHECKED, other, accountOwn=False)

    asked = story.jobs("verification.reinstatement")[-1]["request"]["reinstatement"]
    assert asked["accountId"] == "acc-9"
    assert story.jobs("execution.collect") == []
    assert story.letters()[-1] == "reinstatement_open"


@pytest.mark.parametrize(
    ("step", "outcome", "reason"),
    [
        (advance("P70D"), "EXPIRED", "OFFER_OVER"),
        (says("customer.withdrawn"), "WITHDRAWN", "WITHDRAWN_BY_CUSTOMER"),
    ],
)
def test_an_offer_ends_unanswered_or_withdrawn(step: dict[str, Any], outcome: str, reason: str):
    story = back(UNDERWRITTEN, CHECKED, step)

    assert (story.variables["outcome"], story.variables["reason"]) == (outcome, reason)
    assert story.jobs("execution.reinstate") == []


def test_a_claim_stops_the_reinstatement_before_any_money():
    claim = says("claim.reported", "P-1", eventOn="2026-07-01")
    story = back(UNDERWRITTEN, CHECKED, claim, ACCEPTED)

    assert (story.variables["outcome"], story.variables["reason"]) == (
        "SUPERSEDED", "CLAIM_REPORTED",
    )  # fmt: skip
    assert story.jobs("execution.collect") == []


def test_a_contract_that_changed_after_the_money_came_is_not_reinstated():
    stale = {"throwError": "execution.reinstate", "errorCode": "STALE"}
    story = back(UNDERWRITTEN, CHECKED, ACCEPTED, stale, silent=("execution.reinstate",))

    assert story.anomalies() == [("CONFLICT", "CONTRACT_CHANGED")]
    assert story.variables["outcome"] == "SUPERSEDED"
