"""A premium in memory: who goes first, what comes when, and where each way of paying leads."""

from typing import Any

import pytest

from tests.processes import termination
from tests.processes.termination import Story, advance, payment, says

CLOCK = "2026-05-31T09:00:00+08:00"
RENEWAL: dict[str, Any] = {
    "dueOn": "2026-06-01",
    "dueAt": "2026-06-01T09:00:00+08:00",
    "open": True,
    "state": "IN_FORCE",
    "claimOpen": False,
    "blockedBy": "",
    "premium": 9600,
    "short": 9600,
    "suspense": 0,
    "waived": False,
    "remindersWanted": False,
    "remindOn": None,
    "remindAt": None,
    "payerPartyId": "party-1",
    "accountId": "acc-1",
    "debitAt": "2026-06-01T09:00:00+08:00",
    "graceEndsOn": "2026-07-31",
    "graceOverAt": "2026-08-01T00:00:00+08:00",
    "option": "LAPSE",
    "netValue": 21300,
    "partialLoan": False,
    "paidUpSum": 36771,
    "minPaidUp": 10000,
}
LAPSE: dict[str, Any] = {
    "lapsedOn": "2026-08-01",
    "owed": 9600,
    "noticeDue": "2026-08-14T23:59:59+08:00",
    "noticeDueOn": "2026-08-14",
    "noticeWarn": "2026-08-12T18:00:00+08:00",
    "windowEndsOn": "2028-08-01",
    "windowOverAt": "2028-08-02T00:00:00+08:00",
    "endorsement": "E-1",
}
LENT: dict[str, Any] = {
    "loanId": "LN-1",
    "amount": 9600,
    "rate": 0.055,
    "whole": True,
    "coveredUntil": "2027-06-01",
    "coveredUntilAt": "2027-06-01T00:00:00+08:00",
    "endorsement": "E-1",
}
SETTLED = {"payment": payment("SETTLED"), "collection": {"id": "ob-1", "amount": 9600}}
BACK = payment("RETURNED", code="INSUFFICIENT_FUNDS")
RETURNED = {"payment": BACK, "collection": {"id": "ob-1", "amount": 9600}}
ANSWERS: dict[str, Any] = {
    "verification.open_renewal": {"outcome": "TAKEN_UP", "duplicateOf": None, "fingerprint": "f"},
    "execution.fall_due": {"owed": 9600},
    "execution.collect": SETTLED,
    "execution.settle": {
        "obligation": {"id": "ob-1", "amount": 9600, "state": "SETTLED"},
        "late": None,
    },
    "execution.returned": {"obligation": {"id": "ob-1", "amount": 9600, "state": "DUE"}},
    "execution.apply_premium": {
        "paid": {"applied": True, "amount": 9600, "paidTo": "2027-06-01", "suspense": 0}
    },
    "execution.receive_premium": {
        "received": {"result": "BOOKED", "amount": 9600, "suspense": 9600}
    },
    "execution.lend_premium": {"premiumLoan": LENT},
    "execution.make_paid_up": {"paidUp": {"sumAssured": 36771, "endorsement": "E-1"}},
    "execution.lapse": {"lapse": LAPSE},
    "verification.loan_term": {"term": {"open": False}},
}
NO_ACCOUNT: dict[str, Any] = {"debitAt": None, "accountId": ""}


def premium(*steps: Any, silent: tuple[str, ...] = (), **facts: Any) -> Story:
    """Play a premium; ``facts`` replace those read from the book."""
    answers = {**ANSWERS, **facts.pop("answers", {})}
    read = {"verification.renewal": {"renewal": {**RENEWAL, **facts}}}
    return termination.tell(
        *steps,
        answers={**answers, **read},
        start={"item": "RENEWAL_PREMIUM", "request": {"renewal": {"dueOn": "2026-06-01"}}},
        process="renewal_premium",
        silent=silent,
        clock=CLOCK,
    )


def read(**facts: Any) -> dict[str, Any]:
    """What the book says now."""
    return {
        "complete": "verification.renewal", "variables": {"renewal": {**RENEWAL, **facts}}
    }  # fmt: skip


BY_HAND = ("verification.renewal",)
DUE, LATER = advance("P1D"), advance("P62D")


@pytest.mark.parametrize("outcome", ["DUPLICATE", "NOT_DUE", "POLICY_NOT_FOUND"])
def test_only_the_next_premium_is_taken_up_and_once(outcome: str):
    opened = {**ANSWERS["verification.open_renewal"], "outcome": outcome}
    story = premium(answers={"verification.open_renewal": opened})

    assert story.variables["outcome"] == outcome
    assert story.jobs("execution.fall_due") == []


