"""Who decides: straight through, maker, checker, approvers; returned, refused, re-levelled."""

from decimal import Decimal

from tests.processes.termination import (
    ANSWERED,
    APPROVED,
    CALL,
    CHECKED,
    COOLING_OFF,
    FACTS,
    MADE,
    REQUEST,
    advance,
    at_rest,
    decides,
    quote,
    tell,
)


def test_a_surrender_over_50000_is_made_checked_and_approved_by_three_levels():
    story = tell(*APPROVED, ANSWERED)

    assert at_rest(story)
    assert story.people() == ["make", CALL, "approval/check", "approval/approve"]
    assert story.variables["outcome"] == "COMPLETED"
    assert story.variables["authority"]["level"] == "L3"
    assert story.statuses() == [
        "SUBMITTED", "VERIFYING", "ACCEPTED", "VERIFYING", "APPROVAL", "RESERVED", "EXECUTING",
        "PAYOUT_PENDING", "COMPLETED", "FOLLOW_UP", "CLOSED",
    ]  # fmt: skip


def test_each_person_is_told_who_has_acted_before_them():
    shown = tell(*APPROVED).shown

    assert shown["make"]["excluded"] == ["agent-7"]
    assert shown[CALL]["excluded"] == ["maker-1", "clerk-0", "agent-7"]
    assert shown["approval/check"]["excluded"] == ["maker-1", "caller-2", "clerk-0", "agent-7"]
    assert shown["approval/approve"]["excluded"] == [
        "maker-1", "caller-2", "checker-2", "clerk-0", "agent-7",
    ]  # fmt: skip


def test_the_amount_counts_against_the_limit_of_who_decides_it():
    shown = tell(*APPROVED).shown

    assert "amount" not in shown["make"]
    assert shown["approval/check"]["requiredLevel"] == "L2"
    assert shown["approval/check"]["amount"] is None
    assert shown["approval/approve"]["requiredLevel"] == "L3"
    assert shown["approval/approve"]["amount"] == Decimal("56801.45")


def test_cooling_off_within_one_premium_and_low_risk_meets_no_person():
    story = tell(
        ANSWERED, answers=COOLING_OFF, start={"request": {**REQUEST, "lossAcknowledged": False}}
    )

    assert at_rest(story)
    assert story.people() == []
    assert story.variables["basis"] == "COOLING_OFF"
    assert story.letters() == ["approved_outcome"]


def test_a_small_surrender_is_decided_by_maker_and_checker():
    people = (MADE[0], CHECKED[-1])
    story = tell(*people, ANSWERED, answers={"execution.quote": {"quote": quote(3240)}})

    assert at_rest(story)
    assert story.people() == ["make", "approval/check"]


def test_five_million_need_an_executive_and_the_release_of_finance():
    story = tell(
        *CHECKED,
        decides("approval/approve_functional", "finance-2"),
        decides("approval/approve", "chief-6"),
        ANSWERED,
        answers={"execution.quote": {"quote": quote(5000000)}},
    )

    assert at_rest(story)
    assert [one["code"] for one in story.variables["authority"]["parallelApprovals"]] == ["F"]
    assert set(story.people()[-2:]) == {"approval/approve_functional", "approval/approve"}


def test_a_maker_who_refuses_ends_the_case_with_a_letter():
    story = tell(decides("make", "maker-1", "reject"))

    assert at_rest(story)
    assert story.variables["outcome"] == "REJECTED"
    assert story.variables["reason"] == "REJECTED_BY_MAKER"
    assert story.letters() == ["rejected"]
    assert story.statuses()[-1] == "REJECTED"
    assert len(story.jobs("execution.release")) == 1


def test_an_approver_who_refuses_releases_the_policy():
    story = tell(*CHECKED, decides("approval/approve", "lead-3", "reject"))

    assert at_rest(story)
    assert story.variables["reason"] == "REJECTED_BY_APPROVER"
    assert story.jobs("execution.commit") == []
    assert len(story.jobs("execution.release")) == 1


def test_a_returned_case_goes_back_to_the_maker_and_is_levelled_anew():
    story = tell(
        *CHECKED,
        decides("approval/approve", "lead-3", "return"),
        decides("rework", "maker-1"),
        *APPROVED[1:],
        ANSWERED,
    )

    assert at_rest(story)
    assert story.entered("approval/determine_level") == 2
    assert story.people() == [
        "make", CALL, "approval/check", "approval/approve",
        "rework", CALL, "approval/check", "approval/approve",
    ]  # fmt: skip


def test_high_risk_is_called_back_after_a_pause_and_decided_one_level_up():
    facts = {**FACTS, "daysSinceContactChange": 3, "daysSincePHChange": 20}
    story = tell(
        decides("make", "maker-1"),
        advance("PT24H"),
        decides(CALL, "caller-2"),
        decides("approval/check", "checker-2"),
        decides("approval/approve", "head-4"),
        decides("approval/approve_functional", "aml-3"),
        ANSWERED,
        answers={"verification.risk_facts": {"riskFacts": facts}},
    )

    assert at_rest(story)
    assert story.variables["riskClass"] == "HIGH"
    assert story.variables["authority"]["level"] == "L4"
