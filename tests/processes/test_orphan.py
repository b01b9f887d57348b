"""Orphan policy: told of in time, given to somebody fit, closed; or overtaken by its end."""

from tests.processes import termination
from tests.processes.termination import Json, Step, Story, advance, at_rest

ANSWERS: Json = {
    "execution.mark_orphan": {
        "policyVersion": 2,
        "noticeDue": "2026-10-01T23:59:59+08:00",
        "noticeTarget": "2026-09-30T23:59:59+08:00",
    },
    "execution.assign_agent": {"policyVersion": 3, "servicingUnit": "SH-02"},
}
START: Json = {"holderPartyId": "party-1", "agentId": "AG-1", "leftOn": "2026-09-01"}


def tell(*steps: Step, **more: object) -> Story:
    answers = {**ANSWERS, **dict(more.pop("answers", {}))}  # type: ignore[call-overload]
    return termination.tell(
        *steps,
        answers=answers,
        clock="2026-09-01T10:00:00+08:00",
        start=START,
        process="orphan_policy",
        **more,  # type: ignore[arg-type]
    )


def chooses(agent_id: str) -> Step:
    decision = {"outcome": "done", "comment": "", "by": "lead-1", "at": "2026-09-01T10:00:00+08:00"}
    given = {"decision": decision, "newAgentId": agent_id}
    return {"complete": "choose_agent", "element": "choose_agent", "variables": given}


def test_the_holder_is_told_at_once_and_again_when_somebody_serves_the_policy():
    story = tell(chooses("AG-2"))

    assert at_rest(story)
    assert story.letters() == ["orphan_notice", "agent_assigned"]
    assert story.statuses() == [
        "SUBMITTED", "ACCEPTED", "APPROVAL", "EXECUTING", "COMPLETED", "CLOSED",
    ]  # fmt: skip
    (given,) = story.jobs("execution.assign_agent")
    assert (given["agentId"], given["newAgentId"]) == ("AG-1", "AG-2")


def test_a_notice_that_is_not_out_by_the_target_is_on_record_once():
    story = tell(advance("P30D"), silent=["follow_up.letter"])

    assert [(job["class"], job["reason"]) for job in story.jobs("anomaly.record")] == [
        ("SLA", "ORPHAN_NOTICE_LATE")
    ]


def test_a_notice_in_time_is_no_anomaly():
    assert tell(advance("P40D")).jobs("anomaly.record") == []


def test_an_agent_who_is_not_at_work_brings_the_task_back():
    story = tell(
        chooses("AG-NOBODY"),
        answers={"execution.assign_agent": {"throwError": "AGENT_UNFIT"}},
    )

    assert story.waits() == {"choose_agent"}
    assert story.variables["refusedAgent"] == "AG-NOBODY"


def test_a_policy_that_is_no_orphan_needs_nothing():
    overtaken = {"throwError": "NO_ORPHAN"}
    before = tell(answers={"execution.mark_orphan": overtaken})
    after = tell(chooses("AG-2"), answers={"execution.assign_agent": overtaken})

    for story in (before, after):
        assert at_rest(story)
        assert (story.statuses()[-1], story.variables["outcome"]) == (
            "SUPERSEDED",
            "NOTHING_TO_DO",
        )
    assert before.letters() == []
