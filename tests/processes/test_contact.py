"""Contact change: straight through or checked, told to both sides, undone when it was not me."""

import pytest

from tests.processes import termination
from tests.processes.contact import ANSWERED, CHANGE, CLOCK, NOT_ME, NOTED, QUIET, tell
from tests.processes.termination import CALL, CALLED, FACTS, advance, at_rest, decides, says
from workflows.play.fields import ScenarioError

KEY_DATA = {"verification.contact": {"change": {**CHANGE, "fields": ["NAME", "PHONE"]}}}
AWAY = {"throwError": "verification.bureau", "errorCode": "BUREAU_AWAY"}
BACK = {"complete": "verification.bureau", "variables": {"bureau": {"answer": "MATCH"}}}


def test_a_phone_at_low_risk_goes_straight_through_and_both_phones_are_told_at_once():
    story = tell(advance("P1D"), ANSWERED, advance("P3D"))

    assert at_rest(story)
    assert story.people() == []
    assert story.variables["outcome"] == "COMPLETED"
    assert [job["side"] for job in story.jobs("follow_up.contact_notice")] == ["OLD", "NEW"]
    assert [job["policyNo"] for job in story.jobs("execution.endorse_contact")] == ["P-1", "P-2"]
    assert story.letters() == ["change_outcome"]
    assert story.statuses() == [
        "SUBMITTED", "VERIFYING", "ACCEPTED", "APPROVAL", "EXECUTING", "COMPLETED", "FOLLOW_UP",
        "CLOSED",
    ]  # fmt: skip


def test_the_customer_is_done_while_the_objection_window_is_still_open():
    story = tell()
    dues = {one["element"]: one["due"] for one in story.waiting if one["for"] == "timer"}

    assert story.statuses()[-1] == "FOLLOW_UP"
    assert story.letters() == ["change_outcome"]
    assert dues == {
        "window_over": "2026-02-16T08:05:00Z",
        "follow_up/survey_time": "2026-02-14T02:00:00Z",
    }


@pytest.mark.parametrize("after", ["PT1M", "PT71H59M"])
def test_it_was_not_me_restores_the_data_raises_the_alarm_and_tells_the_restored_phone(after: str):
    story = tell(advance(after), NOT_ME)

    assert at_rest(story)
    assert story.variables["outcome"] == "REVERSED"
    assert story.statuses()[-2:] == ["COMPENSATING", "REVERSED"]
    assert [job["scope"] for job in story.jobs("execution.reverse_contact")] == ["OWN"]
    assert [job["reason"] for job in story.jobs("anomaly.risk_alert")] == ["CONTACT_DENIED"]
    told = [(job["template"], job["side"]) for job in story.jobs("follow_up.contact_notice")]
    assert told == [
        ("contact_changed", "OLD"),
        ("contact_changed", "NEW"),
        ("contact_reversed", "OLD"),
    ]
    assert story.letters() == ["change_outcome", "contact_reversed"]
    assert [job["outcome"] for job in story.jobs("anomaly.close")] == ["FRAUD"]


def test_after_72_hours_a_denial_no_longer_undoes_by_itself():
    with pytest.raises(ScenarioError, match="Nobody waits"):
        tell(advance("PT72H"), NOT_ME)


def test_a_change_that_a_later_one_stands_on_is_repaired_by_a_person():
    story = tell(
        NOT_ME,
        {"throwError": "execution.reverse_contact", "errorCode": "NOT_REVERSIBLE"},
        decides("repair_data", "risk-1", "done"),
        silent=["execution.reverse_contact"],
    )

    assert at_rest(story)
    assert story.people() == ["repair_data"]
    assert story.variables["outcome"] == "REVERSED"


def test_key_data_ask_for_proof_a_call_back_and_a_checker():
    open_ = tell(answers=KEY_DATA, start={"channel": "COUNTER"})
    done = tell(
        CALLED,
        decides("approval/check", "checker-2"),
        answers=KEY_DATA,
        start={"channel": "COUNTER"},
    )
    required = open_.jobs("verification.documents")[0]["requiredDocuments"]

    assert {one["type"] for one in required} == {
        "APPLICATION_FORM",
        "APPLICANT_ID",
        "KEY_DATA_PROOF",
    }
    assert open_.waits() == {CALL}
    assert open_.shown[CALL]["shown"]["authority"]["callBacks"] == ["KEY_DATA"]
    assert open_.jobs("execution.change_contact") == []
    assert len(done.jobs("execution.change_contact")) == 1


def test_a_checker_s_no_changes_nothing():
    story = tell(CALLED, decides("approval/check", "checker-2", "reject"), answers=KEY_DATA)

    assert at_rest(story)
    assert story.variables["outcome"] == "REJECTED"
    assert story.variables["reason"] == "REJECTED_BY_CHECKER"
    assert story.jobs("execution.change_contact") == []
    assert story.letters() == ["rejected"]


def test_a_returned_case_is_made_anew_and_checked_again():
    story = tell(
        CALLED,
        decides("approval/check", "checker-2", "return"),
        decides("rework", "maker-1"),
        CALLED,
        decides("approval/check", "checker-3"),
        answers=KEY_DATA,
    )

    assert story.people() == [CALL, "approval/check", "rework", CALL, "approval/check"]
    assert story.statuses()[-1] == "FOLLOW_UP"