def test_a_premium_is_never_in_the_policy_s_lock_set():
    story = premium(DUE)

    assert story.jobs("verification.intake") == []
    assert story.jobs("execution.reserve") == []
    assert story.variables["outcome"] == "PAID"


def test_a_debit_that_succeeds_pays_the_premium_and_tells():
    story = premium(DUE)

    (collected,), (applied,) = (
        story.jobs("execution.collect"),
        story.jobs("execution.apply_premium"),
    )
    assert (collected["amount"], applied["collection"]) == (9600, "ob-1")
    assert story.letters() == ["premium_paid"]
    assert story.statuses() == [
        "SUBMITTED", "ACCEPTED", "AWAITING_PREMIUM", "EXECUTING", "COMPLETED", "FOLLOW_UP",
        "CLOSED",
    ]  # fmt: skip
    assert termination.at_rest(story)


@pytest.mark.parametrize(
    ("facts", "waived"), [({"short": 0, "suspense": 9600}, False), ({"waived": True}, True)]
)
def test_what_is_received_or_waived_is_not_debited(facts: dict[str, Any], waived: bool):
    story = premium(DUE, **facts)

    assert story.jobs("execution.collect") == []
    (applied,) = story.jobs("execution.apply_premium")
    assert (applied["collection"], applied["waived"]) == ("", waived)


@pytest.mark.parametrize(
    ("facts", "waived"), [({"short": 0, "suspense": 9600}, False), ({"waived": True}, True)]
)
def test_a_debit_that_came_back_pays_nothing_when_the_premium_comes_otherwise(
    facts: dict[str, Any], waived: bool
):
    money = says("premium.received", "P-1", amount=9600, reference="B-1")
    again = read(debitAt="2026-06-03T09:00:00+08:00")
    story = premium(
        read(), DUE, read(), again, money, read(**facts), silent=BY_HAND,
        answers={"execution.collect": RETURNED},
    )  # fmt: skip

    assert len(story.jobs("execution.collect")) == 1
    assert [job["givenUp"] for job in story.jobs("execution.returned")] == [True]
    (applied,) = story.jobs("execution.apply_premium")
    assert (applied["collection"], applied["waived"]) == ("", waived)
    assert story.variables["outcome"] == "PAID"


def test_money_that_comes_in_grace_pays_the_premium():
    money = says("premium.received", "P-1", amount=9600, reference="B-1")
    story = premium(
        read(), DUE, read(**NO_ACCOUNT), money, read(short=0, suspense=9600), silent=BY_HAND
    )

    (job,) = story.jobs("execution.receive_premium")
    assert (job["reference"], job["means"]) == ("B-1", "TRANSFER")
    assert story.variables["outcome"] == "PAID"
    assert story.letters() == ["premium_overdue", "premium_paid"]


def test_part_of_a_premium_is_kept_and_told_of_and_grace_goes_on():
    money = says("premium.received", "P-1", amount=4000, reference="B-1")
    booked = {"received": {"result": "BOOKED", "amount": 4000, "suspense": 4000}}
    story = premium(
        read(), DUE, read(**NO_ACCOUNT), money, read(short=5600, suspense=4000), LATER,
        read(short=5600, suspense=4000), silent=BY_HAND,
        answers={"execution.receive_premium": booked},
    )  # fmt: skip

    assert story.letters()[:2] == ["premium_overdue", "premium_part"]
    assert story.variables["outcome"] == "LAPSED"


def test_cash_that_an_agent_may_not_take_is_refused_and_recorded():
    refused = {"received": {"result": "REFUSED", "amount": 9600, "suspense": 0}}
    cash = says("premium.received", "P-1", amount=9600, reference="C-1", means="AGENT_CASH")
    story = premium(DUE, cash, answers={"execution.receive_premium": refused}, **NO_ACCOUNT)

    assert story.anomalies() == [("MONEY", "AGENT_CASH")]
    assert story.variables["received"] == 0


def test_more_than_the_premium_is_on_record_for_finance():
    paid = {"paid": {"applied": True, "amount": 9600, "paidTo": "2027-06-01", "suspense": 9600}}
    story = premium(DUE, answers={"execution.apply_premium": paid})

    assert story.anomalies() == [("MONEY", "OVERPAID")]


def test_a_termination_ahead_is_waited_for_and_nothing_debited():
    ahead = read(blockedBy="BQ-7")
    story = premium(read(), DUE, ahead, DUE, read(state="TERMINATED", open=False), silent=BY_HAND)

    assert story.jobs("execution.collect") == []
    assert (story.variables["outcome"], story.variables["reason"]) == (
        "SUPERSEDED", "CONTRACT_CHANGED",
    )  # fmt: skip


def test_nothing_lapses_while_a_termination_is_ahead():
    story = premium(
        read(), DUE, read(**NO_ACCOUNT), LATER, read(blockedBy="BQ-7"), DUE, read(), silent=BY_HAND
    )

    assert story.variables["outcome"] == "LAPSED"
    assert len(story.jobs("execution.lapse")) == 1


