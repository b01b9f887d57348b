"""S29: an ad-hoc sub-process whose job says what begins, and when it is over."""

from typing import Any

from tests.builders.events import undone_by
from tests.builders.process import a_flow, a_process
from tests.playing import play, unplain
from workflows.bpmn.interpreter.commands import CancelTask, RunTask

JOB = '<zeebe:taskDefinition type="agent"/>'


def two():
    inner = a_flow().service("a").at("a")
    inner.cursor = None
    return inner.service("b", name="Second")


def steered(inner=None, until=None, **given):
    inner = inner or two()
    condition = f"<bpmn:completionCondition>{until}</bpmn:completionCondition>" if until else ""
    model = a_process().start()
    inside = inner.content() + condition
    return (
        model.node("adHocSubProcess", "s", given, extension=JOB, inside=inside).service("t").end()
    )


def asked(run):
    return [one for one in run.issued(RunTask) if one.type == "agent"]


def test_the_job_is_told_what_there_is():
    run = play(steered(), x=1)

    assert unplain(asked(run)[0].variables) == {
        "x": 1,
        "adHocSubProcessElements": [
            {"elementId": "a", "elementName": ""},
            {"elementId": "b", "elementName": "Second"},
        ],
    }


def test_it_names_what_begins_and_is_asked_again_after_each():
    run = play(steered())

    run.complete("s/steering", activateElements=["a", {"elementId": "b", "variables": {"y": 2}}])
    assert run.waiting == ["a", "b"]
    assert unplain(run.issued(RunTask)[-1].variables) == {"y": 2}
    run.complete("a")
    assert run.waiting == ["b", "s/steering"]
    run.complete("b")
    assert run.waiting == ["s/steering"]
    assert len(run.issued(CancelTask)) == 1
    run.complete("s/steering", isCompletionConditionFulfilled=True, told="so")
    assert run.waiting == ["t"]
    assert run.complete("t").assert_over().variables == {"told": "so"}


def test_what_is_active_is_waited_for_or_cancelled():
    run = play(steered()).complete("s/steering", activateElements=["a", "b"]).complete("a")
    run.complete("s/steering", isCompletionConditionFulfilled=True)
    assert run.waiting == ["b"]
    assert run.complete("b").waiting == ["t"]

    run = play(steered()).complete("s/steering", activateElements=["a", "b"]).complete("a")
    run.complete("s/steering", isCompletionConditionFulfilled=True, isCancelRemainingInstances=True)
    assert run.waiting == ["t"]


def test_a_job_that_names_nothing_is_an_incident_and_asked_again():
    run = play(steered()).complete("s/steering")

    assert run.codes == ["nothing-to-begin"]
    run.resolve("s")
    assert run.waiting == ["s/steering"]
    run.complete("s/steering", isCompletionConditionFulfilled=True).complete("t").assert_over()


def test_an_activity_that_is_not_there_is_an_incident():
    run = play(steered()).complete("s/steering", activateElements=["t"])

    assert run.codes == ["answer-invalid"]


def test_one_after_the_other_where_it_is_sequential():
    run = play(steered(ordering="Sequential")).complete("s/steering", activateElements=["a", "b"])

    assert run.waiting == ["a"]
    run.complete("a").complete("s/steering")
    assert run.waiting == ["b"]


def test_what_compensates_is_no_activity_to_choose():
    inner = a_flow().service("a")
    undone_by(inner, "a", "undo")
    run = play(steered(inner))

    listed: Any = unplain(asked(run)[0].variables)["adHocSubProcessElements"]
    assert [one["elementId"] for one in listed] == ["a"]
    run.complete("s/steering", activateElements=["undo"])
    assert run.codes == ["answer-invalid"]


def test_a_job_that_would_say_more_is_withdrawn_when_it_is_over():
    run = play(steered(until="=enough", cancelRemainingInstances=False))
    run.complete("s/steering", activateElements=["a", "b"]).complete("a", enough=False)
    assert run.waiting == ["b", "s/steering"]

    run.complete("b", enough=True)

    assert len(run.issued(CancelTask)) == 1
    assert run.waiting == ["t"]


def test_what_is_active_is_awaited_without_the_job():
    run = play(steered(until="=enough", cancelRemainingInstances=False))
    run.complete("s/steering", activateElements=["a", "a", "b"])

    run.complete("a", enough=False).complete("a", enough=True)

    assert run.waiting == ["b"]
    assert run.complete("b").waiting == ["t"]


def test_what_only_the_activity_saw_is_enough_for_it_to_be_over():
    inner = a_flow().service("a", inputs={"mine": "=true"})
    run = play(steered(inner, until="=mine = true", cancelRemainingInstances=False))
    run.complete("s/steering", activateElements=["a", "a"]).complete("a", mine=False)
    assert run.waiting == ["a", "s/steering"]

    run.complete("a")

    assert (run.codes, run.waiting) == ([], ["t"])
