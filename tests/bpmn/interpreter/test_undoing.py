"""A compensation handler asked for outside its run: the piece of work that it is, or a refusal."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.builders.events import handled
from tests.builders.process import a_process
from tests.playing import play
from workflows.bpmn.interpreter.undoing import NotAlone, work_of_handler

AT = datetime(2026, 10, 12, tzinfo=UTC)


def a_program(work: str):
    model = a_process().start().service("book")
    handled(
        model,
        "book",
        "undo",
        f'<bpmn:serviceTask id="undo" isForCompensation="true">{work}</bpmn:serviceTask>',
    )
    return play(model.end("over")).program


JOB = (
    '<bpmn:extensionElements><zeebe:taskDefinition type="undo_it" /><zeebe:ioMapping>'
    '<zeebe:input source="=booked + 1" target="wanted" /></zeebe:ioMapping>'
    "</bpmn:extensionElements>"
)


def test_a_handler_is_asked_with_what_it_maps_of_what_was_known():
    work = work_of_handler(a_program(JOB), "undo", {"booked": Decimal(7), "more": "x"}, AT)

    assert (work.type, work.element, work.variables) == ("undo_it", "undo", {"wanted": Decimal(8)})


def test_a_handler_that_lacks_what_it_needs_is_refused_with_the_reason():
    program = a_program(JOB.replace('"undo_it"', '"=missing"'))

    with pytest.raises(NotAlone) as refused:
        work_of_handler(program, "undo", {}, AT)

    assert "job type" in str(refused.value)
