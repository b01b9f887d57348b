"""Payment change: what is refused, whom it goes to, and a policy that moved on in between."""

from typing import Any

import pytest

from tests.processes import termination
from tests.processes.changes import CHANGED, QUIET
from tests.processes.termination import Story, advance, decides, says

ITEM = "PAYMENT_ACCOUNT_CHANGE"
CHANGE: dict[str, Any] = {
    "payloadHash": "h1",
    "kind": "OWN",
    "state": "IN_FORCE",
    "applicantEntitled": True,
    "insuredIsApplicant": True,
    "accountKnown": True,
    "holderListed": False,
    "debitInFlight": False,
    "differs": True,
    "frequency": "QUARTERLY",
    "frequencyAllowed": True,
    "modalPremium": 3240,
    "amountLimit": 4000,
    "effectiveOn": "2026-11-20",
    "otherPartyId": None,
    "agentId": None,
    "annualPremium": 12000,
    "flags": [],
    "version": 1,
}
ANSWERS: dict[str, Any] = {
    **CHANGED,
    "verification.payment": {"change": CHANGE},
    "verification.account": {"account": {"answer": "MATCH", "differing": []}},
    "verification.risk_facts": {"riskFacts": {**QUIET, "item": ITEM}},
    "execution.debit_returned": {"policyVersion": 2},
    "execution.change_payment": {"endorsement": {"no": "E-1"}, "policyVersion": 2},
}


def payment(*steps: Any, silent: tuple[str, ...] = (), **answers: Any) -> Story:
    """Play a payment change; ``answers`` replace facts of the change."""
    asked = {"accountId": "AC-1", "holderPartyId": "party-1"}
    return termination.tell(
        *steps,
        answers={**ANSWERS, "verification.payment": {"change": {**CHANGE, **answers}}},
        start={"item": ITEM, "request": {"payment": asked, "identity": {"ial": 3}}},
        process="payment_account_change",
        silent=silent,
    )


@pytest.mark.parametrize(
    ("fact", "kind", "reason"),
    [
        ({"state": "LAPSED"}, "ELIGIBILITY", "NOT_IN_FORCE"),
        ({"applicantEntitled": False}, "ELIGIBILITY", "NOT_POLICYHOLDER"),
        ({"accountKnown": False}, "DATA", "ACCOUNT_NOT_CONFIRMED"),
        ({"holderListed": True}, "RISK", "OTHER"),
        ({"differs": False}, "DATA", "NOTHING_TO_CHANGE"),
        ({"frequencyAllowed": False}, "ELIGIBILITY", "NOT_AT_ANNIVERSARY"),
        ({"amountLimit": 3239}, "CONSENT", "ABOVE_AUTHORISED_AMOUNT"),
    ],
)
def test_what_may_not_be_done_is_refused(fact: dict[str, Any], kind: str, reason: str):
    story = payment(**fact)

    assert story.variables["outcome"] == "REJECTED"
    assert story.anomalies() == [(kind, reason)]
    assert story.jobs("execution.change_payment") == []
    assert story.letters() == ["rejected"]


def test_one_s_own_account_goes_straight_through():
    story = payment()

    assert len(story.jobs("execution.change_payment")) == 1
    assert story.letters()[0] == "payment_changed"


def test_another_s_account_goes_to_a_maker_and_a_checker_and_its_holder_is_told():
    third: dict[str, Any] = {"kind": "THIRD_PARTY", "otherPartyId": "party-2"}
    story = payment(decides("make", "maker-1"), decides("approval/check", "checker-2"), **third)

    assert payment(**third).waits() >= {"make"}
    assert story.letters()[:2] == ["payment_changed", "payment_changed"]


def read(**facts: object) -> dict[str, Any]:
    """The answer to the question how the change stands now."""
    return {"complete": "verification.payment", "variables": {"change": {**CHANGE, **facts}}}


BY_HAND = ("verification.payment", "execution.change_payment")
COMMITTED = {
    "complete": "execution.change_payment",
    "variables": ANSWERS["execution.change_payment"],
}
STALE = {"throwError": "execution.change_payment", "errorCode": "STALE"}


def test_the_same_amount_on_another_version_is_committed_without_anybody_deciding():
    story = payment(read(), STALE, read(version=2), silent=BY_HAND)

    assert story.people() == []
    assert len(story.jobs("execution.change_payment")) == 2


