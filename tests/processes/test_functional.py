"""Functional approvals 职能审批: beside the level, in parallel; who does not agree ends them."""

from typing import Any

import pytest

from tests.processes.termination import ANSWERED, CHECKED, at_rest, decides, quote, tell
from tests.processes.test_tables import decide

FIVE_MILLION = {"execution.quote": {"quote": quote(5_000_000)}}
FUNCTION = "approval/approve_functional"


@pytest.mark.parametrize(
    ("given", "functions"),
    [
        ({}, []),
        ({"riskClass": "MEDIUM"}, []),
        ({"riskClass": "HIGH"}, ["A"]),
        ({"riskClass": "CRITICAL"}, ["A"]),
        ({"level": "L6"}, ["F"]),
        ({"level": "L6", "riskClass": "HIGH"}, ["A", "F"]),
        ({"policyFlags": ["LOAN", "FROZEN"]}, ["G"]),
        ({"item": "REINSTATEMENT", "basis": "SIMPLIFIED"}, []),
        ({"item": "REINSTATEMENT", "basis": "SIMPLIFIED", "riskClass": "MEDIUM"}, ["U"]),
        ({"item": "SA_INCREASE", "basis": "ITEM_CHECKER"}, ["U"]),
        ({"item": "CONTACT", "basis": "KEY_DATA"}, []),
        ({"item": "CONTACT", "basis": "KEY_DATA", "riskClass": "HIGH"}, ["A", "P"]),
        ({"item": "EX_GRATIA_SURRENDER", "basis": "EX_GRATIA"}, ["A"]),
        ({"item": "EX_GRATIA_SURRENDER", "basis": "EX_GRATIA", "riskClass": "HIGH"}, ["A"]),
    ],
)
def test_functions_by_risk_level_and_item(given: dict[str, Any], functions: list[str]):
    asked = {
        "item": "TERMINATE", "basis": "SURRENDER", "riskClass": "LOW", "level": "L3",
        "policyFlags": [],
    }  # fmt: skip

    found = decide("dt_functional", **asked | given)

    assert [str(one["code"]) for one in found] == functions
    assert all(one["desk"] for one in found)


def test_the_level_and_the_functions_are_asked_at_the_same_time():
    story = tell(*CHECKED, answers=FIVE_MILLION)

    assert {"approval/approve", FUNCTION} <= story.waits()
    assert story.shown[FUNCTION]["functionCode"] == "F"
    assert story.shown[FUNCTION]["excluded"] == [
        "maker-1", "caller-2", "checker-2", "clerk-0", "agent-7",
    ]  # fmt: skip
    assert story.shown[FUNCTION]["apart"] == story.shown["approval/approve"]["apart"]


def test_nothing_goes_on_before_every_function_has_agreed():
    story = tell(*CHECKED, decides("approval/approve", "chief-6"), answers=FIVE_MILLION)

    assert FUNCTION in story.waits()
    assert story.jobs("execution.reserve") == []


@pytest.mark.parametrize(
    ("refused_at", "by", "reason"),
    [
        (FUNCTION, "finance-2", "REJECTED_BY_FUNCTION"),
        ("approval/approve", "chief-6", "REJECTED_BY_APPROVER"),
    ],
)
def test_whoever_rejects_ends_the_others(refused_at: str, by: str, reason: str):
    story = tell(*CHECKED, decides(refused_at, by, "reject"), answers=FIVE_MILLION)

    assert at_rest(story)
    assert (story.variables["outcome"], story.variables["reason"]) == ("REJECTED", reason)
    assert story.jobs("execution.commit") == []


def test_a_function_returns_the_case_and_the_next_round_keeps_apart_from_the_first():
    story = tell(
        *CHECKED,
        decides(FUNCTION, "finance-2", "return"),
        decides("rework", "maker-1"),
        *CHECKED[1:],
        answers=FIVE_MILLION,
    )
    first = tell(*CHECKED, answers=FIVE_MILLION)

    assert {"approval/approve", FUNCTION} <= story.waits()
    assert story.shown[FUNCTION]["apart"] != first.shown[FUNCTION]["apart"]


def test_level_and_function_after_each_other_go_on_to_payment():
    story = tell(
        *CHECKED,
        decides("approval/approve", "chief-6"),
        decides(FUNCTION, "finance-2"),
        ANSWERED,
        answers=FIVE_MILLION,
    )

    assert at_rest(story)
    assert story.variables["outcome"] == "COMPLETED"
