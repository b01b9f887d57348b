"""S31: data stores are read before an element begins, and written to when it ends (10.4.1)."""

import pytest

from tests.builders.data import (
    a_set,
    data_object,
    gives,
    specification,
    takes,
    with_store,
)
from tests.builders.events import compensation, escalation, handled, standard_loop
from tests.builders.process import (
    a_flow,
    a_process,
    error,
    message,
    multi_instance,
    timer,
)
from tests.playing import Playing, compiled, play, unplain
from workflows.bpmn.deployment import compile_bundle
from workflows.bpmn.interpreter.commands import CancelTask, PublishMessage, RunTask, StartChild

READS = specification(["amount"]) + takes("S_ref", "amount")
WRITES = specification(outputs=["result"]) + gives("result", "S_ref")


def stored(**more):
    return with_store(a_process(), **more).start()


def jobs(run, element):
    return [one for one in run.issued(RunTask) if one.element == element]


def given(run, element="t"):
    """The variables of the newest job of an element."""
    return unplain(jobs(run, element)[-1].variables)


def put(run, element="t"):
    """What the newest job of an element writes: store, path and value."""
    (writes,) = given(run, f"{element}/write").values()
    return [(one["store"], one["path"], one["value"]) for one in writes]


def answer(run, value, element="t"):
    """Let the store answer that holds one value under ``book``."""
    return run.complete(f"{element}/read", stores={"book": value})


# --- reading -----------------------------------------------------------------------------------


def test_an_input_association_reads_a_store_before_the_element_begins():
    """§10.4.1: a store is for activities "to retrieve or update stored information"."""
    run = play(stored().service("t", inside=READS).end(), other=1)

    (asked,) = jobs(run, "t/read")
    assert (asked.type, dict(asked.headers)) == ("store.read", {"book": "book"})
    assert asked.variables == {}
    assert run.instance("t").phase == "activating"
    assert given(answer(run, 7)) == {"amount": 7}
    assert run.complete("t").assert_over().variables == {"other": 1}


def test_what_flows_out_of_a_reference_flows_out_of_its_store():
    """§10.4.1: a reference "is effectively flowing … out of the Data Store"."""
    second = '<bpmn:dataStoreReference id="again" name="rates, once more" dataStoreRef="S"/>'
    inside = specification(["a", "b"]) + takes("S_ref", "a") + takes("again", "b")
    run = play(stored().service("t", inside=inside).drawn(second).end())

    assert dict(jobs(run, "t/read")[0].headers) == {"book": "book"}
    assert given(answer(run, 7)) == {"a": 7, "b": 7}


def test_a_reference_to_no_store_of_the_file_is_the_store_of_its_name():
    drawn = '<bpmn:dataStoreReference id="S_ref" name="Book of rates"/>'
    run = play(a_process().drawn(drawn).start().service("t", inside=READS).end())

    assert dict(jobs(run, "t/read")[0].headers) == {"S_ref": "Book of rates"}


def test_a_store_that_a_sub_process_draws_is_the_same_one_elsewhere():
    drawn = '<bpmn:dataStoreReference id="inner_ref" dataStoreRef="S"/>'
    inner = a_flow().drawn(drawn).start("in").service("t", inside=READS).end("out")
    run = play(stored().sub_process("sub", inner).end())

    assert dict(jobs(run, "t/read")[0].headers) == {"book": "book"}


def test_a_transformation_takes_what_it_needs_of_a_store():
    inside = specification(["rate"]) + takes("S_ref", "rate", by="book.rate * factor")
    run = answer(play(stored().service("t", inside=inside).end(), factor=2), {"rate": 3})

    assert given(run) == {"rate": 6}


def test_a_store_answers_at_once_though_perhaps_with_nothing():
    """A store is not waited for: no process can know when another writes to it."""
    run = answer(play(stored().service("t", inside=READS).end()), None)

    assert given(run) == {"amount": None}


def test_a_store_beside_an_object_that_is_not_there_yet_is_read_when_that_is():
    inside = specification(["a", "b"]) + takes("O_ref", "a") + takes("S_ref", "b")
    run = play(stored().drawn(data_object("O", "policy")).service("t", inside=inside).end())

    assert run.waiting == ["t/inputs"]
    run.set(policy=1)
    assert given(answer(run, 2)) == {"a": 1, "b": 2}


