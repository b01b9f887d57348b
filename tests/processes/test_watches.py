"""What runs beside the path: withdrawal, time limits, survey, claims and interventions."""

from tests.processes.termination import (
    ANSWERED,
    ANSWERS,
    APPROVED,
    MADE,
    REQUEST,
    Json,
    advance,
    at_rest,
    decides,
    files,
    payment,
    says,
    tell,
)
from workflows.play import play


def test_the_loss_statement_is_sent_and_its_own_acknowledgement_awaited():
    asked = {"request": {**REQUEST, "lossAcknowledged": False}}

    early = tell(says("loss-statement.acknowledged", statementHash="other"), start=asked)
    story = tell(
        says("loss-statement.acknowledged", statementHash="other"),
        says("loss-statement.acknowledged", statementHash="abc"),
        start=asked,
    )

    assert early.waits() == {"loss_acknowledged"}
    assert story.waits() == {"make"}
    assert story.letters() == ["loss_statement"]


def test_the_customer_may_withdraw_until_the_change_is_committed():
    waiting = {"verification.documents": {"documents": {"complete": False, "missing": ["X"]}}}
    stories = [
        tell(says("customer.withdrawn"), answers=waiting),
        tell(says("customer.withdrawn")),
        tell(*APPROVED[:1], says("customer.withdrawn")),
    ]

    for story in stories:
        assert at_rest(story)
        assert story.variables["outcome"] == "WITHDRAWN"
        assert story.letters()[-1] == "withdrawn"
        assert len(story.jobs("execution.release")) == 1
        assert story.statuses()[-1] == "WITHDRAWN"


def test_the_death_of_the_applicant_ends_the_case_and_releases_what_it_holds():
    story = tell(*APPROVED[:1], says("customer.withdrawn", because="APPLICANT_DIED"))

    assert at_rest(story)
    assert story.variables["reason"] == "APPLICANT_DIED"
    assert story.letters()[-1] == "applicant_died"
    assert len(story.jobs("execution.release")) == 1
    assert story.jobs("feedback.survey") == []


def test_a_withdrawal_after_the_commit_finds_nobody_listening():
    answers = {"execution.pay": {"payment": payment("SENT")}}
    withdrawal = {**says("customer.withdrawn"), "ttl": "PT1H"}

    story = tell(*APPROVED, withdrawal, answers=answers)

    assert story.variables["outcome"] == "OPEN"
    assert story.waits() == {"payout/payment_result"}


def test_a_claim_before_the_commit_only_releases():
    story = tell(says("claim.reported", "P-1", eventOn="2026-10-11"))

    assert at_rest(story)
    assert story.variables["outcome"] == "SUPERSEDED_BY_CLAIM"
    assert story.jobs("execution.reverse") == []
    assert len(story.jobs("execution.release")) == 1


def test_a_claim_for_a_later_event_is_noted_and_the_case_goes_on():
    later = says("claim.reported", "P-1", eventOn="2026-10-13")
    story = tell(later, *APPROVED, ANSWERED)

    assert at_rest(story)
    assert story.anomalies() == [("CONFLICT", "CLAIM_REPORTED")]
    assert story.variables["outcome"] == "COMPLETED"


def test_a_claim_on_the_day_of_the_notice_is_ruled_on_before_the_commit():
    same_day = says("claim.reported", "P-1", eventOn="2026-10-12")

    held = tell(same_day, *APPROVED)
    story = tell(same_day, *APPROVED, decides("decide_legal_hold", "legal-1"), ANSWERED)

    assert held.waits() == {"decide_legal_hold"}
    assert at_rest(story)


def test_an_intervention_that_legal_confirms_defeats_the_termination():
    story = tell(
        says("intervention.notified", "P-1"),
        *APPROVED,
        decides("decide_legal_hold", "legal-1", "reject"),
    )

    assert at_rest(story)
    assert story.variables["reason"] == "INTERVENTION_NOTICE"
    assert story.jobs("execution.commit") == []


def test_the_time_limits_are_watched_and_a_breach_is_told_once():
    story = tell(*MADE, advance("P31D"))

    assert story.anomalies() == [
        ("SLA", "K-DO_WARN"),
        ("SLA", "K-DO_BREACH"),
        ("SLA", "K-SUR_WARN"),
        ("SLA", "K-SUR_BREACH"),
    ]
    assert story.letters() == ["delay_notice", "delay_notice"]
    assert story.waits() == {"approval/check"}


