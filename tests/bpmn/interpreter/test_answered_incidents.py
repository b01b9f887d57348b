"""An operator answers for a stuck element: with outputs, or with an error."""

from decimal import Decimal

import pytest

from tests.builders.process import a_process, error
from tests.playing import play
from workflows.bpmn.interpreter import OccurrenceRefused
from workflows.bpmn.interpreter.occurrences import ErrorRaised, IncidentSkipped

BAD = '=assert(n, n > 0, "not there")'


def failed(run, element: str = "a"):
    """Let the work fail for good; returns the incident."""
    run.fail(element)
    (incident,) = run.state.incidents.values()
    return incident


def skipped(run, **variables):
    (incident,) = run.state.incidents.values()
    return run.happen(IncidentSkipped(at=run.now, incident=incident.id, variables=variables))


def test_a_failed_job_is_skipped_with_what_it_would_have_brought():
    run = play(a_process().start().service("a").service("b").end())
    failed(run)

    skipped(run, amount=Decimal(5))

    assert run.state.incidents == {}
    assert run.waiting == ["b"]
    assert run.variables["amount"] == Decimal(5)


def test_output_mappings_apply_to_what_a_skip_brings():
    run = play(a_process().start().service("a", outputs={"sum": "=amount + 1"}).service("b").end())
    failed(run)

    skipped(run, amount=Decimal(5))

    assert run.variables == {"sum": Decimal(6)}


def test_input_mappings_that_fail_are_skipped_with_the_element():
    run = play(a_process().start().service("a", inputs={"x": BAD}).service("b").end())

    skipped(run, y=Decimal(1))

    assert run.waiting == ["b"]
    assert run.variables["y"] == Decimal(1)


def test_output_mappings_that_fail_are_replaced_by_what_the_skip_says():
    run = play(a_process().start().service("a", outputs={"x": BAD}).service("b").end())
    run.complete("a")

    skipped(run, x=Decimal(3))

    assert run.waiting == ["b"]
    assert run.variables["x"] == Decimal(3)


def test_a_gateway_that_finds_no_way_is_not_skipped():
    model = a_process().start().exclusive("g").flow("=x > 1").end("one")
    run = play(model, x=0)

    with pytest.raises(OccurrenceRefused, match="cannot be skipped"):
        skipped(run)

    assert run.state.incidents


def test_an_error_instead_is_caught_as_if_the_work_had_thrown_it():
    model = a_process().start().service("a").end("fine")
    model.boundary("a", "caught", error("NO")).service("instead").end("e2")
    run = play(model)
    incident = failed(run)

    run.happen(ErrorRaised(at=run.now, incident=incident.id, code="NO"))

    assert run.waiting == ["instead"]
    assert run.state.incidents == {}


def test_an_error_that_nobody_catches_is_the_next_incident():
    run = play(a_process().start().service("a").end())
    incident = failed(run)

    run.happen(ErrorRaised(at=run.now, incident=incident.id, code="NO"))

    assert [one.code for one in run.state.incidents.values()] == ["unhandled-error"]


def test_an_error_is_raised_before_the_work_has_begun_too():
    model = a_process().start().service("a", inputs={"x": BAD}).end("fine")
    model.boundary("a", "caught", error("NO")).service("instead").end("e2")
    run = play(model)
    (incident,) = run.state.incidents.values()

    run.happen(ErrorRaised(at=run.now, incident=incident.id, code="NO"))

    assert run.waiting == ["instead"]