def test_an_optional_input_is_filled_where_the_store_has_something():
    sets = a_set("Input", "amount", optional=["amount"])
    inside = specification(["amount"], sets=sets) + takes("S_ref", "amount", by="[book]")
    model = stored().service("t", inside=inside).end()

    assert given(answer(play(model), None)) == {"amount": None}
    assert given(answer(play(model), 7)) == {"amount": [7]}


def test_a_store_is_seen_by_its_associations_alone():
    inner = a_flow().start("in").service("u").end("out")
    inside = READS + inner.content()
    run = play(stored().node("subProcess", "t", inside=inside).end(), book="mine")

    assert given(answer(run, 7), "u") == {"amount": 7, "book": "mine"}


def test_each_activity_that_begins_reads_anew():
    other = specification(["v"]) + takes("S_ref", "v")
    run = play(stored().service("t", inside=READS).service("u", inside=other).end())
    answer(run, 1).complete("t")

    assert given(answer(run, 2, "u"), "u") == {"v": 2}


# --- writing -----------------------------------------------------------------------------------


def test_an_output_association_writes_when_the_element_ends():
    """§10.4.1: stored information "will persist beyond the scope of the Process"."""
    run = play(stored().service("t", inside=WRITES).end()).complete("t", result=5, noise=6)

    (asked,) = jobs(run, "t/write")
    assert (asked.type, asked.headers, put(run)) == ("store.write", {}, [("book", [], 5)])
    assert (run.instance("t").phase, run.waiting) == ("completing", ["t/write"])
    assert run.complete("t/write").assert_over().variables == {}


def test_assignments_write_parts_of_a_store():
    parts = {"book.rate": "result", "book[no]": "result + 1", 'book["a b"].kind': '"x"'}
    inside = specification(outputs=["result"]) + gives("result", "S_ref", assign=parts)
    run = play(stored().service("t", inside=inside).end(), no=17).complete("t", result=5)

    assert put(run) == [
        ("book", ["rate"], 5),
        ("book", ["17"], 6),
        ("book", ["a b", "kind"], "x"),
    ]


def test_a_key_that_is_no_text_is_an_incident():
    inside = specification(outputs=["result"]) + gives("result", "S_ref", assign={"book[no]": "1"})
    run = play(stored().service("t", inside=inside).end()).complete("t", result=5)

    assert run.codes == ["data-key-invalid"]
    assert put(run.resolve(no="P-1")) == [("book", ["P-1"], 1)]


def test_objects_and_stores_are_filled_side_by_side():
    inside = specification(outputs=["result"]) + gives("result", "O_ref") + gives("result", "S_ref")
    model = stored().drawn(data_object("O", "policy")).service("t", inside=inside).end()
    run = play(model).complete("t", result=5)

    assert put(run) == [("book", [], 5)]
    assert run.complete("t/write").assert_over().variables == {"policy": 5}


def test_the_output_set_that_is_complete_says_what_is_written():
    sets = a_set("Output", "a") + a_set("Output", "b")
    inside = specification(outputs=["a", "b"], sets=a_set("Input") + sets)
    inside += gives("a", "S_ref", by='"a"') + gives("b", "S_ref", by='"b"')
    run = play(stored().service("t", inside=inside).end()).complete("t", b=1)

    assert put(run) == [("book", [], "b")]


def test_a_write_tells_how_much_the_store_holds():
    """§10.4.1: "capacity" is "the capacity of the Data Store"; "isUnlimited" overrides it."""
    limited = play(stored(capacity=2).service("t", inside=WRITES).end()).complete("t", result=1)
    unlimited = stored(capacity=2, isUnlimited=True).service("t", inside=WRITES).end()

    assert given(limited, "t/write")["writes"][0]["capacity"] == 2
    assert (
        given(play(unlimited).complete("t", result=1), "t/write")["writes"][0]["capacity"] is None
    )


