"""User tasks: who may do it, until when, and what is shown."""

from datetime import datetime

import pytest

from tests.builders.process import a_process
from tests.playing import play
from workflows.bpmn.interpreter.commands import OpenHumanTask


def a_task(**more):
    return a_process().start().user("u", **more).end()


def opened(run):
    return run.issued(OpenHumanTask)[-1]


def test_candidates_may_be_static_text():
    run = play(a_task(assignment={"candidateGroups": "claims, seniors", "assignee": "li"}))

    assert opened(run).candidate_groups == ("claims", "seniors")
    assert opened(run).assignee == "li"


def test_candidates_may_be_a_list():
    run = play(a_task(assignment={"candidateGroups": "=groups"}), groups=["a", "b"])

    assert opened(run).candidate_groups == ("a", "b")


@pytest.mark.parametrize("groups", [None, 5, ["a", 1]])
def test_candidates_that_are_no_texts_are_an_incident(groups):
    run = play(a_task(assignment={"candidateGroups": "=groups"}), groups=groups)

    assert run.codes == ["assignment-invalid"]
    run.resolve(groups=["x"]).complete("u").assert_over()


def test_nobody_assigned_is_no_fault():
    assert opened(play(a_task(assignment={"assignee": "=who"}), who=None)).assignee is None


def test_dates_are_moments():
    run = play(
        a_task(
            schedule={"dueDate": '=now() + duration("P2D")', "followUpDate": "2026-01-02T00:00:00Z"}
        )
    )

    assert opened(run).due == datetime.fromisoformat("2026-01-03T00:00:00+00:00")
    assert opened(run).follow_up == datetime.fromisoformat("2026-01-02T00:00:00+00:00")


def test_a_date_that_is_none_is_an_incident():
    assert play(a_task(schedule={"dueDate": "=when"}), when="soon").codes == ["schedule-invalid"]


@pytest.mark.parametrize(("priority", "told"), [("70", 70), ("=7", 7), (None, 50)])
def test_priority(priority, told):
    assert opened(play(a_task(priority=priority))).priority == told


@pytest.mark.parametrize("priority", [101, -1, 1.5, None, "high"])
def test_a_priority_out_of_range_is_an_incident(priority):
    assert play(a_task(priority="=p"), p=priority).codes == ["priority-invalid"]


def test_the_person_sees_the_mapped_inputs():
    run = play(a_task(inputs={"shown": "=x"}), x=1, hidden=2)

    assert set(opened(run).variables) == {"shown"}
    run.complete("u", decision="approve").assert_over()