def test_the_time_limits_stop_when_the_money_is_paid():
    story = tell(*APPROVED, ANSWERED, advance("P60D"))

    assert at_rest(story)
    assert story.anomalies() == []


def test_acceptance_is_watched_while_the_checks_are_ours_to_make():
    story = tell(advance("P3D"), silent=["verification.conflicts"])

    assert story.anomalies() == [("SLA", "K-ACC_BREACH")]
    assert story.letters() == ["delay_notice"]


def test_the_acceptance_clock_pauses_while_the_customer_supplements():
    missing = {"documents": {"complete": False, "missing": ["APPLICANT_ID"], "held": []}}
    story = tell(
        {"complete": "verification.documents", "variables": missing},
        advance("P10D"),
        says("documents.supplemented", documentIds=["doc-2"]),
        advance("P2D"),
        silent=["verification.documents"],
    )

    assert ("SLA", "K-ACC_BREACH") not in story.anomalies()


def test_an_unknown_policy_is_recorded_and_not_taken_up():
    story = tell(answers={"verification.intake": {"throwError": "POLICY_NOT_FOUND"}})

    assert at_rest(story)
    assert story.variables["outcome"] == "POLICY_NOT_FOUND"
    assert story.anomalies() == [("DATA", "POLICY_NOT_FOUND")]


def test_a_survey_that_nobody_answers_closes_the_case_after_seven_days():
    story = tell(*APPROVED, advance("P7D"))

    assert at_rest(story)
    assert story.jobs("feedback.record") == []


def asked(outcome: str, **more: str) -> Json:
    survey = {"id": "S-1", "outcome": outcome, **more}
    return {"complete": "feedback.survey", "variables": {"survey": survey}}


def test_a_survey_waits_out_the_quiet_hours_and_is_tried_again():
    night = asked("LATER", notBefore="2026-10-13T08:00:00+08:00")
    early = tell(*APPROVED, night, silent=["feedback.survey"])
    late = tell(
        *APPROVED, night, advance("PT23H"), asked("ASKED"), ANSWERED, silent=["feedback.survey"]
    )
    dues = {one["element"]: one["due"] for one in early.waiting if one["for"] == "timer"}

    assert dues == {"follow_up/survey_time": "2026-10-13T00:00:00Z"}
    assert at_rest(late)
    assert len(late.jobs("feedback.survey")) == 2
    assert len(late.jobs("feedback.record")) == 1


def test_who_does_not_want_to_be_asked_is_not_waited_for():
    story = tell(*APPROVED, asked("NOT_WANTED"), silent=["feedback.survey"])

    assert at_rest(story)
    assert story.jobs("feedback.record") == []


def test_effort_and_recommendation_are_recorded_where_they_are_told():
    story = tell(*APPROVED, says("survey.answered", "S-1", csat=4, effort=6, nps=9))

    [recorded] = story.jobs("feedback.record")
    assert recorded == {"surveyId": "S-1", "csat": 4, "effort": 6, "nps": 9, "comment": None}


def test_a_dissatisfied_customer_gets_a_recovery():
    story = tell(
        *APPROVED,
        says("survey.answered", "S-1", csat=1, comment="慢"),
        answers={"feedback.record": {"recoveryNeeded": True}},
    )

    assert at_rest(story)
    assert story.jobs("feedback.recovery") == [{"surveyId": "S-1"}]


def test_a_case_survives_being_written_down_at_every_rest():
    steps: list[Json] = []
    for step in (*APPROVED, ANSWERED):
        steps += [{"snapshot": True}, step]

    assert at_rest(tell(*steps))


def test_a_called_process_makes_sense_on_its_own():
    told = play(
        {
            "models": [
                "servicing_follow_up/servicing_follow_up.bpmn",
                "servicing_call_back/servicing_call_back.bpmn",
            ],
            "workers": {name: {"complete": answer} for name, answer in ANSWERS.items()},
            "steps": [
                {
                    "start": "servicing_follow_up",
                    "variables": {
                        "caseId": "BQ-1",
                        "policyNo": "P-1",
                        "applicantPartyId": "party-1",
                        "template": "rejected",
                        "facts": {"reason": "OTHER"},
                        "surveyWanted": False,
                    },
                }
            ],
        },
        files(),
    )

    assert told["error"] is None
    assert told["incidents"] == []
    assert told["instances"][0]["state"] == "completed"
