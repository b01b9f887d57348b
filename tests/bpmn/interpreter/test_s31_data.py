"""S31: data objects, properties, inputs and outputs, and what moves between them."""

import pytest

from tests.builders.data import a_set, data_object, gives, moves, specification, takes
from tests.builders.events import escalation
from tests.builders.process import a_flow, a_process, error, message, multi_instance
from tests.playing import play, unplain
from workflows.bpmn.interpreter.commands import PublishMessage, RunTask, StartChild

READS = specification(["amount"]) + takes("O_ref", "amount")


def given(run, element="t"):
    """The variables of the newest job of an element."""
    jobs = [one for one in run.issued(RunTask) if one.element == element]
    return unplain(jobs[-1].variables)


# --- data objects ------------------------------------------------------------------------------


def test_a_data_object_is_a_variable_of_the_process_that_declares_it():
    """§10.4.1: "Data Object elements MUST be contained within Process or Sub-Process elements"."""
    run = play(a_process().drawn(data_object("O", "policy")).start().service("t").end())

    assert run.complete("t", policy={"no": 1}).assert_over().variables == {"policy": {"no": 1}}


def test_a_data_object_ends_with_the_sub_process_that_declares_it():
    """§10.4.1: "the lifecycle of a Data Object is tied to its parent Process or Sub-Process"."""
    inner = a_flow().drawn(data_object("O", "draft")).start("in").service("t").end("out")
    run = play(a_process().start().sub_process("sub", inner).end())

    run.complete("t", draft=1, kept=2)

    assert run.assert_over().variables == {"kept": 2}


def test_each_instance_of_a_sub_process_has_its_own_data_object():
    inner = a_flow().drawn(data_object("O", "draft")).start("in").service("t").service("u").end("x")
    loop = multi_instance("=[1, 2]", element="i")
    run = play(a_process().start().sub_process("sub", inner, loop=loop).end())

    run.complete("t", draft="a").complete("t", draft="b")

    assert [unplain(one.variables)["draft"] for one in run.issued(RunTask)[2:]] == ["a", "b"]


def test_what_a_process_is_started_with_fills_its_data_objects():
    run = play(a_process().drawn(data_object("O", "policy")).start().service("t").end(), policy=1)

    assert given(run) == {"policy": 1}


def test_a_data_object_drawn_in_camunda_8_and_never_moved_stays_a_picture():
    inner = a_flow().drawn(data_object("O", "draft")).start("in").service("t").end("out")
    model = a_process().start().sub_process("sub", inner).end()
    plain, platform = "<bpmn:definitions", 'modeler:executionPlatform="Camunda Cloud"'
    xml = model.xml().decode().replace(plain, f"{plain} {platform}", 1)

    assert play(xml).complete("t", draft=1).assert_over().variables == {"draft": 1}


# --- inputs and outputs ------------------------------------------------------------------------


def test_an_input_association_copies_into_an_input():
    """§10.4.2: "the contents of this source will be copied into the target"."""
    model = a_process().drawn(data_object("O", "policy")).start().service("t", inside=READS).end()

    assert given(play(model, policy=7, other=8)) == {"amount": 7}


def test_an_output_association_copies_out_and_nothing_else_goes_up():
    inside = specification(outputs=["result"]) + gives("result", "O_ref")
    model = a_process().drawn(data_object("O", "policy")).start().service("t", inside=inside).end()

    run = play(model).complete("t", result=5, noise=6)

    assert run.assert_over().variables == {"policy": 5}


def test_a_transformation_is_evaluated_and_its_result_copied():
    """§10.4.2: "this transformation expression will be evaluated and the result … copied"."""
    inside = specification(["sum"], ["r"])
    inside += moves("Input", ["A_ref", "B_ref"], "sum", by="a + b")
    inside += gives("r", "A_ref", by="r * 2")
    objects = data_object("A", "a") + data_object("B", "b")
    run = play(a_process().drawn(objects).start().service("t", inside=inside).end(), a=1, b=2)

    assert given(run) == {"sum": 3, "r": None}
    assert run.complete("t", r=10).assert_over().variables == {"a": 20, "b": 2}


def test_assignments_set_parts_of_the_target():
    """§10.4.2: an Assignment "maps" what "from" gives to what "to" names."""
    inside = specification(["x"], ["r"])
    inside += takes("O_ref", "x", assign={"x.no": "policy.number", "x.kind": '"renewal"'})
    inside += gives("r", "O_ref", assign={"policy.state": "r"})
    model = a_process().drawn(data_object("O", "policy")).start().service("t", inside=inside).end()
    run = play(model, policy={"number": 7})

    assert given(run)["x"] == {"no": 7, "kind": "renewal"}
    run.complete("t", r="done")
    assert run.assert_over().variables == {"policy": {"number": 7, "state": "done"}}


def test_an_input_may_bear_the_name_of_the_object_that_fills_it():
    inside = specification(["I"], ["result"]) + takes("O_ref", "I") + gives("result", "O_ref")
    inside = inside.replace('<bpmn:dataInput id="I"', '<bpmn:dataInput id="I" name="policy"')
    model = a_process().drawn(data_object("O", "policy")).start()
    run = play(model.service("t", inside=inside).end(), policy=1)

    assert given(run)["policy"] == 1
    assert run.complete("t", result=2, policy=3).assert_over().variables == {"policy": 2}


