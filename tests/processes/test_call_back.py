"""Call-back 回访: who is not reached is called again, then asked by another channel."""

import pytest

from tests.processes.contact import ANSWERED, QUIET, tell
from tests.processes.termination import CALL, Step, Story, advance, at_rest, decides

OTHERWISE, CHECK = "approval/customer_call/confirm_otherwise", "approval/check"
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
        {"policyNo": "P-1", "by": "checker-3", "answers": heard, "afterwards": False}
    ]
    assert story.waits() == {CHECK}


def test_who_has_no_number_verified_before_is_asked_by_letter_at_once():
    facts = {"riskFacts": {**CALLED["verification.risk_facts"]["riskFacts"], "callBackOn": None}}
    story = tell(answers={"verification.risk_facts": facts})

    assert story.entered(CALL) == 0
    assert story.letters() == ["call_back_unreached"]
    assert OTHERWISE in story.waits()


DRAWN = {
    "follow_up.archive": {
        "archive": {
            "documents": 3,
            "sha256": "def",
            "qualityCall": {"excluded": ["maker-1"], "callBackOn": "139****0008"},
        }
    }
}
QUALITY = "follow_up/quality_call/call_back"
OTHER_CHANNEL = "follow_up/quality_call/confirm_otherwise"
UNREACHED = decides(QUALITY, "checker-9", "not-reached")


def test_a_drawn_case_is_called_after_completion_by_somebody_else_beside_the_survey():
    story = tell(answers=DRAWN)
    done = decides(QUALITY, "checker-9")
    called = tell(done, advance("P1D"), ANSWERED, advance("P3D"), answers=DRAWN)

    assert story.statuses()[-2:] == ["COMPLETED", "FOLLOW_UP"]
    assert QUALITY in story.waits()
    assert story.shown[QUALITY]["excluded"] == ["maker-1"]
    shown = story.shown[QUALITY]["shown"]
    assert (shown["callBackOn"], shown["measures"]) == ("139****0008", [])
    (recorded,) = called.jobs("feedback.call_back")
    assert (recorded["by"], recorded["afterwards"]) == ("checker-9", True)
    assert at_rest(called)


def test_a_drawn_customer_is_called_three_times_on_two_days_and_then_asked_by_letter():
    tried = (UNREACHED, advance("PT4H"), UNREACHED)
    early = tell(*tried, advance("PT19H59M"), answers=DRAWN)
    story = tell(*tried, advance("PT20H"), UNREACHED, answers=DRAWN)

    assert QUALITY not in early.waits()
    assert story.entered(QUALITY) == 3
    assert story.letters()[-1] == "quality_call_unreached"
    assert OTHER_CHANNEL in story.waits()


def test_what_a_drawn_customer_says_by_another_channel_is_recorded():
    tried = (UNREACHED, advance("PT4H"), UNREACHED, advance("PT20H"), UNREACHED)
    said = decides(OTHER_CHANNEL, "checker-8", "reject")
    story = tell(*tried, said, ANSWERED, advance("P3D"), answers=DRAWN)

    assert [job["by"] for job in story.jobs("feedback.call_back")] == ["checker-8"]
    assert at_rest(story), "what is done stays done"


def test_a_call_that_nobody_makes_holds_no_case_open_for_ever():
    story = tell(advance("P1D"), ANSWERED, advance("P15D"), answers=DRAWN)

    assert at_rest(story)
    assert story.jobs("feedback.call_back") == []


def test_nor_does_a_drawn_customer_who_never_answers():
    tried = (UNREACHED, advance("PT4H"), UNREACHED, advance("PT20H"), UNREACHED)
    story = tell(*tried, ANSWERED, advance("P15D"), answers=DRAWN)

    assert at_rest(story)
    assert story.jobs("feedback.call_back") == []
