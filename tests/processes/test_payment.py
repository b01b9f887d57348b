"""Commit and payment: bounced, unknown, stale, superseded by a claim."""

import pytest

from infra.db.sample_book.staff import OPERATORS
from tests.processes.termination import (
    ANSWERED,
    ANSWERS,
    APPROVED,
    CALL,
    CHECKED,
    advance,
    at_rest,
    decides,
    payment,
    quote,
    says,
    tell,
)


def test_a_bounced_payment_is_paid_again_to_an_account_that_a_second_person_checked():
    story = tell(
        *APPROVED,
        {"complete": "execution.pay", "variables": {"payment": payment("SENT")}},
        says("payment.result", "PAY-1", state="RETURNED", returnCode="ACCOUNT_CLOSED", bankRef="B"),
        says("payee.account.provided", payeeAccountId="acc-2"),
        decides("payout/check_payee", "second-2"),
        {"complete": "execution.pay", "variables": {"payment": payment("SENT", 2)}},
        says("payment.result", "PAY-2", state="SETTLED", returnCode=None, bankRef="B2"),
        ANSWERED,
        silent=["execution.pay"],
    )

    assert at_rest(story)
    assert story.jobs("execution.returned")[0]["payment"]["returnCode"] == "ACCOUNT_CLOSED"
    assert story.letters() == ["payment_returned", "approved_outcome"]
    assert [job["payeeAccountId"] for job in story.jobs("verification.payee")] == ["acc-1", "acc-2"]
    assert len(story.jobs("execution.pay")) == 2
    assert len(story.jobs("execution.commit")) == 1
    assert story.anomalies() == [("MONEY", "ACCOUNT_CLOSED")]
    assert story.variables["payment"]["attempt"] == 2


def test_the_second_person_may_not_have_acted_on_the_case():
    story = tell(
        *APPROVED,
        says("payee.account.provided", payeeAccountId="acc-2"),
        answers={"execution.pay": {"payment": payment("RETURNED", 1, "ACCOUNT_CLOSED")}},
    )

    assert story.shown["payout/check_payee"]["excluded"] == [
        "maker-1", "caller-2", "checker-2", "lead-3",
    ]  # fmt: skip


def test_an_account_given_with_the_request_is_seen_by_a_checker_who_did_not_make_it():
    story = tell(*APPROVED)
    seen = story.shown["approval/check"]

    assert seen["shown"]["request"]["payeeAccountId"] == "acc-1"
    assert seen["requiredLevel"] == "L2"
    assert "maker-1" in seen["excluded"]
    assert "payout/check_payee" not in story.shown, "the bank knows it by the exact name"


def test_an_account_that_is_refused_asks_for_another_one():
    story = tell(
        *APPROVED,
        {
            "throwError": "verification.payee",
            "errorCode": "PAYEE",
            "variables": {"payeeReason": "ACCOUNT_CLOSED"},
        },
        says("payee.account.provided", payeeAccountId="acc-2"),
        {"complete": "verification.payee", "variables": ANSWERS["verification.payee"]},
        decides("payout/check_payee", "second-2", "reject"),
        silent=["verification.payee"],
    )

    assert story.waits() == {"payout/account_provided"}
    assert story.anomalies() == [("MONEY", "ACCOUNT_CLOSED"), ("MONEY", "PAYEE_NOT_CONFIRMED")]
    assert story.jobs("execution.pay") == []


def test_a_payment_of_unknown_outcome_is_queried_and_never_sent_again():
    story = tell(
        *APPROVED,
        advance("PT1M"),
        {"complete": "execution.query_payment", "variables": {"payment": payment("UNKNOWN")}},
        advance("PT2M"),
        {"complete": "execution.query_payment", "variables": {"payment": payment("SETTLED")}},
        ANSWERED,
        answers={"execution.pay": {"payment": payment("UNKNOWN")}},
        silent=["execution.query_payment"],
    )

    assert at_rest(story)
    assert len(story.jobs("execution.pay")) == 1
    assert len(story.jobs("execution.query_payment")) == 2


def test_nothing_is_paid_when_debts_use_up_the_value():
    committed = {**ANSWERS["execution.commit"], "obligation": {"id": "O", "amount": 0}}
    story = tell(
        CHECKED[0],
        CHECKED[-1],
        ANSWERED,
        answers={"execution.quote": {"quote": quote(0)}, "execution.commit": committed},
    )

    assert at_rest(story)
    assert story.variables["payoutOutcome"] == "NOTHING_DUE"
    assert story.jobs("execution.pay") == []


def test_a_claim_for_an_earlier_event_reverses_what_is_not_settled():
    story = tell(
        *APPROVED,
        says("claim.reported", "P-1", eventOn="2026-10-11"),
        answers={"execution.pay": {"payment": payment("SENT")}},
    )

    assert at_rest(story)
    assert story.variables["outcome"] == "SUPERSEDED_BY_CLAIM"
    assert story.jobs("execution.reverse")[0]["obligation"]["id"] == "O-1"
    assert story.letters() == ["superseded"]
    assert story.statuses()[-2:] == ["COMPENSATING", "SUPERSEDED"]


