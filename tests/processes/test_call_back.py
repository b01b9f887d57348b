"""Call-back 回访: who is not reached is called again, then asked by another channel."""

import pytest

from tests.processes.contact import ANSWERED, QUIET, tell
from tests.processes.termination import Step, Story, advance, at_rest, decides

CALL, OTHERWISE, CHECK = "approval/call_back", "approval/confirm_otherwise", "approval/check"
CALLED = {
    "verification.risk_facts": {
        "riskFacts": {**QUIET, "phoneIsAgents": True, "callBackOn": "139****0008"}
    }
}
NOBODY = decides(CALL, "checker-1", "not-reached")
IN_VAIN = (NOBODY, advance("PT4H"), NOBODY, advance("PT20H"), NOBODY)


def call(*steps: Step) -> Story:
    return tell(*steps, answers=CALLED)


def test_who_was_not_reached_is_called_again_four_hours_later():
    waiting = call(NOBODY, advance("PT3H59M"))
    again = call(NOBODY, advance("PT4H"))

    assert waiting.waits() == set()
    assert again.waits() == {CALL}
    assert [(one["by"], one["dialled"]) for one in again.shown[CALL]["shown"]["attempts"]] == [
        ("checker-1", "139****0008")
    ]


def test_the_third_attempt_comes_a_day_after_the_first():
    early = call(NOBODY, advance("PT4H"), NOBODY, advance("PT19H59M"))
    third = call(NOBODY, advance("PT4H"), NOBODY, advance("PT20H"))

    assert early.waits() == set()
    assert third.waits() == {CALL}


def test_after_three_attempts_a_letter_asks_and_nothing_is_done_before_the_answer():
    story = call(*IN_VAIN, advance("P30D"))

    assert story.entered(CALL) == 3
    assert story.letters()[:1] == ["call_back_unreached"]
    assert OTHERWISE in story.waits()
    assert story.jobs("execution.change_contact") == []


def test_who_confirms_by_another_channel_is_served_by_different_people():
    story = call(*IN_VAIN, decides(OTHERWISE, "checker-1"))

    assert story.waits() == {CHECK}
    assert "checker-1" in story.shown[CHECK]["excluded"]


@pytest.mark.parametrize("steps", [(NOBODY, advance("PT4H")), ()])
def test_who_is_reached_in_the_end_goes_on_to_the_checker(steps: tuple[Step, ...]):
    story = call(*steps, decides(CALL, "checker-3"))

    assert story.waits() == {CHECK}
    assert "checker-1" not in story.shown[CHECK]["excluded"]
    assert "call_back_unreached" not in story.letters()


def test_who_denies_by_another_channel_is_refused():
    story = call(*IN_VAIN, decides(OTHERWISE, "checker-1", "reject"))

    assert at_rest(story)
    assert (story.variables["outcome"], story.variables["reason"]) == (
        "REJECTED",
        "CALL_BACK_DENIED",
    )


@pytest.mark.parametrize(
    ("before", "element"), [((), CALL), (IN_VAIN, OTHERWISE)], ids=["by phone", "otherwise"]
)
def test_what_was_answered_is_recorded_before_anybody_decides(
    before: tuple[Step, ...], element: str
):
    answered = decides(element, "checker-3")
    heard = {"identityVerified": True, "wasPromised": True}
    answered = {**answered, "variables": {**answered["variables"], "answers": heard}}
    story = call(*before, answered)

    assert story.jobs("feedback.call_back") == [
        {"policyNo": "P-1", "by": "checker-3", "answers": heard}
    ]
    assert story.waits() == {CHECK}


DRAWN = {
    "follow_up.archive": {
        "archive": {"documents": 3, "sha256": "def", "qualityCall": {"excluded": ["maker-1"]}}
    }
}
QUALITY = "follow_up/quality_call"


def test_a_drawn_case_is_called_after_completion_by_somebody_else_beside_the_survey():
    story = tell(answers=DRAWN)
    done = decides(QUALITY, "checker-9", "done")
    called = tell(done, advance("P1D"), ANSWERED, advance("P3D"), answers=DRAWN)

    assert story.statuses()[-2:] == ["COMPLETED", "FOLLOW_UP"]
    assert QUALITY in story.waits()
    assert story.shown[QUALITY]["excluded"] == ["maker-1"]
    assert [job["by"] for job in called.jobs("feedback.call_back")] == ["checker-9"]
    assert at_rest(called)


def test_a_call_that_nobody_makes_holds_no_case_open_for_ever():
    story = tell(advance("P1D"), ANSWERED, advance("P15D"), answers=DRAWN)

    assert at_rest(story)
    assert story.jobs("feedback.call_back") == []