def test_a_phone_that_an_agent_has_is_checked_after_a_call_to_the_number_before():
    facts = {"riskFacts": {**QUIET, "phoneIsAgents": True}}
    story = tell(
        decides(CALL, "checker-1"),
        decides("approval/check", "checker-2"),
        answers={"verification.risk_facts": facts},
    )

    assert story.people() == [CALL, "approval/check"]
    assert story.variables["riskSignals"] == ["R12"]
    assert story.statuses()[-1] == "FOLLOW_UP"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"fields": []}, "NOTHING_TO_CHANGE"),
        ({"newVerified": False}, "NEW_PHONE_NOT_VERIFIED"),
    ],
)
def test_what_cannot_be_done_goes_back_to_the_applicant(changed: dict[str, object], reason: str):
    story = tell(answers={"verification.contact": {"change": {**CHANGE, **changed}}})

    assert at_rest(story)
    assert (story.variables["outcome"], story.variables["reason"]) == ("REJECTED", reason)
    assert story.anomalies() == [("DATA", reason)]


def test_a_policy_that_takes_no_note_does_not_hold_up_the_others():
    refused = {"policyNo": "P-2", "status": "REFUSED", "reason": "POLICY_FROZEN"}
    story = tell(
        {"complete": "execution.endorse_contact", "variables": {"noted": NOTED}},
        {"complete": "execution.endorse_contact", "variables": {"noted": refused}},
        silent=["execution.endorse_contact"],
    )

    assert story.anomalies() == [("DATA", "POLICIES_NOT_CHANGED")]
    assert story.jobs("anomaly.record")[0]["detail"] == "P-2 POLICY_FROZEN"
    assert story.jobs("follow_up.letter")[0]["facts"] == {
        "endorsements": ["E-1"],
        "refused": ["P-2"],
    }
    assert story.statuses()[-1] == "FOLLOW_UP"


def test_data_that_moved_on_meanwhile_are_read_and_approved_anew():
    story = tell(
        {"throwError": "execution.change_contact", "errorCode": "STALE"},
        silent=["execution.change_contact"],
    )

    assert len(story.jobs("verification.contact")) == 2
    assert story.waits() == {"change_contact"}


def test_while_the_bureau_is_away_the_case_waits_by_name_and_asks_again_by_itself():
    silent = ["verification.bureau"]
    parked = tell(AWAY, silent=silent)
    again = tell(AWAY, advance("PT9M"), AWAY, advance("PT9M"), silent=silent)
    back = tell(AWAY, advance("PT9M"), BACK, silent=silent)
    wait = next(one for one in parked.waiting if one["element"] == "verify/ask_again")

    assert wait["due"] == "2026-02-13T08:14:00Z"
    assert len(again.jobs("verification.bureau")) == 3
    assert again.anomalies() == [("SYSTEM", "IDENTITY_BUREAU_AWAY")], "one record for one outage"
    assert back.statuses()[-1] == "FOLLOW_UP"
    assert [job["outcome"] for job in back.jobs("anomaly.close")] == ["REPLAYED"]


def test_acceptance_that_an_outage_delays_is_told_and_recorded():
    story = tell(AWAY, advance("P12D"), silent=["verification.bureau"], clock=CLOCK)

    assert ("SLA", "K-ACC_BREACH") in story.anomalies()
    assert story.letters() == ["delay_notice"]


def test_the_customer_may_withdraw_while_the_case_is_parked():
    story = tell(AWAY, says("customer.withdrawn"), silent=["verification.bureau"])

    assert at_rest(story)
    assert story.variables["outcome"] == "WITHDRAWN"
    assert story.letters() == ["withdrawn"]


def test_a_doubtful_face_without_money_is_settled_by_the_identity_desk():
    doubtful = {"identity": {"ial": 2, "requiredIal": 2, "passed": False}}
    story = tell(
        decides("verify/identity_desk", "risk-1", "reject"),
        answers={"verification.identity": doubtful},
    )

    assert story.variables["reason"] == "IDENTITY_NOT_CONFIRMED"


@pytest.mark.parametrize(
    ("channel", "old_verified", "level"),
    [("APP", True, 1), ("APP", False, 2), ("COUNTER", True, 2)],
)
def test_online_with_both_phones_verified_the_lowest_level_will_do(
    channel: str, old_verified: bool, level: int
):
    change = {"verification.contact": {"change": {**CHANGE, "oldVerified": old_verified}}}
    story = tell(answers=change, start={"channel": channel})

    assert story.jobs("verification.identity")[0]["requiredIal"] == level


def test_a_surrender_that_the_customer_denies_takes_the_fresh_contact_change_back():
    facts = {"riskFacts": {**FACTS, "faceScore": 0.61}}
    reversal = {"reversal": {"changes": ["BQ-0"], "version": 3, "notices": []}}
    denied = decides("assess_risk/manual_identity", "risk-1", "reject")
    denied = {**denied, "variables": {**denied["variables"], "customerDenies": True}}
    story = termination.tell(
        denied,
        answers={
            "verification.risk_facts": facts,
            "execution.reverse_contact": reversal,
            "anomaly.risk_alert": {"alert": {"id": "RA-1", "anomalyId": "A-2"}},
        },
    )

    assert at_rest(story)
    assert (story.variables["outcome"], story.variables["reason"]) == ("REJECTED", "IDENTITY_FRAUD")
    assert [job["scope"] for job in story.jobs("execution.reverse_contact")] == ["FRESH"]
    assert [job["cases"] for job in story.jobs("anomaly.risk_alert")] == [["BQ-0"]]
    assert story.jobs("execution.reserve") == []
