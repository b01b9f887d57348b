"""Occurrences that make no sense are refused before anything changes."""

import pytest

from tests.builders.process import a_process, message
from tests.playing import START, Playing, compiled, play
from workflows.bpmn.interpreter import OccurrenceRefused, new_state, step
from workflows.bpmn.interpreter.occurrences import Resumed, Started


def test_an_instance_begins_with_started():
    program = compiled(a_process().start().end())

    with pytest.raises(OccurrenceRefused):
        step(program, new_state(), Resumed(at=START))


def test_an_instance_begins_once():
    with pytest.raises(OccurrenceRefused):
        play(a_process().start().service("t").end()).start()


def test_a_process_without_a_none_start_event_needs_to_be_told_where():
    program = compiled(a_process().start("m", message("m")).task("t").end())

    with pytest.raises(OccurrenceRefused):
        Playing(program).start()
    Playing(program).start("m").assert_over()


def test_an_unknown_start_is_refused():
    with pytest.raises(OccurrenceRefused):
        Playing(compiled(a_process().start().end())).start("ghost")


def test_variables_that_are_too_large_are_refused():
    with pytest.raises(OccurrenceRefused):
        play(a_process().start().end(), text="x" * 300_000)


def test_variables_for_an_unknown_instance_are_refused():
    from workflows.bpmn.interpreter.occurrences import VariablesSet

    run = play(a_process().start().service("t").end())

    with pytest.raises(OccurrenceRefused):
        run.happen(VariablesSet(at=START, variables={}, key=99))


def test_the_first_none_start_event_begins_the_process():
    model = a_process().start("one").end("e1").start("two").end("e2")

    assert play(model).completed == ["one", "e1", "process"]
    assert Playing(compiled(model)).start("two").completed == ["two", "e2", "process"]


def test_started_bears_variables():
    program = compiled(a_process().start().end())
    state = new_state()

    step(program, state, Started(at=START, variables={"x": "y"}))

    assert state.outcome == "completed"