def test_another_amount_goes_to_a_checker_even_where_the_first_went_straight_through():
    story = payment(read(), STALE, read(version=2, modalPremium=3510), silent=BY_HAND)

    assert story.waits() >= {"approval/check"}
    assert len(story.jobs("execution.change_payment")) == 1


def test_what_may_not_be_done_any_more_is_refused_on_the_second_look():
    story = payment(read(), STALE, read(version=2, state="LAPSED"), silent=BY_HAND)

    assert story.variables["outcome"] == "REJECTED"
    assert story.anomalies() == [("ELIGIBILITY", "NOT_IN_FORCE")]


OUT = read(debitInFlight=True)
BACK = says("debit.returned", "P-1", result="SETTLED", collection=None)
READING = ("verification.payment",)


def test_a_debit_in_flight_is_waited_for_before_anything_else_is_asked():
    story = payment(OUT, silent=READING)

    assert story.variables["outcome"] == "OPEN"
    assert story.waits() >= {"await_debit/debit_returned"}
    assert story.anomalies() == [("CONFLICT", "DEBIT_IN_FLIGHT")]
    assert story.jobs("verification.documents") == []


def test_a_debit_that_is_back_lets_the_change_go_on_as_it_stands_then():
    story = payment(OUT, BACK, read(version=2), silent=READING)

    assert story.jobs("execution.debit_returned")[0]["result"] == "SETTLED"
    assert story.jobs("anomaly.close")[0]["outcome"] == "QUEUED"
    assert story.jobs("execution.change_payment")[0]["policyVersion"] == 2
    assert story.letters()[0] == "payment_changed"


def test_a_day_without_word_of_a_debit_concludes_nothing():
    story = payment(OUT, advance("P1D"), OUT, silent=READING)

    assert story.variables["outcome"] == "OPEN"
    assert story.waits() >= {"await_debit/debit_returned"}
    assert story.jobs("execution.debit_returned") == []


def test_what_may_not_be_done_at_all_does_not_wait_for_a_debit():
    story = payment(debitInFlight=True, differs=False)

    assert story.anomalies() == [("DATA", "NOTHING_TO_CHANGE")]


def test_whoever_waits_for_a_debit_may_withdraw():
    story = payment(OUT, says("customer.withdrawn"), silent=READING)

    assert story.variables["outcome"] == "WITHDRAWN"


def test_a_debit_that_went_out_before_the_commit_is_waited_for_there():
    out = read(version=2, debitInFlight=True)
    story = payment(read(), STALE, out, silent=BY_HAND)
    done = payment(read(), STALE, out, BACK, read(version=3), COMMITTED, silent=BY_HAND)

    assert story.waits() >= {"await_debit_again/debit_returned"}
    assert done.letters()[0] == "payment_changed"
    assert done.people() == []


def test_whoever_waits_for_a_debit_before_the_commit_may_withdraw():
    out = read(version=2, debitInFlight=True)
    story = payment(read(), STALE, out, says("customer.withdrawn"), silent=BY_HAND)

    assert story.variables["outcome"] == "WITHDRAWN"
    assert len(story.jobs("execution.change_payment")) == 1


@pytest.mark.parametrize("answer", ["MISMATCH", "UNKNOWN"])
def test_an_account_the_bank_does_not_confirm_is_refused(answer: str):
    heard = {"account": {"answer": answer, "differing": ["PHONE"]}}
    told = {"complete": "verification.account", "variables": heard}
    story = payment(told, silent=("verification.account",))

    assert story.variables["outcome"] == "REJECTED"
    assert story.anomalies() == [("DATA", "ACCOUNT_NOT_CONFIRMED")]


def test_a_bank_that_is_away_is_asked_again_after_nine_minutes():
    away = {"throwError": "verification.account", "errorCode": "BANK_AWAY"}
    silent = ("verification.account",)
    story = payment(away, silent=silent)

    assert story.anomalies() == [("SYSTEM", "BANK_AWAY")]
    assert len(story.jobs("verification.account")) == 1
    again = payment(away, advance("PT9M"), away, silent=silent)
    assert len(again.jobs("verification.account")) == 2
    assert again.anomalies() == [("SYSTEM", "BANK_AWAY")], "one outage, recorded once"
