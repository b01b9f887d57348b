"""S20: completed work is undone in strict reverse order, each piece once (10.7, 13.5.5)."""

from tests.builders.events import compensation, handled, undone_by
from tests.builders.process import a_flow, a_process, error, multi_instance
from tests.playing import play
from workflows.bpmn.interpreter.commands import RunTask


def asked(run):
    """The jobs that handlers ask for, in order."""
    return [one.type for one in run.issued(RunTask) if one.type.startswith("undo")]


def two_steps(**thrown):
    model = a_process().start().service("a").service("b")
    undone_by(model, "a", "undo_a")
    undone_by(model, "b", "undo_b")
    return model.throw("back", compensation(**thrown)).end("over")


def done(run, *elements):
    for element in elements:
        run.complete(element)
    return run


def test_handlers_run_one_after_the_other_in_reverse_order_of_completion():
    run = done(play(two_steps()), "a", "b")

    assert run.waiting == ["undo_b"]
    run.complete("undo_b")
    assert run.waiting == ["undo_a"]
    run.complete("undo_a").assert_over()
    assert asked(run) == ["undo_b", "undo_a"]


def test_the_throw_completes_after_the_last_handler():
    run = done(play(two_steps()), "a", "b", "undo_b", "undo_a")

    trail = run.completed
    assert trail.index("undo_a") < trail.index("back")


def test_without_waiting_the_throw_completes_at_once_but_the_scope_does_not():
    run = done(play(two_steps(wait=False)), "a", "b")

    assert "over" in run.completed
    assert run.outcome == ""
    done(run, "undo_b", "undo_a").assert_over()


def test_a_throw_for_one_activity_undoes_that_one():
    run = done(play(two_steps(activity="a")), "a", "b")

    assert run.waiting == ["undo_a"]
    run.complete("undo_a").assert_over()


def test_an_end_event_compensates_and_then_ends():
    model = a_process().start().service("a")
    undone_by(model, "a", "undo_a")
    run = done(play(model.end("back", compensation())), "a", "undo_a")

    run.assert_over()
    assert asked(run) == ["undo_a"]


def test_with_nothing_to_undo_the_throw_goes_on():
    play(a_process().start().throw("back", compensation()).end()).assert_over()


def test_what_is_active_or_was_terminated_is_not_undone():
    model = a_process().start().parallel("fork").service("a")
    undone_by(model, "a", "undo_a")
    model = model.end("ae").at("fork").service("b").boundary("b", "edge", error("E")).end("ee")
    undone_by(model, "b", "undo_b")
    model = model.at("fork").service("go").throw("back", compensation()).end("over")

    run = play(model).throw("b", "E").complete("go")

    assert "over" in run.completed
    assert asked(run) == []


def test_each_entry_is_undone_once():
    model = a_process().start().service("a")
    undone_by(model, "a", "undo_a")
    model = model.throw("back", compensation()).throw("again", compensation()).end()

    run = done(play(model), "a", "undo_a").assert_over()

    assert asked(run) == ["undo_a"]


def test_an_activity_reached_twice_has_two_entries():
    model = a_process().start().exclusive("loop").service("a")
    undone_by(model, "a", "undo_a")
    model = model.exclusive("more").flow("=n < 2").connect("loop")
    model = model.at("more").flow(default=True).throw("back", compensation()).end()
    run = play(model, n=0).complete("a", n=1).complete("a", n=2)

    done(run, "undo_a", "undo_a").assert_over()


def test_a_multi_instance_activity_has_one_entry_for_its_body():
    model = a_process().start().service("a", loop=multi_instance(cardinality="3"))
    undone_by(model, "a", "undo_a")
    run = done(play(model.throw("back", compensation()).end()), "a", "a", "a")

    assert asked(run) == ["undo_a"]
    run.complete("undo_a").assert_over()


def nested(*, own=False):
    inner = a_flow().start("in").service("a").service("b").end("out")
    undone_by(inner, "a", "undo_a")
    undone_by(inner, "b", "undo_b")
    model = a_process().start().sub_process("sub", inner, inputs={"n": "=1"}).service("c")
    if own:
        undone_by(model, "sub", "undo_sub")
    undone_by(model, "c", "undo_c")
    return model.throw("back", compensation()).end()


def test_entries_of_a_completed_scope_move_up_to_its_parent():
    run = done(play(nested()), "a", "b", "c", "undo_c", "undo_b", "undo_a").assert_over()

    assert asked(run) == ["undo_c", "undo_b", "undo_a"]


def test_the_own_handler_of_a_sub_process_goes_before_those_of_its_inside():
    run = done(play(nested(own=True)), "a", "b", "c", "undo_c", "undo_sub", "undo_b", "undo_a")

    assert asked(run.assert_over()) == ["undo_c", "undo_sub", "undo_b", "undo_a"]


def test_handlers_of_parallel_branches_interleave_as_the_work_did():
    inner = a_flow().start("in").service("a").service("b").end("out")
    undone_by(inner, "a", "undo_a")
    undone_by(inner, "b", "undo_b")
    model = a_process().start().parallel("fork").sub_process("sub", inner).parallel("join")
    model = model.at("fork").service("x")
    undone_by(model, "x", "undo_x")
    model = model.connect("join").at("join").throw("back", compensation()).end()

    run = done(play(model), "a", "x", "b", "undo_b", "undo_x", "undo_a").assert_over()

    assert asked(run) == ["undo_b", "undo_x", "undo_a"]


