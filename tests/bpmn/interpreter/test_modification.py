"""An operator moves tokens; an instruction that makes no sense changes nothing."""

import pytest

from tests.builders.events import undone_by
from tests.builders.process import a_flow, a_process, multi_instance, timer
from tests.playing import Playing, compiled, play
from workflows.bpmn.interpreter import OccurrenceRefused, dump
from workflows.bpmn.interpreter.instructions import CompensateActivity
from workflows.bpmn.interpreter.occurrences import Cancelled, Modified


def a_line():
    return a_process().start().service("a").service("b").service("c").end()


def test_a_token_is_moved():
    run = play(a_line()).modify(terminate=("a",), activate=("c",))

    assert run.waiting == ["c"]
    run.complete("c").assert_over()


def test_a_token_is_added():
    run = play(a_line()).modify(activate=("c",))

    assert run.waiting == ["a", "c"]


def test_ending_the_last_token_ends_the_instance():
    play(a_line()).modify(terminate=("a",)).assert_over("terminated")


def test_begin_at_elements():
    run = Playing(compiled(a_line())).start(begin_at=("b", "c"))

    assert run.waiting == ["b", "c"]


def undoable():
    model = a_process().start().service("a").service("b").service("c")
    undone_by(model, "a", "undo_a")
    undone_by(model, "b", "undo_b")
    return model.end()


def compensate(run, element=""):
    wanted = (CompensateActivity(element=element),)
    return run.happen(Modified(at=run.now, instructions=wanted))


def test_completed_work_is_undone_in_reverse_order_each_once_while_the_rest_goes_on():
    run = play(undoable()).complete("a").complete("b")

    compensate(run)

    assert run.waiting == ["c", "undo_b"]
    run.complete("undo_b")
    assert run.waiting == ["c", "undo_a"]
    run.complete("undo_a").complete("c").assert_over()


def test_one_activity_is_undone_and_only_what_has_completed():
    run = play(undoable()).complete("a").complete("b")

    compensate(run, "a")

    assert run.waiting == ["c", "undo_a"]
    with pytest.raises(OccurrenceRefused, match="'a' has completed nothing"):
        compensate(run, "a")
    with pytest.raises(OccurrenceRefused, match="no element 'x'"):
        compensate(run, "x")


def nested():
    inner = a_flow().start("in").service("x").service("y").end("out")
    return (
        a_process().start().service("a").sub_process("sub", inner, inputs={"local": "=1"}).end()
        .boundary("sub", "late", timer(duration="PT1H")).end("lo")
    )  # fmt: skip


def test_the_scopes_around_an_element_begin_with_their_subscriptions_and_mappings():
    run = play(nested()).modify(terminate=("a",), activate=("y",))

    assert run.waiting == ["late", "y"]
    assert run.instance("sub").locals
    run.complete("y").assert_over()


def test_a_live_scope_is_used():
    run = play(nested()).complete("a").modify(activate=("y",))

    assert len(run.instances("sub")) == 1
    run.complete("x").complete("y").complete("y").assert_over()


def test_a_scope_that_ends_in_the_same_instruction_is_not_used():
    run = play(nested()).complete("a").modify(terminate=("sub",), activate=("y",))

    assert run.waiting == ["late", "y"]
    run.complete("y").assert_over()


def test_two_elements_of_one_scope_share_it():
    run = Playing(compiled(nested())).start(begin_at=("x", "y"))

    assert len(run.instances("sub")) == 1
    assert run.waiting == ["late", "x", "y"]


@pytest.mark.parametrize(
    ("ending", "beginning"),
    [(("ghost",), ()), ((), ("ghost",)), (("b",), ()), ((), ("process",))],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(ending, beginning):
    run = play(a_line())
    before = dump(run.state)

    with pytest.raises(OccurrenceRefused):
        run.modify(ending, beginning)

    assert dump(run.state) == before


def test_the_inside_of_a_loop_cannot_be_begun():
    inner = a_flow().start("in").service("x").end("out")
    model = a_process().start().sub_process("sub", inner, loop=multi_instance("=[1]")).end()

    with pytest.raises(OccurrenceRefused, match="multi-instance"):
        Playing(compiled(model)).start(begin_at=("x",))


def test_a_boundary_event_cannot_be_begun():
    with pytest.raises(OccurrenceRefused, match="boundaryEvent"):
        play(nested()).modify(activate=("late",))


def test_cancel_ends_everything():
    run = play(nested()).complete("a").cancel()

    run.assert_over("terminated")
    assert run.events("terminated") == ["x", "sub", "process"]


def test_the_reason_of_a_cancel_is_on_the_record():
    run = play(a_line())

    run.happen(Cancelled(at=run.now, reason="withdrawn"))

    assert [one.detail for one in run.trail if one.event == "cancelled"] == [
        {"reason": "withdrawn"}
    ]


def test_an_occurrence_after_the_end_changes_nothing():
    run = play(a_line()).cancel()

    run.cancel()

    assert run.new == []
    assert run.trail[-1].event == "late"
