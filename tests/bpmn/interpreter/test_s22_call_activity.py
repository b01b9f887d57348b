"""S22: a called process is a child case, or a scope inside with variables of its own."""

from tests.builders.process import a_process, error, terminate
from tests.playing import play
from workflows.bpmn.interpreter.commands import StartChild


def calling(*, inline=False, called=None, child=None, **more):
    model = a_process().start().call("call", "other", inline=inline, called=called, **more).end()
    other = child or a_process("other").start("os").service("ow").end("oe")
    return play(model, other, process="process", a=1, b=2)


def test_all_visible_variables_are_copied_in():
    run = calling(inputs={"c": "=a + b"})

    (start,) = run.issued(StartChild)
    assert {k: int(v) for k, v in start.variables.items()} == {"a": 1, "b": 2, "c": 3}


def test_without_propagation_only_the_mapped_inputs_go_in():
    run = calling(called={"propagateAllParentVariables": False}, inputs={"c": "=a + b"})

    assert list(run.issued(StartChild)[0].variables) == ["c"]


def test_the_root_variables_of_the_child_merge_into_the_caller():
    run = calling().complete_child("call", a=9, fresh=True)

    assert run.assert_over().variables == {"a": 9, "b": 2, "fresh": True}


def test_without_propagation_nothing_comes_out():
    run = calling(called={"propagateAllChildVariables": False}).complete_child("call", a=9)

    assert run.assert_over().variables == {"a": 1, "b": 2}


def test_with_output_mappings_only_these_come_out():
    run = calling(outputs={"sum": "=x + a"}).complete_child("call", x=5, y=6)

    assert run.assert_over().variables == {"a": 1, "b": 2, "sum": 6}


def test_a_failed_start_is_an_incident_that_starts_it_again():
    run = calling().fail("call", "There is no process 'other'.")
    assert run.codes == ["job-failed"]

    run.resolve()

    assert [start.attempt for start in run.issued(StartChild)] == [1, 2]
    run.complete_child("call").assert_over()


# --- inline -----------------------------------------------------------------------------------


def test_an_inline_process_runs_in_the_same_instance():
    run = calling(inline=True)

    assert run.issued(StartChild) == []
    assert run.waiting == ["call/ow"]
    run.complete("call/ow").assert_over()


def test_an_inline_process_does_not_see_its_caller_without_propagation():
    child = a_process("other").start("os").script("os2", "=a", "seen").end("oe")
    run = calling(inline=True, called={"propagateAllParentVariables": False}, child=child)

    assert run.assert_over().variables == {"a": 1, "b": 2, "seen": None}


def test_an_inline_process_writes_into_its_own_variables():
    child = a_process("other").start("os").script("s", "=99", "a").service("ow").end("oe")
    run = calling(inline=True, child=child)

    assert run.variables == {"a": 1, "b": 2}

    run.complete("call/ow")
    assert run.assert_over().variables == {"a": 99, "b": 2}


def test_without_propagation_an_inline_process_leaves_nothing():
    child = a_process("other").start("os").script("s", "=99", "a").end("oe")
    run = calling(inline=True, child=child, called={"propagateAllChildVariables": False})

    assert run.assert_over().variables == {"a": 1, "b": 2}


def test_the_output_mappings_of_an_inline_call_read_the_variables_of_the_called_process():
    child = a_process("other").start("os").script("s", "=a + b", "sum").end("oe")
    run = calling(inline=True, child=child, outputs={"total": "=sum"})

    assert run.assert_over().variables == {"a": 1, "b": 2, "total": 3}


def test_an_error_of_an_inline_process_goes_out():
    model = (
        a_process().start().call("call", "other", inline=True).end()
        .boundary("call", "edge", error("E")).end("caught")
    )  # fmt: skip
    other = a_process("other").start("os").end("bad", error("E"))

    run = play(model, other, process="process")

    assert "caught" in run.assert_over().completed


def test_terminate_in_an_inline_process_ends_the_called_process_only():
    child = (
        a_process("other").start("os").parallel("f").service("ow").end("oe")
        .at("f").end("stop", terminate())
    )  # fmt: skip
    model = a_process().start().call("call", "other", inline=True).service("after").end()

    run = play(model, child, process="process")

    assert run.waiting == ["after"]
