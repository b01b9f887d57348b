"""Task listeners (bpmn.md, 3; S34): they decide about every step in the life of a human task."""

from datetime import datetime

import pytest

from tests.builders.process import a_flow, a_process, timer
from tests.playing import play, unplain
from workflows.bpmn.interpreter.commands import (
    CloseHumanTask,
    OpenHumanTask,
    RunTask,
    SettleChange,
)
from workflows.bpmn.interpreter.occurrences import AssignmentAsked


def heard(*events, assignee=None, candidates=None, **more):
    """A process with one user task ``t``, and a listener for each event (its type is the event)."""
    lines = "".join(f'<zeebe:taskListener eventType="{one}" type="{one}"/>' for one in events)
    given = {"assignee": assignee, "candidateGroups": candidates}
    parts = "".join(f' {name}="{value}"' for name, value in given.items() if value)
    extension = "<zeebe:userTask/>" + (f"<zeebe:assignmentDefinition{parts}/>" if parts else "")
    extension += f"<zeebe:taskListeners>{lines}</zeebe:taskListeners>"
    return a_process().start().node("userTask", "t", extension=extension, **more)


def assign(run, assignee):
    key = run.key("t")
    return run.happen(AssignmentAsked(at=run.now, key=key, assignee=assignee))


def offers(run):
    return run.issued(OpenHumanTask)


def settled(run):
    return [(one.event, one.is_denied, one.reason) for one in run.issued(SettleChange)]


# --- creating ----------------------------------------------------------------------------------


def test_a_task_is_offered_once_those_who_listen_to_its_creation_have_answered():
    run = play(heard("creating").end())

    assert offers(run) == []
    run.complete("t/creating1")
    assert len(offers(run)) == 1
    run.complete("t").assert_over()


def test_listeners_run_one_after_the_other_and_correct_what_is_offered():
    run = play(heard("creating", "creating", candidates="clerks").end())

    run.complete("t/creating1", corrections={"candidateGroups": ["chiefs"], "priority": 80})
    headers = run.issued(RunTask)[1].headers

    assert (headers["candidateGroups"], headers["priority"]) == ("chiefs", "80")
    assert headers["changedAttributes"] == "candidateGroups,priority"
    run.complete("t/creating2", corrections={"dueDate": "2026-02-01T00:00:00Z"})
    (offer,) = offers(run)
    assert (offer.candidate_groups, offer.priority) == (("chiefs",), 80)
    assert offer.due == datetime.fromisoformat("2026-02-01T00:00:00+00:00")


def test_a_task_that_is_made_for_somebody_is_assigned_next():
    run = play(heard("creating", "assigning", assignee="kim").end())

    run.complete("t/creating1").complete("t/assigning2")

    assert [one.assignee for one in offers(run)] == ["kim"]


def test_a_task_made_for_somebody_whom_a_listener_denies_is_nobodys():
    run = play(heard("assigning", assignee="kim").end())

    run.complete("t/assigning1", denied=True)

    assert [one.assignee for one in offers(run)] == [None]


def test_a_creation_cannot_be_denied():
    run = play(heard("creating").end()).complete("t/creating1", denied=True)

    assert run.codes == ["answer-invalid"]
    run.resolve("t/creating1").complete("t/creating1").complete("t").assert_over()


# --- assigning ---------------------------------------------------------------------------------


def test_an_assignment_waits_for_its_listeners():
    run = assign(play(heard("assigning").end()), "kim")

    assert run.issued(RunTask)[0].headers["assignee"] == "kim"
    assert run.waiting == ["t/assigning1"]
    run.complete("t/assigning1")
    assert settled(run) == [("assigning", False, "")]
    assert (offers(run)[-1].assignee, offers(run)[-1].again) == ("kim", True)


def test_a_denied_assignment_leaves_the_task_as_it_was():
    run = assign(play(heard("assigning").end()), "kim")

    run.complete("t/assigning1", denied=True, deniedReason="on leave")

    assert settled(run) == [("assigning", True, "on leave")]
    assert offers(run)[-1].assignee is None


