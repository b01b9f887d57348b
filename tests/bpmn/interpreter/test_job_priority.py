"""Job priorities (bpmn.md, 3): in which order workers get jobs."""

import pytest

from tests.builders.process import a_process
from tests.playing import play
from workflows.bpmn.interpreter.commands import RunTask
from workflows.host.options import queue_priority


def given(priority):
    return f'<zeebe:jobPriorityDefinition priority="{priority}"/>'


def a_job(priority):
    extension = '<zeebe:taskDefinition type="w"/>' + given(priority)
    return a_process().start().node("serviceTask", "t", extension=extension).end()


def priorities(run):
    return [one.priority for one in run.issued(RunTask)]


def test_a_job_bears_its_priority():
    assert priorities(play(a_job("80"))) == [80]


def test_a_priority_may_be_an_expression():
    assert priorities(play(a_job("=level * 10"), level=3)) == [30]


def test_without_one_of_its_own_a_job_has_that_of_the_process():
    model = a_process().start().service("t").end().xml().decode()
    start = '<bpmn:startEvent id="start"'
    extension = f"<bpmn:extensionElements>{given('20')}</bpmn:extensionElements>"

    assert priorities(play(model.replace(start, extension + start, 1))) == [20]


def test_a_priority_out_of_range_is_an_incident():
    run = play(a_job("=level"), level=101)

    assert run.codes == ["priority-invalid"]
    assert priorities(run.resolve(level=100)) == [100]


@pytest.mark.parametrize(
    ("priority", "place"), [(0, 5), (20, 4), (40, 3), (50, 3), (60, 2), (80, 1), (100, 1)]
)
def test_a_high_priority_is_a_low_number_in_a_task_queue(priority, place):
    assert queue_priority(priority).priority_key == place
    assert queue_priority(None).priority_key is None
