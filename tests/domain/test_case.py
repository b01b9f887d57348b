"""A case's statuses form a table that every exit can be reached from and none can be left."""

import pytest

from workflows.domain.case import (
    CASE_STATUSES,
    CASE_STEPS,
    FINAL_STATUSES,
    CaseStatus,
    fingerprint,
    may_follow,
    unknown_statuses,
)

MAIN_PATH = (
    "DRAFT", "SUBMITTED", "ACCEPTED", "VERIFYING", "APPROVAL", "RESERVED", "EXECUTING",
    "PAYOUT_PENDING", "COMPLETED", "FOLLOW_UP", "CLOSED",
)  # fmt: skip


def test_every_status_has_its_row() -> None:
    assert set(CASE_STEPS) == set(CASE_STATUSES)


@pytest.mark.parametrize("place", range(len(MAIN_PATH) - 1))
def test_the_main_path_is_allowed(place: int) -> None:
    assert may_follow(MAIN_PATH[place], MAIN_PATH[place + 1])  # type: ignore[arg-type] # literals


@pytest.mark.parametrize(
    ("status", "following"),
    [
        ("ACCEPTED", "RISK_HOLD"),  # a hold found after acceptance
        ("VERIFYING", "AWAITING_PREMIUM"),  # a reinstatement that nobody has to decide on
    ],
)
def test_what_models_do_beside_the_main_path_is_allowed(
    status: CaseStatus, following: CaseStatus
) -> None:
    assert may_follow(status, following)


@pytest.mark.parametrize("status", sorted(FINAL_STATUSES))
def test_nothing_follows_a_final_status(status: str) -> None:
    assert not CASE_STEPS[status]  # type: ignore[index] # sorted() forgets the literal


def test_a_committed_case_cannot_be_withdrawn() -> None:
    assert not may_follow("EXECUTING", "WITHDRAWN")


def test_the_same_request_has_the_same_fingerprint() -> None:
    first = fingerprint("P1", "TERMINATE", {"a": 1, "b": 2})
    second = fingerprint("P1", "TERMINATE", {"b": 2, "a": 1})

    assert first == second


def test_another_payload_has_another_fingerprint() -> None:
    assert fingerprint("P1", "TERMINATE", {"a": 1}) != fingerprint("P1", "TERMINATE", {"a": 2})


def test_words_that_are_no_status_are_named() -> None:
    assert unknown_statuses(["CLOSED", "DANCING", "", "APPROVAL", "DANCING"]) == ("", "DANCING")