def test_a_collection_takes_nothing_but_lists():
    item = '<bpmn:itemDefinition id="Many" isCollection="true"/>'
    run = play(stored(itemSubjectRef="Many").root(item).service("t", inside=WRITES).end())
    run.complete("t", result=1)

    assert run.codes == ["data-not-collection"]
    assert put(run.resolve(result=[1])) == [("book", [], [1])]


def test_mappings_and_listeners_keep_their_places():
    """S31: "associations first in, last out"; S34: listeners within."""
    inside = specification(["amount"], ["result"]) + takes("S_ref", "amount")
    inside += gives("result", "S_ref")
    listeners = '<zeebe:executionListeners><zeebe:executionListener eventType="start" type="l"/>'
    listeners += '<zeebe:executionListener eventType="end" type="l"/></zeebe:executionListeners>'
    extension = f'<zeebe:taskDefinition type="work"/>{listeners}'
    model = stored().node(
        "serviceTask",
        "t",
        extension=extension,
        inside=inside,
        inputs={"twice": "=amount * 2"},
        outputs={"result": "=twice + 1"},
    )
    run = answer(play(model.end()), 3)

    for element in ("t/start1", "t", "t/write", "t/end2"):
        assert run.waiting == [element]
        run.complete(element)
    assert put(run.assert_over()) == [("book", [], 7)]


# --- where it stands ---------------------------------------------------------------------------

BODY = '<bpmn:dataInput id="body"/>' + takes("S_ref", "body")
PAYLOAD = '<bpmn:dataOutput id="payload"/>' + gives("payload", "S_ref")


def test_a_thrown_message_takes_along_what_it_has_read():
    """§10.5.1: a throw event's data inputs are filled from what its associations name."""
    thrown = message("m", "=1", publish={"correlationKey": "k"})
    run = play(stored().throw("t", thrown, inside=BODY).end())

    assert run.issued(PublishMessage) == []
    assert unplain(answer(run, 4).issued(PublishMessage)[0].variables) == {"body": 4}


@pytest.mark.parametrize("thrown", [error("E"), escalation("E")])
def test_an_end_event_throws_what_it_has_read(thrown):
    inner = a_flow().start("in").end("x", thrown, inside=BODY)
    run = play(stored().sub_process("sub", inner).boundary("sub", "b", thrown).service("t").end())

    assert given(answer(run, 4, "x"))["body"] == 4


def test_a_caught_message_is_written_to_a_store():
    """§10.5.1: a catch event's data outputs are moved on by its associations."""
    run = play(stored().catch("c", message("m", "=1"), inside=PAYLOAD).end()).message(
        "m", payload=4
    )

    assert put(run, "c") == [("book", [], 4)]
    run.complete("c/write").assert_over()


def test_a_boundary_event_writes_before_its_token_goes_on():
    model = stored().service("t").end("e")
    model.boundary("t", "b", message("m", "=1"), inside=PAYLOAD).service("u").end("x")
    run = play(model).message("m", payload=4)

    assert (put(run, "b"), run.waiting) == ([("book", [], 4)], ["b/write"])
    assert run.complete("b/write").waiting == ["u"]


def test_a_process_writes_what_it_was_started_with():
    model = with_store(a_process()).start("s", message("m"), inside=PAYLOAD).service("t").end()
    run = Playing(compiled(model)).start("s", payload=4)

    assert put(run, "s") == [("book", [], 4)]
    assert run.complete("s/write").waiting == ["t"]


def test_an_event_sub_process_writes_what_began_it():
    inner = a_flow().start("es", message("m", "=1"), inside=PAYLOAD).end("ee")
    run = play(stored().service("t").end().event_sub_process("sub", inner)).message("m", payload=4)

    assert put(run, "es") == [("book", [], 4)]
    assert run.complete("es/write").assert_over().completed[-2:] == ["sub", "process"]


def test_a_sub_process_reads_for_what_is_inside_and_writes_when_that_is_done():
    inner = a_flow().start("in").service("u").end("out")
    inside = specification(["amount"], ["result"]) + takes("S_ref", "amount")
    inside += gives("result", "S_ref") + inner.content()
    run = answer(play(stored().node("subProcess", "t", inside=inside).end()), 3)

    run.complete("u", result=4)

    assert put(run) == [("book", [], 4)]
    run.complete("t/write").assert_over()