def test_a_property_lives_as_long_as_its_owner():
    """§10.4.1: properties "are only visible" to their owner; their "lifecycle" is its own."""
    inner = a_flow().drawn('<bpmn:property id="P" name="attempts"/>')
    inner = inner.start("in").service("t").service("u").end("out")
    run = play(a_process().start().sub_process("sub", inner).end())

    run.complete("t", attempts=3)

    assert given(run, "u") == {"attempts": 3}
    assert run.complete("u").assert_over().variables == {}


def test_zeebe_mappings_stand_between_the_associations():
    """S31: "associations first in, last out"."""
    inside = specification(["amount"], ["r"]) + takes("O_ref", "amount") + gives("r", "O_ref")
    model = a_process().drawn(data_object("O", "policy")).start()
    model.service("t", inside=inside, inputs={"twice": "=amount * 2"}, outputs={"r": "=raw + 1"})
    run = play(model.end(), policy=3)

    assert given(run) == {"amount": 3, "r": None, "twice": 6}
    assert run.complete("t", raw=9).assert_over().variables == {"policy": 10}


# --- availability ------------------------------------------------------------------------------


def test_an_activity_waits_until_an_input_set_is_available():
    """§10.4.2: "If no InputSet is available, then the execution will wait"."""
    model = a_process().drawn(data_object("O", "policy")).start().service("t", inside=READS).end()
    run = play(model)

    assert run.issued(RunTask) == []
    assert [(one.element, one.name) for one in run.waits()] == [("t/inputs", "(policy != null)")]

    run.set(policy=4)

    assert given(run) == {"amount": 4}
    run.complete("t").assert_over()


def test_another_branch_may_bring_what_is_waited_for():
    model = a_process().drawn(data_object("O", "policy")).start().parallel("g")
    model.service("t", inside=READS).parallel("j").end().at("g").service("u").connect("j")
    run = play(model).complete("u", policy=9)

    assert given(run) == {"amount": 9}
    run.complete("t").assert_over()


def test_the_first_available_input_set_is_used():
    """§10.4.2: sets are evaluated "in the order they are included"."""
    sets = a_set("Input", "x") + a_set("Input", "y")
    inside = specification(["x", "y"], sets=sets) + takes("A_ref", "x") + takes("B_ref", "y")
    objects = data_object("A", "a") + data_object("B", "b")
    model = a_process().drawn(objects).start().service("t", inside=inside).end()

    assert given(play(model, a=1, b=2)) == {"x": 1, "y": None}
    assert given(play(model, b=2)) == {"x": None, "y": 2}


def test_an_optional_input_need_not_be_there():
    """§10.4.1: "optional DataInputs … the Activity can start executing" without them."""
    sets = a_set("Input", "x", "y", optional=["y"])
    inside = specification(["x", "y"], sets=sets) + takes("A_ref", "x") + takes("B_ref", "y")
    objects = data_object("A", "a") + data_object("B", "b")
    model = a_process().drawn(objects).start().service("t", inside=inside).end()

    assert given(play(model, a=1)) == {"x": 1, "y": None}
    assert given(play(model, a=1, b=2)) == {"x": 1, "y": 2}


def test_an_output_set_that_is_not_complete_is_an_incident():
    """§10.4.2: "If no OutputSet is available, then a run-time exception is thrown"."""
    inside = specification(outputs=["r"]) + gives("r", "O_ref")
    model = a_process().drawn(data_object("O", "policy")).start().service("t", inside=inside).end()
    run = play(model).complete("t", other=1)

    assert run.codes == ["output-unavailable"]
    run.resolve(r=5)
    assert run.assert_over().variables == {"policy": 5}


def test_the_output_set_follows_the_input_set_that_was_used():
    """§10.4.1: "inputOutputRules": an InputSet names "the OutputSets that are expected"."""
    sets = a_set("Input", "x", id="IX", outputSetRefs="OR") + a_set("Input", "y", id="IY")
    sets += a_set("Output", "q", id="OQ") + a_set("Output", "r", id="OR")
    inside = specification(["x", "y"], ["q", "r"], sets) + takes("A_ref", "x") + takes("B_ref", "y")
    inside += gives("q", "Q_ref") + gives("r", "R_ref")
    objects = "".join(data_object(name.upper(), name + "o") for name in "abqr")
    model = a_process().drawn(objects).start().service("t", inside=inside).end()
    run = play(model, ao=1).complete("t", q=1)

    assert run.codes == ["output-unavailable"]
    assert run.resolve(r=2).assert_over().variables["ro"] == 2


def test_a_collection_takes_nothing_but_lists():
    inside = specification(outputs=["r"]) + gives("r", "O_ref")
    model = a_process().drawn(data_object("O", "all", many=True))
    run = play(model.start().service("t", inside=inside).end()).complete("t", r=1)

    assert run.codes == ["data-not-collection"]
    assert run.resolve(r=[1]).assert_over().variables == {"all": [1]}


