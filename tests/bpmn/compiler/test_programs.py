"""Drawings to programs: ids resolved, scopes nested, expressions parsed, calls linked."""

import pytest

from tests.builders.process import (
    a_flow,
    a_process,
    error,
    link,
    message,
    multi_instance,
    terminate,
    timer,
)
from workflows.bpmn.deployment import compile_bundle
from workflows.bpmn.program import (
    Call,
    Decision,
    ErrorDefinition,
    Human,
    Job,
    LinkDefinition,
    MessageDefinition,
    Publish,
    Receive,
    Script,
    TerminateDefinition,
    TimerDefinition,
)
from workflows.feel import Expression

DECISION = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
 namespace="urn:d"><decision id="rate" name="rate"><variable name="rate"/>
 <literalExpression><text>1</text></literalExpression></decision></definitions>"""


def program_of(drawing, *beside, process="p", **more):
    compilation = compile_bundle({"a.bpmn": drawing.xml(*beside), **more})
    assert compilation.is_deployable, compilation.diagnostics
    return compilation.programs[process]


def node_of(drawing, identity, *beside):
    program = program_of(drawing, *beside)
    return program.nodes[program.ids[identity]]


def ids(program, indexes):
    return [program.nodes[index].id for index in indexes]


# --- nodes, flows, scopes ----------------------------------------------------------------------


def test_node_0_is_the_process():
    program = program_of(a_process("p", name="Surrender").start("s").end("e"))

    process = program.nodes[0]
    assert (process.id, process.kind, process.scope, process.depth) == ("p", "process", -1, 0)
    assert ids(program, process.children) == ["s", "e"]
    assert ids(program, process.starts) == ["s"]


def test_flows_join_nodes_by_index():
    program = program_of(a_process("p").start("s").task("t").end("e"))

    task = program.nodes[program.ids["t"]]
    (incoming,), (outgoing,) = task.incoming, task.outgoing
    assert program.nodes[program.flows[incoming].source].id == "s"
    assert program.nodes[program.flows[outgoing].target].id == "e"


def test_outgoing_flows_stand_in_document_order():
    drawing = a_process("p").start("s").parallel("g")
    for name in ("c", "a", "b"):
        drawing.at("g").end(name)

    program = program_of(drawing)

    gateway = program.nodes[program.ids["g"]]
    assert [program.flows[one].id for one in gateway.outgoing] == ["g_to_c", "g_to_a", "g_to_b"]


def test_nested_scopes_know_their_depth():
    innermost = a_flow().start("s3").end("e3")
    inner = a_flow().start("s2").sub_process("b", innermost).end("e2")
    program = program_of(a_process("p").start("s").sub_process("a", inner).end("e"))

    nodes = [program.nodes[program.ids[name]] for name in ("a", "b", "s3")]
    assert [node.depth for node in nodes] == [1, 2, 3]
    assert ids(program, [node.scope for node in nodes]) == ["p", "a", "b"]


def test_a_scope_knows_its_event_sub_processes():
    handler = a_flow().start("hs", message("stop", "=k"), interrupting=False).end("he")
    program = program_of(a_process("p").start("s").end("e").event_sub_process("h", handler))

    sub_process = program.nodes[program.ids["h"]]
    assert sub_process.kind == "eventSubProcess"
    assert program.nodes[0].event_sub_processes == (sub_process.index,)
    assert not program.nodes[sub_process.starts[0]].interrupting


def test_an_activity_knows_its_boundary_events():
    drawing = a_process("p").start("s").service("t").end("e")
    drawing.boundary("t", "b", timer(duration="PT1H"), interrupting=False).end("e2")

    program = program_of(drawing)

    task, event = (program.nodes[program.ids[name]] for name in ("t", "b"))
    assert task.boundary == (event.index,)
    assert (event.attached_to, event.interrupting) == (task.index, False)


def test_the_default_flow_is_resolved():
    drawing = a_process("p").start("s").exclusive("g").flow("x").end("a")
    program = program_of(drawing.at("g").flow(default=True).end("b"))

    default = program.nodes[program.ids["g"]].default
    assert default is not None
    assert program.flows[default].id == "g_to_b"


def test_conditions_are_parsed_with_or_without_the_equals_sign():
    drawing = a_process("p").start("s").exclusive("g").flow("=x > 1").end("a")
    program = program_of(drawing.at("g").flow("x > 2").end("b"))

    conditions = [flow.condition for flow in program.flows if flow.condition is not None]
    assert [condition.text for condition in conditions] == ["x > 1", "x > 2"]


def test_an_activity_may_have_conditional_flows_of_its_own():
    drawing = a_process("p").start("s").task("t").flow("x").end("a")
    program = program_of(drawing.at("t").flow(default=True).end("b"))

    assert program.nodes[program.ids["t"]].default is not None


def test_several_none_starts_are_allowed():
    program = program_of(a_process("p").start("s1").end("e1").start("s2").end("e2"))

    assert ids(program, program.nodes[0].starts) == ["s1", "s2"]


# --- work --------------------------------------------------------------------------------------


def test_a_service_task_is_a_job():
    task = node_of(a_process("p").start("s").service("t", "pay", headers={"a": "1"}).end("e"), "t")

    assert task.work == Job(type="pay", retries="3", headers={"a": "1"})


def test_a_job_type_may_be_an_expression():
    work = node_of(a_process("p").start("s").service("t", '="pay." + kind').end("e"), "t").work

    assert isinstance(work, Job)
    assert isinstance(work.type, Expression)


def test_a_script_task_is_a_script_in_feel():
    work = node_of(a_process("p").start("s").script("t", "=1 + 1", "two").end("e"), "t").work

    assert isinstance(work, Script)
    assert (work.expression.text, work.result_variable) == ("1 + 1", "two")


def test_a_business_rule_task_is_linked_to_its_decision():
    drawing = a_process("p").start("s").rule("t", "rate", "r").end("e")

    program = program_of(drawing, **{"d.dmn": DECISION})

    work = program.nodes[program.ids["t"]].work
    assert isinstance(work, Decision)
    assert (work.decision.id, work.result_variable) == ("rate", "r")


def test_a_receive_task_waits_for_its_message_by_key():
    drawing = a_process("p").start("s").receive("t", message("paid", "=id")).end("e")

    work = node_of(drawing, "t").work

    assert isinstance(work, Receive)
    assert work.message.name == "paid"
    assert isinstance(work.message.key, Expression)


def test_a_send_task_without_a_type_publishes_its_message():
    drawing = a_process("p").start("s").send("t", message("paid", "=id")).end("e")

    work = node_of(drawing, "t").work

    assert isinstance(work, Publish)
    assert work.name == "paid"
    assert isinstance(work.key, Expression)


def test_a_message_throw_with_a_type_is_a_job():
    drawing = a_process("p").start("s").throw("t", message("paid", job="mail")).end("e")

    node = node_of(drawing, "t")

    assert isinstance(node.work, Job)
    assert node.event == MessageDefinition(name="paid")


def test_a_message_end_may_publish_with_a_time_to_live():
    told = message("paid", publish={"correlationKey": "=id", "timeToLive": "PT1H"})

    work = node_of(a_process("p").start("s").end("e", told), "e").work

    assert isinstance(work, Publish)
    assert work.time_to_live == "PT1H"


def test_a_user_task_says_who_and_when():
    drawing = a_process("p").start("s")
    drawing.user(
        "t",
        assignment={"assignee": "=boss", "candidateGroups": "supervisors"},
        schedule={"dueDate": "2026-01-31T09:00:00+08:00"},
        priority="70",
        form={"formId": "approve"},
    ).end("e")

    work = node_of(drawing, "t").work

    assert isinstance(work, Human)
    assert isinstance(work.assignee, Expression)
    assert (work.candidate_groups, work.priority) == ("supervisors", "70")
    assert work.form == {"formId": "approve"}


def test_a_lane_is_the_default_candidate_group():
    lanes = (
        '<bpmn:laneSet><bpmn:lane id="L" name="clerks"><bpmn:flowNodeRef>t</bpmn:flowNodeRef>'
        "</bpmn:lane></bpmn:laneSet>"
    )

    work = node_of(a_process("p").start("s").user("t").end("e").drawn(lanes), "t").work

    assert isinstance(work, Human)
    assert work.candidate_groups == "clerks"


def test_an_embedded_form_brings_its_body():
    form = '<zeebe:userTaskForm id="F">{"a": 1}</zeebe:userTaskForm>'
    drawing = a_process("p", extension=form).start("s")
    drawing.user("t", form={"formKey": "camunda-forms:bpmn:F"}).end("e")

    work = node_of(drawing, "t").work

    assert isinstance(work, Human)
    assert work.form["body"] == '{"a": 1}'


@pytest.mark.parametrize("kind", ["task", "manualTask"])
def test_undefined_and_manual_tasks_pass_through(kind):
    assert node_of(a_process("p").start("s").node(kind, "t").end("e"), "t").work is None


# --- events ------------------------------------------------------------------------------------


def test_a_process_start_has_no_correlation_key():
    drawing = a_process("p").start("s", message("begin", "=ignored")).end("e")

    assert node_of(drawing, "s").event == MessageDefinition(name="begin", key=None)


def test_timers_keep_their_form():
    drawing = a_process("p").start("s").catch("t", timer(duration="=wait")).end("e")

    event = node_of(drawing, "t").event

    assert isinstance(event, TimerDefinition)
    assert (event.form, isinstance(event.value, Expression)) == ("duration", True)


def test_a_catch_without_a_code_catches_every_error():
    drawing = a_process("p").start("s").service("t").end("e")
    drawing.boundary("t", "b", error()).end("e2")

    assert node_of(drawing, "b").event == ErrorDefinition(code=None)


def test_an_error_end_throws_its_code():
    drawing = a_process("p").start("s").end("e", error("TOO_LATE"))

    assert node_of(drawing, "e").event == ErrorDefinition(code="TOO_LATE")


def test_a_terminate_end_is_one():
    assert node_of(a_process("p").start("s").end("e", terminate()), "e").event == (
        TerminateDefinition()
    )


def test_a_link_throw_knows_its_catch():
    drawing = a_process("p").start("s").throw("a", link("L")).at("none")
    drawing.cursor = None
    drawing.catch("b", link("L")).end("e")

    program = program_of(drawing)

    event = program.nodes[program.ids["a"]].event
    assert isinstance(event, LinkDefinition)
    assert event.catch == program.ids["b"]


# --- loops, mappings, properties ---------------------------------------------------------------


def test_a_multi_instance_activity_is_compiled():
    loop = multi_instance(
        "=items", element="item", output="results", output_element="=r", until="=done"
    )

    found = node_of(a_process("p").start("s").service("t", loop=loop).end("e"), "t").loop

    assert found is not None
    assert not found.sequential
    assert (found.input_element, found.output_collection) == ("item", "results")
    assert [
        one.text if one else None
        for one in (found.collection, found.output_element, found.completion_condition)
    ] == ["items", "r", "done"]


def test_a_cardinality_will_do_instead_of_a_collection():
    loop = multi_instance(cardinality="=n + 1", sequential=True)

    found = node_of(a_process("p").start("s").task("t", loop=loop).end("e"), "t").loop

    assert found is not None
    assert found.sequential
    assert found.cardinality is not None


def test_mappings_go_to_paths():
    drawing = a_process("p").start("s")
    drawing.service("t", inputs={"x": "=a", "label": "plain"}, outputs={"b.c": "=x"}).end("e")

    node = node_of(drawing, "t")

    assert [mapping.target for mapping in (*node.inputs, *node.outputs)] == [
        ("x",),
        ("label",),
        ("b", "c"),
    ]
    assert node.inputs[1].source == "plain"


def test_properties_are_visible():
    drawing = a_process("p").start("s").service("t", properties={"colour": "red"}).end("e")

    assert node_of(drawing, "t").properties == {"colour": "red"}


def test_the_version_tag_is_kept():
    drawing = a_process("p", extension='<zeebe:versionTag value="v1"/>').start("s").end("e")

    assert program_of(drawing).version_tag == "v1"


# --- calls -------------------------------------------------------------------------------------


def called():
    return a_process("q").start("qs").service("qt").end("qe")


def test_a_call_is_a_child_by_default():
    drawing = a_process("p").start("s").call("c", "elsewhere").end("e")

    node = node_of(drawing, "c")

    assert node.work == Call(process_id="elsewhere")
    assert node.children == ()


def test_propagation_and_binding_are_read():
    given = {"propagateAllChildVariables": False, "bindingType": "versionTag", "versionTag": "v1"}
    drawing = a_process("p").start("s").call("c", "elsewhere", called=given).end("e")

    work = node_of(drawing, "c").work

    assert isinstance(work, Call)
    assert not work.propagate_all_child_variables
    assert (work.binding, work.version_tag) == ("versionTag", "v1")


def test_the_plain_attribute_names_the_process_where_nothing_else_does():
    drawing = a_process("p").start("s").node("callActivity", "c", {"calledElement": "q"}).end("e")

    assert node_of(drawing, "c").work == Call(process_id="q")


def test_an_inlined_call_contains_the_called_nodes():
    program = program_of(a_process("p").start("s").call("c", "q", inline=True).end("e"), called())

    call = program.nodes[program.ids["c"]]
    assert ids(program, call.children) == ["c/qs", "c/qt", "c/qe"]
    assert ids(program, call.starts) == ["c/qs"]
    assert {program.nodes[one].depth for one in call.children} == {2}


def test_flows_of_an_inlined_call_join_its_own_nodes():
    drawing = a_process("p").start("s").call("a", "q", inline=True).call("b", "q", inline=True)

    program = program_of(drawing.end("e"), called())

    flow = next(flow for flow in program.flows if flow.id == "b/qs_to_qt")
    assert ids(program, (flow.source, flow.target)) == ["b/qs", "b/qt"]


def test_an_inlined_process_may_inline_another():
    middle = a_process("q").start("qs").call("d", "r", inline=True).end("qe")
    program = program_of(
        a_process("p").start("s").call("c", "q", inline=True).end("e"),
        middle,
        a_process("r").start("rs").end("re"),
    )

    assert "c/d/rs" in program.ids


def test_an_inlined_call_begins_at_none_starts_only():
    drawing = a_process("p").start("s").call("c", "q", inline=True).end("e")

    program = program_of(drawing, called().start("other", message("begin")).end("qe2"))

    assert ids(program, program.nodes[program.ids["c"]].starts) == ["c/qs"]


def test_mutual_recursion_of_inlined_calls_is_refused():
    first = a_process("p").start("s").call("c", "q", inline=True).end("e")
    second = a_process("q").start("qs").call("d", "p", inline=True).end("qe")

    compilation = compile_bundle({"a.bpmn": first.xml(second)})

    assert [one.element for one in compilation.diagnostics] == ["c", "d"]


def test_inlined_calls_that_multiply_are_refused():
    first = a_process("p0").start("s0")
    for n in range(1, 6):
        first.call(f"c{n}", "p1", inline=True)
    drawings = [first.end("e0")]
    for level in range(1, 6):
        drawing = a_process(f"p{level}").start(f"s{level}")
        for n in range(10):
            drawing.call(f"c{level}_{n}", f"p{level + 1}", inline=True)
        drawings.append(drawing.end(f"e{level}"))
    drawings.append(a_process("p6").start("s6").end("e6"))

    compilation = compile_bundle({"a.bpmn": drawings[0].xml(*drawings[1:])})

    assert "too-many-elements" in {one.code for one in compilation.diagnostics}


def test_a_conditional_call_of_oneself_is_allowed():
    drawing = a_process("p").start("s").exclusive("g").flow("again").call("c", "p").end("e")

    assert program_of(drawing.at("g").flow(default=True).end("e2"))


# --- reachability ------------------------------------------------------------------------------


def reaching(program, gateway, flow):
    node = program.nodes[program.ids[gateway]]
    number = [program.flows[one].id for one in node.incoming].index(flow)
    bits = node.reaches[number]
    return {one.id for one in program.nodes if bits >> one.index & 1}


def diamond():
    drawing = a_process("p").start("s").inclusive("split").flow("a").task("x").inclusive("join")
    drawing.end("e").at("split").flow("b").task("y").connect("join")
    return drawing


def test_a_flow_is_reached_from_all_that_lead_to_it():
    program = program_of(diamond())

    assert reaching(program, "join", "x_to_join") == {"s", "split", "x"}
    assert reaching(program, "join", "y_to_join") == {"s", "split", "y"}


def test_paths_through_the_gateway_itself_do_not_count():
    drawing = a_process("p").start("s").inclusive("j").service("w").exclusive("g")
    drawing.flow("again", id="back").connect("j").at("g").flow(default=True).end("e")

    program = program_of(drawing)

    assert reaching(program, "j", "s_to_j") == {"s"}
    assert reaching(program, "j", "back") == {"w", "g"}


def test_paths_follow_boundary_events():
    drawing = diamond().boundary("x", "b", timer(duration="PT1H"), interrupting=False)

    program = program_of(drawing.connect("join"))

    assert reaching(program, "join", "b_to_join") == {"s", "split", "x", "b"}


def test_paths_follow_links():
    drawing = diamond().at("split").flow("c").throw("lt", link("L"))
    drawing.cursor = None
    program = program_of(drawing.catch("lc", link("L")).connect("join"))

    assert reaching(program, "join", "lc_to_join") == {"s", "split", "lt", "lc"}