def test_a_call_hands_over_what_was_read_and_stores_what_came_back():
    inside = specification(["amount"], ["result"]) + takes("S_ref", "amount")
    inside += gives("result", "S_ref")
    run = answer(play(stored().call("t", "other", inside=inside).end()), 3)

    assert unplain(run.issued(StartChild)[0].variables) == {"amount": 3, "result": None}
    assert put(run.complete_child("t", result=4)) == [("book", [], 4)]


# --- loops -------------------------------------------------------------------------------------

OVER = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>all</bpmn:loopDataInputRef>"
    "<bpmn:loopDataOutputRef>gathered</bpmn:loopDataOutputRef>"
    '<bpmn:inputDataItem id="one"/><bpmn:outputDataItem id="each"/>'
    "</bpmn:multiInstanceLoopCharacteristics>"
)


def test_a_loop_runs_over_a_list_in_a_store_and_stores_what_it_has_gathered():
    """§10.3.8: for tasks, loopDataInput and loopDataOutput are filled by associations."""
    inside = specification(["all", "own"], ["gathered", "r"]) + takes("S_ref", "all")
    inside += takes("one", "own") + gives("r", "each") + gives("gathered", "S_ref")
    run = play(stored().service("t", inside=inside, loop=OVER).end())

    run.complete("t/collection", stores={"book": [10, 20]})
    run.complete("t", r="x").complete("t", r="y")

    assert [unplain(one.variables)["own"] for one in jobs(run, "t")] == [10, 20]
    assert (put(run), len(jobs(run, "t/write"))) == ([("book", [], ["x", "y"])], 1)
    run.complete("t/write").assert_over()


def test_each_instance_reads_when_it_begins_and_writes_when_it_ends():
    inside = specification(["amount"], ["r"]) + takes("S_ref", "amount")
    inside += gives("r", "S_ref", assign={"book[i]": "r"})
    loop = multi_instance("=[1, 2]", element="i", sequential=True)
    run = play(stored().service("t", inside=inside, loop=loop).end())

    answer(run, "a").complete("t", r="x")
    assert run.waiting == ["t/write"]
    answer(run.complete("t/write"), "b").complete("t", r="y").complete("t/write").assert_over()

    assert [unplain(one.variables)["amount"] for one in jobs(run, "t")] == ["a", "b"]
    assert put(run) == [("book", ["2"], "y")]


def test_each_round_of_a_loop_reads_anew():
    loop = standard_loop("again")
    run = play(stored().service("t", inside=READS, loop=loop).end(), again=True)

    answer(run, 1).complete("t")
    answer(run, 2).complete("t", again=False).assert_over()

    assert [unplain(one.variables)["amount"] for one in jobs(run, "t")] == [1, 2]


def test_a_collection_that_is_no_list_is_read_again_when_it_is_tried_again():
    inside = specification(["all", "own"], ["gathered", "r"]) + takes("S_ref", "all")
    inside += takes("one", "own") + gives("r", "each") + gives("gathered", "S_ref")
    run = play(stored().service("t", inside=inside, loop=OVER).end())

    run.complete("t/collection", stores={"book": 1})
    assert run.codes == ["collection-not-list"]
    run.resolve().complete("t/collection", stores={"book": [1]})

    assert run.waiting == ["t"]


# --- what goes wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize(("inside", "part"), [(READS, "read"), (WRITES, "write")])
def test_a_store_that_does_not_answer_is_an_incident_in_place(inside, part):
    run = play(stored().service("t", inside=inside).end())
    if part == "write":
        run.complete("t", result=5)
    run.fail(f"t/{part}", retries=1).fail(f"t/{part}")

    assert (run.codes, len(jobs(run, f"t/{part}"))) == (["job-failed"], 2)
    run.resolve(f"t/{part}").complete(f"t/{part}")
    assert run.codes == []


def test_an_answer_of_a_store_that_is_no_context_is_an_incident():
    run = play(stored().service("t", inside=READS).end()).complete("t/read", stores=1)

    assert run.codes == ["answer-invalid"]
    assert given(answer(run.resolve(), 2)) == {"amount": 2}