@pytest.mark.parametrize("steps", [(DUE,), ()])
def test_a_claim_stops_debits_and_the_lapse(steps: tuple[Any, ...]):
    claim = says("claim.reported", "P-1", eventOn="2026-07-20")
    story = premium(*steps, claim, *(() if steps else (DUE,)), **(NO_ACCOUNT if steps else {}))

    assert (story.variables["outcome"], story.variables["reason"]) == (
        "SUPERSEDED", "CLAIM_REPORTED",
    )  # fmt: skip
    assert story.jobs("execution.collect") == story.jobs("execution.lapse") == []


@pytest.mark.parametrize(
    ("facts", "outcome", "letter"),
    [
        ({"option": "APL"}, "LENT", "premium_lent"),
        ({"option": "APL", "netValue": 9600}, "LENT", "premium_lent"),
        ({"option": "APL", "netValue": 9599.99}, "LAPSED", "lapse_notice"),
        ({"option": "RPU"}, "PAID_UP", "paid_up"),
        ({"option": "RPU", "paidUpSum": 9999}, "LAPSED", "lapse_notice"),
        ({"option": "LAPSE"}, "LAPSED", "lapse_notice"),
    ],
)
def test_what_follows_is_what_was_chosen_and_the_value_carries(
    facts: dict[str, Any], outcome: str, letter: str
):
    story = premium(DUE, LATER, **NO_ACCOUNT, **facts)

    assert story.variables["outcome"] == outcome
    assert story.letters() == ["premium_overdue", letter]


def test_a_value_that_carries_a_part_gives_time_and_then_the_contract_lapses():
    part = {**LENT, "amount": 4800, "whole": False, "coveredUntilAt": "2026-11-30T00:00:00+08:00"}
    story = premium(
        read(), DUE, read(**NO_ACCOUNT), LATER, read(option="APL", netValue=4800, partialLoan=True),
        advance("P121D"), read(option="APL", netValue=0, short=4800), silent=BY_HAND,
        answers={"execution.lend_premium": {"premiumLoan": part}},
    )  # fmt: skip

    assert story.letters() == ["premium_overdue", "premium_lent", "premium_overdue", "lapse_notice"]
    assert story.variables["outcome"] == "LAPSED"


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("execution.lapse", {}),
        ("execution.lend_premium", {"option": "APL"}),
        ("execution.make_paid_up", {"option": "RPU"}),
    ],
)
def test_a_book_that_moved_is_read_again_before_anything_follows(kind: str, facts: dict[str, Any]):
    story = premium(
        read(), DUE, read(**NO_ACCOUNT), LATER, read(**facts),
        {"throwError": kind, "errorCode": "STALE"}, read(short=0, suspense=9600),
        silent=(*BY_HAND, kind),
    )  # fmt: skip

    assert story.variables["outcome"] == "PAID"
    assert story.letters() == ["premium_overdue", "premium_paid"]


def test_a_lapse_notice_that_does_not_go_out_is_warned_of_and_recorded():
    sent = {"complete": "follow_up.letter", "variables": {"letter": {"communicationId": "L"}}}
    story = premium(
        DUE, sent, LATER, advance("P12D"), advance("P2D"), silent=("follow_up.letter",),
        **NO_ACCOUNT,
    )  # fmt: skip

    assert story.anomalies() == [("SLA", "K-LAP_WARN"), ("SLA", "K-LAP_BREACH")]


def test_late_money_is_told_of_and_the_watch_ends_with_the_reinstatement():
    money = says("premium.received", "P-1", amount=9600, reference="B-1")
    story = premium(DUE, LATER, money, says("policy.reinstated", "P-1"), **NO_ACCOUNT)

    assert story.letters()[-1] == "reinstatement_invitation"
    assert story.jobs("execution.apply_premium") == [], "never applied silently"
    assert story.variables["afterLapse"] == "REINSTATED"
    assert termination.at_rest(story)


def test_after_two_years_nobody_watches_any_more():
    story = premium(DUE, LATER, advance("P800D"), **NO_ACCOUNT)

    assert story.variables["afterLapse"] == "WINDOW_OVER"


def test_the_daily_list_goes_on_page_by_page():
    pages = [
        {"complete": "execution.due_list", "variables": {"dueList": page}}
        for page in (
            {"told": 100, "afterPolicyNo": "P-100"},
            {"told": 3, "afterPolicyNo": ""},
        )
    ]
    story = termination.tell(*pages, process="renewal_due_list", silent=("execution.due_list",))

    assert [job["afterPolicyNo"] for job in story.jobs("execution.due_list")] == ["", "P-100"]
    assert story.variables["listed"] == 103