def test_a_claim_never_cuts_a_commit_short():
    story = tell(
        *APPROVED,
        says("claim.reported", "P-1", eventOn="2026-10-11"),
        {"complete": "execution.commit", "variables": ANSWERS["execution.commit"]},
        silent=["execution.commit"],
    )

    assert at_rest(story)
    assert story.variables["outcome"] == "SUPERSEDED_BY_CLAIM"
    assert story.jobs("execution.pay") == []
    assert len(story.jobs("execution.reverse")) == 1


def test_money_that_cannot_be_called_back_goes_to_the_finance_desk():
    answers = {
        "execution.pay": {"payment": payment("SENT")},
        "execution.reverse": {"throwError": "NOT_REVERSIBLE"},
    }
    reported = (*APPROVED, says("claim.reported", "P-1", eventOn="2026-10-11"))

    before = tell(*reported, answers=answers)
    story = tell(*reported, decides("recover_money", "finance-1", "done"), answers=answers)

    assert before.waits() == {"recover_money"}
    assert at_rest(story)
    assert story.anomalies() == [("MONEY", "NOT_REVERSIBLE")]


@pytest.mark.parametrize("activity", ["execution.reserve", "execution.commit"])
def test_a_policy_changed_meanwhile_is_quoted_anew_and_the_approval_of_its_amount_stands(activity):
    story = tell(
        *APPROVED,
        {"throwError": activity, "errorCode": "STALE"},
        {"complete": activity, "variables": ANSWERS[activity]},
        ANSWERED,
        silent=[activity],
    )

    assert at_rest(story)
    assert (story.entered("requote"), story.entered("reserve_again")) == (1, 1)
    assert len(story.jobs("execution.release")) == 1
    assert story.people() == ["make", CALL, "approval/check", "approval/approve"]


@pytest.mark.parametrize(
    ("net", "first"), [(56801.46, CALL), (56801.44, CALL), (9.99, "approval/check")]
)
def test_another_amount_is_approved_anew(net: float, first: str):
    story = tell(
        *[{"complete": "execution.quote", "variables": ANSWERS["execution.quote"]}] * 2,
        *APPROVED,
        {"throwError": "execution.commit", "errorCode": "STALE"},
        {"complete": "execution.quote", "variables": {"quote": quote(net)}},
        silent=["execution.commit", "execution.quote"],
    )

    assert story.entered("reserve_again") == 0
    assert story.people() == ["make", CALL, "approval/check", "approval/approve", first]


def test_a_policy_that_changes_again_and_again_is_quoted_each_time():
    story = tell(
        *APPROVED,
        *[{"throwError": "execution.reserve", "errorCode": "STALE"}] * 3,
        {"complete": "execution.reserve", "variables": ANSWERS["execution.reserve"]},
        ANSWERED,
        silent=["execution.reserve"],
    )

    assert at_rest(story)
    assert (story.entered("requote"), story.entered("reserve_again")) == (3, 3)


OF_FINANCE = {one.id for one in OPERATORS if "finance" in one.groups}
LATE = {"rule": "K-SUR", "dueOn": "2026-11-11", "days": 5, "rate": 0.05, "amount": 38.91}
INTEREST = {"id": "O-2", "amount": 38.91, "state": "DUE"}


def settled(obligation: str, late: object) -> dict[str, object]:
    return {
        "complete": "execution.settle",
        "variables": {
            "obligation": {"id": obligation, "amount": 1, "state": "SETTLED"},
            "late": late,
        },
    }


def test_finance_decides_on_interest_for_what_came_late_and_it_is_paid_the_ordinary_way():
    story = tell(
        *APPROVED,
        settled("O-1", LATE),
        decides("payout/decide_compensation", "finance-1"),
        settled("O-2", None),
        ANSWERED,
        answers={"execution.compensate": {"compensation": INTEREST}},
        silent=["execution.settle"],
    )

    assert at_rest(story)
    assert story.shown["payout/decide_compensation"]["excluded"] == [
        "maker-1", "caller-2", "checker-2", "lead-3",
    ]  # fmt: skip
    assert [job["obligation"]["id"] for job in story.jobs("execution.pay")] == ["O-1", "O-2"]
    assert story.letters() == ["late_compensated", "approved_outcome"]
    assert story.variables["obligation"]["id"] == "O-1"


def test_of_an_executives_case_another_of_finance_decides_on_interest_than_who_agreed_to_it():
    story = tell(
        *CHECKED,
        decides("approval/approve_functional", "finance-1"),
        decides("approval/approve", "executive-1"),
        settled("O-1", LATE),
        decides("payout/decide_compensation", "finance-2"),
        settled("O-2", None),
        ANSWERED,
        answers={
            "execution.quote": {"quote": quote(5000000)},
            "execution.compensate": {"compensation": INTEREST},
        },
        silent=["execution.settle"],
    )

    excluded = story.shown["payout/decide_compensation"]["excluded"]
    assert at_rest(story)
    assert isinstance(excluded, list)
    assert OF_FINANCE - set(excluded) == {"finance-2"}, "of the sample staff"


def test_finance_may_find_that_nothing_is_owed_for_the_delay():
    story = tell(
        *APPROVED,
        settled("O-1", LATE),
        decides("payout/decide_compensation", "finance-1", "reject"),
        ANSWERED,
        silent=["execution.settle"],
    )

    assert at_rest(story)
    assert story.jobs("execution.compensate") == []
    assert len(story.jobs("execution.pay")) == 1
