"""S33: an element that sticks keeps its phase; resolving issues the same command again."""

import pytest

from tests.builders.process import a_process, message
from tests.playing import play, unplain
from workflows.bpmn.interpreter.commands import (
    CloseIncident,
    OpenIncident,
    PublishMessage,
    RunTask,
    StartChild,
)
from workflows.bpmn.interpreter.occurrences import IncidentResolved, TaskCompleted


def a_task(**more):
    return a_process().start().service("t", "j", **more).end()


def test_a_job_out_of_retries_is_an_incident():
    run = play(a_task()).fail("t", "bank is down")

    (opened,) = run.issued(OpenIncident)
    assert (opened.code, opened.element, opened.message) == ("job-failed", "t", "bank is down")
    assert run.instance("t").phase == "activated"


def test_a_job_with_retries_left_runs_again():
    run = play(a_task()).fail("t", retries=2)

    assert run.incidents == []
    assert [(job.attempt, job.retries) for job in run.issued(RunTask)] == [(1, 3), (2, 2)]


def test_resolving_runs_the_job_again_with_corrected_variables():
    run = play(a_task(), x=1).fail("t").resolve(retries=5, x=2)

    job = run.issued(RunTask)[-1]
    assert (job.attempt, job.retries, unplain(job.variables)) == (2, 5, {"x": 2})
    assert len(run.issued(CloseIncident)) == 1
    run.complete("t").assert_over()


def test_nothing_else_of_the_instance_stops():
    model = a_process().start().parallel("f").service("a").end("ae").at("f").service("b").end("be")
    run = play(model).fail("a").complete("b")

    assert "be" in run.completed
    assert run.codes == ["job-failed"]


def test_resolving_an_incident_twice_changes_nothing():
    run = play(a_task()).fail("t")
    incident = run.incidents[0].id
    run.resolve()

    run.happen(IncidentResolved(at=run.now, incident=incident))

    assert run.trail[-1].event == "late"
    assert len(run.issued(RunTask)) == 2


@pytest.mark.parametrize("type_", [None, "", 5, True])
def test_a_job_type_that_is_no_text_is_an_incident(type_):
    run = play(a_process().start().service("t", "=kind").end(), kind=type_)

    assert run.codes == ["job-type-invalid"]
    run.resolve(kind="k").complete("t").assert_over()


@pytest.mark.parametrize("retries", [None, "many", 1.5, -1])
def test_retries_that_are_no_whole_number_are_an_incident(retries):
    run = play(a_process().start().service("t", retries="=n").end(), n=retries)

    assert run.codes == ["retries-invalid"]


def test_a_job_that_completes_twice_completes_once():
    run = play(a_task())
    key = run.key("t")
    run.complete("t", x=1)

    run.happen(TaskCompleted(at=run.now, key=key, variables={"x": None}))

    assert run.trail[-1].event == "late"
    assert run.variables == {"x": 1}


def test_an_incident_survives_the_snapshot():
    run = play(a_task()).fail("t", "why").snapshot()

    assert (run.incidents[0].code, run.incidents[0].message) == ("job-failed", "why")
    run.resolve().complete("t").assert_over()


def test_cancelling_closes_the_incident():
    run = play(a_task()).fail("t").cancel()

    assert len(run.issued(CloseIncident)) == 1
    run.assert_over("terminated")


@pytest.mark.parametrize("name", [None, "", 5, True])
def test_a_message_whose_name_is_no_text_is_an_incident_and_goes_on_when_it_is_one(name):
    run = play(a_process().start().catch("c", message("=name", '="K"')).end(), name=name)

    assert run.codes == ["message-name-invalid"]
    assert "'c'" in run.incidents[0].message
    assert run.resolve(name="told").waiting == ["c"]


@pytest.mark.parametrize("callee", [None, "", 5, True])
def test_a_called_process_without_an_id_is_an_incident_and_is_called_when_it_has_one(callee):
    run = play(a_process().start().call("c", "=callee").end(), callee=callee)

    assert run.codes == ["called-process-invalid"]
    run.resolve(callee="other")
    assert [one.process_id for one in run.issued(StartChild)] == ["other"]


@pytest.mark.parametrize("given", [None, True, [1]])
def test_a_message_whose_id_is_no_text_is_an_incident_and_is_sent_when_it_is_one(given):
    told = message("told", publish={"correlationKey": "K", "messageId": "=given"})
    run = play(a_process().start().throw("t", told).end(), given=given)

    assert run.codes == ["message-invalid"]
    run.resolve(given="m-1")
    assert [one.message_id for one in run.issued(PublishMessage)] == ["m-1"]