def test_a_process_waits_for_its_own_inputs():
    inside = specification(["policy"])
    run = play(a_process().drawn(inside).start().service("t").end())

    assert run.waiting == ["process/inputs"]
    assert given(run.set(policy=1)) == {"policy": 1}


# --- events ------------------------------------------------------------------------------------


def test_a_caught_message_fills_data_objects():
    """§10.4.1: a catch event's "Data Output is … filled" by what it has caught."""
    inside = '<bpmn:dataOutput id="payload"/>' + gives("payload", "O_ref")
    model = a_process().drawn(data_object("O", "policy")).start()
    run = play(model.catch("c", message("m", "=1"), inside=inside).end())

    run.message("m", payload=4, noise=5)

    assert run.assert_over().variables == {"policy": 4}


def test_a_thrown_message_takes_its_inputs_along():
    inside = '<bpmn:dataInput id="body"/>' + takes("O_ref", "body")
    model = a_process().drawn(data_object("O", "policy")).start()
    model.throw("t", message("m", "=1", publish={"correlationKey": "k"}), inside=inside).end()
    run = play(model, policy=4)

    assert unplain(run.issued(PublishMessage)[0].variables) == {"body": 4}


@pytest.mark.parametrize("thrown", [error("E"), escalation("E")])
def test_what_is_thrown_takes_its_inputs_along(thrown):
    inside = '<bpmn:dataInput id="body"/>' + takes("O_ref", "body")
    inner = a_flow().start("in").end("x", thrown, inside=inside)
    model = a_process().drawn(data_object("O", "policy")).start().sub_process("sub", inner).end()
    run = play(model.boundary("sub", "b", thrown).service("t").end(), policy=4)

    assert given(run)["body"] == 4


# --- calls -------------------------------------------------------------------------------------


def test_a_call_activity_hands_over_its_inputs_and_keeps_its_outputs():
    """§10.3.6: its InputOutputSpecification matches that of the element it calls."""
    inside = specification(["amount"], ["result"])
    inside += takes("O_ref", "amount") + gives("result", "O_ref")
    model = a_process().drawn(data_object("O", "policy")).start()
    run = play(model.call("c", "other", inside=inside).end(), policy=3, secret=1)

    assert unplain(run.issued(StartChild)[0].variables) == {"amount": 3, "result": None}
    run.complete_child("c", result=5, noise=6)
    assert run.assert_over().variables == {"policy": 5, "secret": 1}


# --- multi-instance ----------------------------------------------------------------------------

LOOP = (
    "<bpmn:multiInstanceLoopCharacteristics{flag}><bpmn:loopDataInputRef>{input}"
    "</bpmn:loopDataInputRef><bpmn:loopDataOutputRef>{output}</bpmn:loopDataOutputRef>"
    '<bpmn:inputDataItem id="one"/><bpmn:outputDataItem id="each"/>'
    "</bpmn:multiInstanceLoopCharacteristics>"
)


def test_a_task_runs_over_an_input_and_gathers_an_output():
    """§10.3.8: "one Activity instance per item in the collection"."""
    inside = specification(["all", "own"], ["gathered", "r"]) + takes("A_ref", "all")
    inside += takes("one", "own") + gives("r", "each") + gives("gathered", "B_ref")
    objects = data_object("A", "a", many=True) + data_object("B", "b", many=True)
    loop = LOOP.format(flag="", input="all", output="gathered")
    model = a_process().drawn(objects).start().service("t", inside=inside, loop=loop).end()
    run = play(model, a=[10, 20])

    assert [unplain(one.variables)["own"] for one in run.issued(RunTask)] == [10, 20]
    run.complete("t", r="x").complete("t", r="y")
    assert run.assert_over().variables == {"a": [10, 20], "b": ["x", "y"]}


def test_a_multi_instance_activity_waits_for_its_collection():
    inside = specification(["all"]) + takes("A_ref", "all")
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>all</bpmn:loopDataInputRef>"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    model = a_process().drawn(data_object("A", "a", many=True)).start()
    run = play(model.service("t", inside=inside, loop=loop).end())

    assert run.waiting == ["t/inputs"]
    assert run.set(a=[1, 2]).waiting == ["t", "t"]


def test_a_sub_process_runs_over_a_data_object_and_fills_another():
    """§10.3.8: "For Sub-Processes it is a reference to a collection-valued Data Object"."""
    inner = a_flow().start("in").script("s", "=one * 2", "each").end("out")
    objects = data_object("A", "a", many=True) + data_object("B", "b", many=True)
    loop = LOOP.format(flag=' isSequential="true"', input="A_ref", output="B_ref")
    model = a_process().drawn(objects).start().sub_process("sub", inner, loop=loop).end()

    assert play(model, a=[1, 2, 3]).assert_over().variables["b"] == [2, 4, 6]


def test_a_waiting_activity_can_be_ended():
    model = a_process().drawn(data_object("O", "policy")).start().parallel("g")
    model.service("t", inside=READS).end().at("g").service("u").end("x", error("E"))
    run = play(model).cancel()

    run.assert_over("terminated")