def test_a_task_is_locked_while_its_listeners_decide():
    run = play(heard("assigning").end())
    key = run.key("t")
    assign(run, "kim")

    run.happen(AssignmentAsked(at=run.now, key=key, assignee="lee"))

    assert "late" in [one.event for one in run.trail]
    assert len(run.issued(RunTask)) == 1


# --- updating ----------------------------------------------------------------------------------


def test_variables_of_a_task_are_set_once_listeners_have_agreed():
    run = play(heard("updating").end()).set("t", note="a")

    assert unplain(run.issued(RunTask)[0].variables) == {"note": "a"}
    run.complete("t/updating1")
    assert unplain(offers(run)[-1].variables) == {"note": "a"}


def test_a_denied_update_sets_nothing():
    run = play(heard("updating").end()).set("t", note="a").complete("t/updating1", denied=True)

    assert unplain(offers(run)[-1].variables) == {}


# --- completing --------------------------------------------------------------------------------


def test_a_completion_waits_for_its_listeners_who_see_what_it_brings():
    run = play(heard("completing").end()).complete("t", verdict="yes")

    assert unplain(run.issued(RunTask)[0].variables) == {"verdict": "yes"}
    assert run.outcome == ""
    assert run.complete("t/completing1").assert_over().variables == {"verdict": "yes"}


def test_a_denied_completion_opens_the_task_again():
    run = play(heard("completing", "completing").end()).complete("t", verdict="yes")

    run.complete("t/completing1", denied=True, deniedReason="no reason given")

    assert settled(run) == [("completing", True, "no reason given")]
    assert run.variables == {}
    assert [one.again for one in offers(run)] == [False, True]
    run.complete("t", verdict="no").complete("t/completing1").complete("t/completing2")
    assert run.assert_over().variables == {"verdict": "no"}


def test_a_listener_brings_no_variables():
    run = play(heard("completing").end()).complete("t").complete("t/completing1", extra=1)

    assert run.codes == ["answer-invalid"]


@pytest.mark.parametrize(
    "corrections",
    [{"priority": 101}, {"colour": "red"}, {"candidateUsers": "kim"}, {"dueDate": "soon"}],
)
def test_a_correction_that_makes_no_sense_is_an_incident_of_the_listener(corrections):
    run = play(heard("creating").end()).complete("t/creating1", corrections=corrections)

    assert run.codes == ["answer-invalid"]
    assert offers(run) == []


def test_a_task_of_a_loop_has_listeners_for_each_item():
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    run = play(heard("creating", "completing", loop=loop).end())

    for step in ("creating1", "creating1"):
        run.complete(f"t/{step}")
    run.complete("t").complete("t").complete("t/completing2").complete("t/completing2")
    run.assert_over()


# --- canceling ---------------------------------------------------------------------------------


def test_an_interruption_waits_for_those_who_listen_to_the_end_of_the_task():
    model = heard("canceling").end().boundary("t", "b", timer(duration="PT1H")).service("after")
    run = play(model.end()).fire("b")

    assert len(run.issued(CloseHumanTask)) == 1
    assert run.waiting == ["t/canceling1"]
    run.complete("t/canceling1")
    assert run.waiting == ["after"]
    run.complete("after").assert_over()


def test_a_cancelled_case_ends_when_its_listeners_have_answered():
    inner = a_flow().start("in").service("u").end("out")
    model = heard("canceling", "canceling").end().at("start").sub_process("sub", inner).end("e2")
    run = play(model).cancel()

    assert run.waiting == ["t/canceling1"]
    run.cancel().complete("t/canceling1").complete("t/canceling2").assert_over("terminated")


def test_a_task_that_was_never_offered_ends_unheard():
    play(heard("creating", "canceling").end()).cancel().assert_over("terminated")


def test_listeners_at_work_end_with_the_task():
    play(heard("completing").end()).complete("t").cancel().assert_over("terminated")