def test_a_scope_that_ends_without_completing_drops_its_entries():
    inner = a_flow().start("in").service("a").service("b").end("out")
    undone_by(inner, "a", "undo_a")
    model = a_process().start().sub_process("sub", inner).throw("back", compensation()).end("over")
    model = model.boundary("sub", "edge", error("E")).connect("back")

    run = done(play(model), "a").throw("b", "E")

    run.assert_over()
    assert asked(run) == []


def test_a_handler_reads_the_snapshot_of_scopes_that_have_ended():
    run = done(play(nested(), n=0), "a", "b", "c", "undo_c")

    assert run.issued(RunTask)[-1].variables == {"n": 1}
    assert run.waiting == ["undo_b"]


def test_a_handler_reads_current_values_of_scopes_still_alive():
    run = done(play(two_steps(), n=1), "a")
    run.complete("b", n=2)

    assert run.issued(RunTask)[-1].variables == {"n": 2}


def test_its_writes_go_to_the_nearest_live_scope():
    run = done(play(nested(), n=0), "a", "b", "c", "undo_c").complete("undo_b", n=7)

    assert run.variables == {"n": 7}


def test_a_failing_handler_is_an_incident_in_place_and_the_order_is_kept():
    run = done(play(two_steps()), "a", "b").fail("undo_b")

    assert run.codes == ["job-failed"]
    run.resolve("undo_b")
    done(run, "undo_b", "undo_a").assert_over()


def test_a_bpmn_error_in_a_handler_propagates_from_the_throw():
    inner = a_flow().start("in").service("a")
    undone_by(inner, "a", "undo_a")
    inner = inner.throw("back", compensation()).end("out")
    model = a_process().start().sub_process("sub", inner).end("over")
    model = model.boundary("sub", "edge", error("E")).end("caught")

    run = done(play(model), "a").throw("undo_a", "E")

    assert "caught" in run.assert_over().completed


def test_a_handler_that_an_operator_ends_is_followed_by_the_next():
    run = done(play(two_steps()), "a", "b").modify(terminate=("undo_b",))

    run.complete("undo_a").assert_over()


def test_a_handler_may_be_a_sub_process():
    model = a_process().start().service("a")
    xml = (
        '<bpmn:subProcess id="undo" isForCompensation="true"><bpmn:startEvent id="us" />'
        '<bpmn:serviceTask id="undo_in"><bpmn:extensionElements><zeebe:taskDefinition type="undo"/>'
        '</bpmn:extensionElements></bpmn:serviceTask><bpmn:sequenceFlow id="uf" sourceRef="us"'
        ' targetRef="undo_in" /></bpmn:subProcess>'
    )
    handled(model, "a", "undo", xml)
    run = done(play(model.throw("back", compensation()).end()), "a", "undo_in")

    run.assert_over()


# --- event sub-processes for compensation -------------------------------------------------------


def with_own_undoing(**loop):
    undo = a_flow().start("us", compensation()).service("undo_all")
    undo = undo.throw("ub", compensation("a")).end("ue")
    inner = a_flow().start("in").service("a").service("b").end("out")
    undone_by(inner, "a", "undo_a")
    undone_by(inner, "b", "undo_b")
    inner = inner.event_sub_process("undoing", undo)
    model = a_process().start().sub_process("sub", inner, inputs={"n": "=k"}, **loop)
    return model.throw("back", compensation()).end()


def test_a_sub_process_with_its_own_undoing_is_compensated_by_that_alone():
    run = done(play(with_own_undoing(), k=1), "a", "b")

    assert run.waiting == ["undo_all"]
    assert run.issued(RunTask)[-1].variables == {"n": 1, "k": 1}
    run.complete("undo_all")
    assert run.waiting == ["undo_a"]
    run.complete("undo_a").assert_over()
    assert asked(run) == ["undo_all", "undo_a"]


def test_in_a_multi_instance_sub_process_it_runs_once_per_instance():
    loop = multi_instance("=[1, 2]", element="item", sequential=True)
    run = done(play(with_own_undoing(loop=loop), k=0), "a", "b", "a", "b")

    seen = []
    for _ in range(2):
        seen.append(run.issued(RunTask)[-1].variables["item"])
        done(run, "undo_all", "undo_a")

    assert [int(one) for one in seen] == [2, 1]
    run.assert_over()


def test_inside_another_event_sub_process_the_scope_that_owns_it_is_addressed():
    handler = a_flow().start("es", error("E")).throw("back", compensation()).end("he")
    model = a_process().start().service("a").service("b").end().event_sub_process("esp", handler)
    undone_by(model.at("a"), "a", "undo_a")

    run = done(play(model), "a").throw("b", "E")

    assert run.waiting == ["undo_a"]
    run.complete("undo_a").assert_over()


def test_an_event_sub_process_that_holds_undone_work_does_not_undo_its_scope():
    inner = a_flow().start("in").service("a").end("out")
    undone_by(inner, "a", "undo_a")
    for name in ("E", "F"):
        handler = a_flow().start(f"s{name}", error(name)).service(f"h{name}").end(f"e{name}")
        undone_by(handler, f"h{name}", f"undo_h{name}")
        inner = inner.event_sub_process(f"esp{name}", handler)
    model = a_process().start().sub_process("sub", inner).throw("back", compensation()).end()

    run = done(play(model), "a")

    assert run.waiting == ["undo_a"]
    run.complete("undo_a").assert_over()


def test_the_inside_of_an_inlined_process_is_not_compensated():
    other = a_process("other").start("os").service("a")
    undone_by(other, "a", "undo_a")
    model = a_process().start().call("call", "other", inline=True)
    model = model.throw("back", compensation()).end("over")

    run = play(model, other.end("oe"), process="process").complete("call/a")

    assert asked(run.assert_over()) == []