@pytest.mark.parametrize(("inside", "part"), [(READS, "read"), (WRITES, "write")])
def test_an_interruption_from_around_takes_the_job_back(inside, part):
    inner = a_flow().start("in").service("t", inside=inside).end("out")
    model = stored().sub_process("sub", inner).end().boundary("sub", "b", timer(duration="PT1H"))
    run = play(model.end("late"))
    if part == "write":
        run.complete("t", result=5)
    key = run.key(f"t/{part}")

    run.fire("b").assert_over()

    assert run.issued(CancelTask) == [CancelTask(key=key)]


def test_what_compensates_writes_like_any_other_activity():
    handler = '<bpmn:serviceTask id="undo" isForCompensation="true"><bpmn:extensionElements>'
    handler += (
        f'<zeebe:taskDefinition type="u"/></bpmn:extensionElements>{WRITES}</bpmn:serviceTask>'
    )
    model = handled(stored().service("a"), "a", "undo", handler)
    run = play(model.throw("back", compensation()).end("over")).complete("a")

    run.complete("undo", result=0)

    assert (put(run, "undo"), "back" in run.completed) == ([("book", [], 0)], False)
    run.complete("undo/write").assert_over()


# --- what is refused ---------------------------------------------------------------------------


def refused(model):
    found = compile_bundle({"p.bpmn": model.xml()}).diagnostics
    return [(one.code, one.element) for one in found if one.severity == "error"]


@pytest.mark.parametrize(
    "drawn",
    [
        '<bpmn:dataStoreReference id="S_ref"/>',
        '<bpmn:dataStoreReference id="S_ref" name="book" dataStoreRef="nowhere"/>',
    ],
)
def test_a_reference_to_nothing_is_refused(drawn):
    """§10.4.1: a Data Store Reference is one to a DataStore."""
    model = a_process().drawn(drawn).start().service("t", inside=READS).end()

    assert refused(model) == [("data-store", "S_ref")]


def test_a_store_that_could_hold_nothing_is_refused():
    assert refused(stored(capacity=0).service("t", inside=WRITES).end()) == [
        ("data-store", "S_ref")
    ]


@pytest.mark.parametrize(
    "inside",
    [
        specification(["I"]) + takes("I", "S_ref", by="1"),
        specification(outputs=["O"]) + gives("S_ref", "P_ref"),
    ],
)
def test_an_association_goes_from_stores_to_inputs_and_from_outputs_to_stores(inside):
    """§10.4.1: input associations fill a DataInput, output associations come from a DataOutput."""
    model = stored().drawn(data_object("P", "p")).service("t", inside=inside).end()

    assert ("data-store", "t") in refused(model)


def test_a_part_of_a_list_is_not_written():
    item = '<bpmn:itemDefinition id="Many" isCollection="true"/>'
    inside = specification(outputs=["r"]) + gives("r", "S_ref", assign={"book.first": "r"})
    model = stored(itemSubjectRef="Many").root(item).service("t", inside=inside).end()

    assert refused(model) == [("data-association", "t")]


@pytest.mark.parametrize("goal", ["other", "book..x", "book[", "book[1", "book x"])
def test_an_assignment_goes_to_the_store_of_its_association(goal):
    inside = specification(outputs=["r"]) + gives("r", "S_ref", assign={goal: "r"})

    assert ("data-association", "t") in refused(stored().service("t", inside=inside).end())


def test_an_object_that_hides_a_store_is_refused():
    inner = a_flow().drawn(data_object("O", "book")).start("in").service("t", inside=READS)
    model = stored().sub_process("sub", inner.end("out")).end()

    assert ("data-shadowed", "t") in refused(model)


def test_a_store_that_nothing_moves_is_a_picture():
    found = compile_bundle({"p.bpmn": stored().service("t").end().xml()})

    assert [(one.code, one.element) for one in found.diagnostics] == [("data-visual", "S_ref")]
    assert found.is_deployable


def test_a_store_that_is_moved_is_no_picture():
    found = compile_bundle({"p.bpmn": stored().service("t", inside=READS).end().xml()})

    assert found.diagnostics == ()
