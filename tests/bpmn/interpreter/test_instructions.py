"""An operator's instructions, one by one: inside scopes and loops, with variables, previewed."""

from decimal import Decimal

import pytest

from tests.builders.process import a_flow, a_process, multi_instance, timer
from tests.playing import Playing, play
from workflows.bpmn.interpreter import OccurrenceRefused, dump, foresee
from workflows.bpmn.interpreter.commands import RunTask
from workflows.bpmn.interpreter.instructions import (
    ActivateElement,
    AddInstance,
    Instruction,
    MoveInstance,
    SetScopeVariables,
    TerminateElement,
    TerminateInstance,
)
from workflows.bpmn.interpreter.occurrences import Modified


def modified(run: Playing, *wanted: Instruction) -> Playing:
    """Give instructions, having looked at what would come of them."""
    occurrence = Modified(at=run.now, instructions=wanted)
    foreseen = foresee(run.program, run.state, [occurrence])
    run.happen(occurrence)
    assert dump(run.state) == foreseen.state
    assert tuple(run.new) == foreseen.commands
    return run


def parent_of(run: Playing, element: str) -> int:
    """The key of the scope of an element's one instance."""
    parent = run.instance(element).parent
    assert parent is not None
    return parent.key


def a_line():
    return a_process().start().service("a").service("b").service("c").end()


def looped():
    inner = a_flow().start("in").service("x").service("y").end("out")
    loop = multi_instance("=[1, 2]", element="item", output="outs", output_element="=item")
    return a_process().start().sub_process("sub", inner, loop=loop).service("last").end()


def test_a_token_is_moved_by_its_key():
    run = play(a_line())

    modified(run, MoveInstance(key=run.instance("a").key, element="c"))

    assert run.waiting == ["c"]


def test_a_token_is_moved_inside_its_own_item_of_a_loop():
    run = play(looped())
    first = run.instances("x")[0]
    assert first.parent is not None

    modified(run, MoveInstance(key=first.key, element="y"))

    assert run.waiting == ["x", "y"]
    assert parent_of(run, "y") == first.parent.key


def test_the_inside_of_a_loop_is_begun_in_the_item_that_is_named():
    run = play(looped())
    second = run.instances("x")[1].parent
    assert second is not None

    modified(run, ActivateElement(element="y", scope=second.key))

    assert parent_of(run, "y") == second.key


def test_the_inside_of_a_loop_is_refused_with_the_keys_of_its_items():
    run = play(looped())
    keys = [str(one.parent.key) for one in run.instances("x") if one.parent]

    with pytest.raises(OccurrenceRefused, match=f"as scope: {', '.join(keys)}"):
        modified(run, ActivateElement(element="y"))


def test_one_item_of_a_loop_is_ended_and_the_others_go_on():
    run = play(looped())
    first = run.instances("x")[0].parent
    assert first is not None

    modified(run, TerminateInstance(key=first.key))
    run.complete("x").complete("y")

    assert run.waiting == ["last"]


def test_a_loop_gets_one_more_item():
    run = play(looped())
    (body,) = [one for one in run.instances("sub") if one.loop is not None]

    modified(run, AddInstance(key=body.key, item=Decimal(3)))

    assert len(run.instances("x")) == 3
    for _ in range(3):
        run.complete("x")
    for _ in range(3):
        run.complete("y")
    assert run.variables["outs"] == [1, 2, 3]


def test_variables_of_a_scope_are_written_before_what_is_begun_sees_them():
    run = play(a_line())

    modified(run, SetScopeVariables(variables={"n": Decimal(7)}), ActivateElement(element="b"))

    assert run.issued(RunTask)[-1].variables["n"] == Decimal(7)


def test_what_is_begun_gets_variables_of_its_own():
    run = play(a_line())

    modified(run, ActivateElement(element="b", variables={"n": Decimal(7)}))

    assert run.issued(RunTask)[-1].variables["n"] == Decimal(7)
    assert "n" not in run.variables


def test_a_scope_that_is_missing_is_begun_with_the_variables():
    inner = a_flow().start("in").service("x").service("y").end("out")
    model = a_process().start().service("a").sub_process("sub", inner).end()
    model.boundary("sub", "late", timer(duration="PT1H")).end("lo")
    run = play(model)

    modified(run, ActivateElement(element="y", variables={"n": Decimal(7)}))

    assert run.instance("sub").locals == {"n": Decimal(7)}
    assert run.waiting == ["a", "late", "y"]


def test_everything_that_is_wrong_is_said_at_once_and_nothing_changes():
    run = play(a_line())
    before = dump(run.state)

    with pytest.raises(OccurrenceRefused) as refused:
        modified(
            run,
            TerminateInstance(key=99),
            TerminateElement(element="c"),
            ActivateElement(element="ghost"),
            ActivateElement(element="b", scope=run.instance("a").key),
            AddInstance(key=1),
            TerminateElement(element="process"),
        )

    said = str(refused.value)
    assert said.count("There is no element instance 99.") == 1
    assert "Nothing is active at 'c'." in said
    assert "There is no element 'ghost'." in said
    assert "'b' is not inside 'a'." in said
    assert "no multi-instance activity" in said
    assert "cancelling the case" in said
    assert dump(run.state) == before


def test_a_scope_that_ends_by_the_same_order_takes_no_token():
    inner = a_flow().start("in").service("x").service("y").end("out")
    run = play(a_process().start().sub_process("sub", inner).end())
    key = run.instance("sub").key

    with pytest.raises(OccurrenceRefused, match="ends by the same order"):
        modified(run, TerminateInstance(key=key), ActivateElement(element="y", scope=key))


def test_a_preview_tells_tokens_waits_and_what_would_begin():
    run = play(a_line())
    before = dump(run.state)
    order = Modified(
        at=run.now,
        instructions=(MoveInstance(key=run.instance("a").key, element="c"),),
    )

    foreseen = foresee(run.program, run.state, [order])

    assert [one.element for one in foreseen.before.tokens] == ["process", "a"]
    assert [one.element for one in foreseen.after.tokens] == ["process", "c"]
    assert [one.element for one in foreseen.after.waits] == ["c"]
    assert [one.kind for one in foreseen.commands] == ["cancelTask", "runTask"]
    assert dump(run.state) == before
