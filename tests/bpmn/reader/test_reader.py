"""XML to model: what is drawn is kept, with its place; what BPMN does not have is told."""

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
from workflows.bpmn.model import (
    NO_DATA,
    CallActivity,
    Event,
    Gateway,
    MultiInstanceLoop,
    StandardLoop,
    SubProcess,
    Task,
    TimerEventDefinition,
    children_of,
    extension_of,
)
from workflows.bpmn.reader import MAX_ELEMENTS, MAX_PARTS, read_definitions

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def read(drawing):
    reading = read_definitions(drawing if isinstance(drawing, bytes) else drawing.xml())
    assert reading.definitions is not None, reading.diagnostics
    return reading.definitions


def node_of(drawing, identity):
    nodes = list(read(drawing).processes[0].content.nodes)
    for node in nodes:
        if isinstance(node, SubProcess):
            nodes += node.content.nodes
    return next(node for node in nodes if node.id == identity)


def faults(source):
    return [(one.code, one.line) for one in read_definitions(source, file="a.bpmn").diagnostics]


def test_nodes_keep_document_order():
    drawing = a_process("p").start("s").task("b").task("a").end("e")

    process = read(drawing).processes[0]

    assert [node.id for node in process.content.nodes] == ["s", "b", "a", "e"]


def test_every_element_knows_its_place():
    drawn = '<process id="p">\n   <task id="t"/></process>'
    source = f'<definitions xmlns="{BPMN}">\n {drawn}</definitions>'

    task = read(source.encode()).processes[0].content.nodes[0]

    assert (task.place.line, task.place.column) == (3, 4)


def test_the_prefix_of_a_namespace_does_not_matter():
    source = f'<q:definitions xmlns:q="{BPMN}"><q:process id="p"/></q:definitions>'

    assert read(source.encode()).processes[0].id == "p"


def test_a_swapped_default_namespace_is_resolved_by_name():
    source = (
        f'<b:definitions xmlns:b="{BPMN}" xmlns="urn:other">'
        "<process id='not'/><b:process id='p'/></b:definitions>"
    )

    assert [process.id for process in read(source.encode()).processes] == ["p"]


@pytest.mark.parametrize(
    ("name", "draw"),
    [
        ("task", lambda p: p.task("x")),
        ("manualTask", lambda p: p.manual("x")),
        ("serviceTask", lambda p: p.service("x", "work")),
        ("sendTask", lambda p: p.send("x", message("m"))),
        ("receiveTask", lambda p: p.receive("x", message("m", "=k"))),
        ("scriptTask", lambda p: p.script("x", "=1")),
        ("businessRuleTask", lambda p: p.rule("x", "d")),
        ("userTask", lambda p: p.user("x")),
    ],
)
def test_every_task_is_read_by_its_name(name, draw):
    task = node_of(draw(a_process()), "x")

    assert isinstance(task, Task)
    assert task.kind == name


@pytest.mark.parametrize(
    "name",
    [
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "eventBasedGateway",
        "complexGateway",
    ],
)
def test_every_gateway_is_read_by_its_name(name):
    gateway = node_of(a_process().node(name, "x"), "x")

    assert isinstance(gateway, Gateway)
    assert gateway.kind == name


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("message", message("m", "=k")),
        ("timer", timer(duration="PT1H")),
        ("error", error("E")),
        ("link", link("L")),
        ("terminate", terminate()),
    ],
)
def test_every_event_definition_is_read_by_its_name(kind, event):
    drawn = node_of(a_process().catch("x", event), "x")

    assert isinstance(drawn, Event)
    assert [definition.kind for definition in drawn.definitions] == [kind]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("signalEventDefinition", "signal"),
        ("escalationEventDefinition", "escalation"),
        ("conditionalEventDefinition", "conditional"),
        ("compensateEventDefinition", "compensate"),
        ("cancelEventDefinition", "cancel"),
    ],
)
def test_event_definitions_that_are_not_executed_yet_are_read_all_the_same(name, kind):
    drawn = node_of(a_process().node("endEvent", "x", inside=f"<bpmn:{name}/>"), "x")

    assert isinstance(drawn, Event)
    assert drawn.definitions[0].kind == kind


def test_a_timer_keeps_all_its_forms():
    both = timer(date="2026-01-01T00:00:00Z", duration="PT1H")

    drawn = node_of(a_process().catch("x", both), "x")

    assert isinstance(drawn, Event)
    (definition,) = drawn.definitions
    assert isinstance(definition, TimerEventDefinition)
    assert [form for form, _ in definition.forms] == ["date", "duration"]


def test_a_boundary_event_says_what_it_is_attached_to():
    drawing = a_process().task("t").boundary("t", "x", error(), interrupting=False)

    event = node_of(drawing, "x")

    assert isinstance(event, Event)
    assert (event.attached_to, event.interrupting) == ("t", False)


def test_a_sub_process_contains_its_own_nodes():
    drawing = a_process().event_sub_process("sub", a_flow().start("s").task("inner"))

    sub_process = node_of(drawing, "sub")

    assert isinstance(sub_process, SubProcess)
    assert sub_process.triggered_by_event
    assert [node.id for node in sub_process.content.nodes] == ["s", "inner"]


def test_a_call_activity_keeps_the_plain_attribute():
    drawing = a_process().node("callActivity", "x", {"calledElement": "tns:other"})

    call = node_of(drawing, "x")

    assert isinstance(call, CallActivity)
    assert call.called_element == "other"


def test_multi_instance_characteristics_are_read():
    loop = multi_instance("=items", element="item", sequential=True, cardinality="3", until="=x")

    task = node_of(a_process().task("x", loop=loop), "x")

    assert isinstance(task, Task)
    assert isinstance(task.loop, MultiInstanceLoop)
    assert task.loop.sequential
    assert task.loop.cardinality is not None
    assert task.loop.cardinality.text == "3"
    assert task.loop.extensions[0].attributes["inputElement"] == "item"


def test_a_standard_loop_is_read():
    loop = (
        '<bpmn:standardLoopCharacteristics testBefore="true" loopMaximum="3">'
        "<bpmn:loopCondition>x</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
    )

    task = node_of(a_process().task("x", loop=loop), "x")

    assert isinstance(task, Task)
    assert isinstance(task.loop, StandardLoop)
    assert (task.loop.test_before, task.loop.maximum) == (True, "3")


def test_extension_elements_are_kept_whole():
    drawing = a_process().service("x", "work", headers={"a": "1"})

    task = node_of(drawing, "x")

    definition = extension_of(task, "taskDefinition")
    assert definition is not None
    assert definition.attributes == {"type": "work"}
    assert children_of(task, "taskHeaders", "header")[0].attributes == {"key": "a", "value": "1"}


def test_extensions_of_another_namespace_are_not_mistaken_for_zeebe():
    inside = (
        '<bpmn:extensionElements><x:taskDefinition xmlns:x="urn:x" type="evil"/>'
        "</bpmn:extensionElements>"
    )

    task = node_of(a_process().node("serviceTask", "x", inside=inside), "x")

    assert task.extensions == ()


def test_vendor_attributes_of_other_engines_are_kept_by_name():
    drawing = a_process().node("serviceTask", "x", {"camunda:class": "com.example.Evil"})

    task = node_of(drawing, "x")

    assert [(one.vendor, one.name) for one in task.foreign] == [("camunda", "class")]


def test_associations_of_the_drawing_tool_are_pictures():
    inside = (
        '<bpmn:property id="P" name="__targetRef_placeholder"/><bpmn:dataInputAssociation id="D">'
        "<bpmn:sourceRef>O</bpmn:sourceRef><bpmn:targetRef>P</bpmn:targetRef>"
        "</bpmn:dataInputAssociation>"
    )

    task = node_of(a_process().node("task", "x", inside=inside), "x")

    assert task.data == NO_DATA


def test_inputs_of_a_specification_are_read():
    inside = '<bpmn:ioSpecification><bpmn:dataInput id="I"/></bpmn:ioSpecification>'

    task = node_of(a_process().node("task", "x", inside=inside), "x")

    assert [one.id for one in task.data.inputs] == ["I"]


def test_lanes_are_read_with_their_members():
    lanes = (
        '<bpmn:laneSet><bpmn:lane id="L" name="Clerks"><bpmn:flowNodeRef>t</bpmn:flowNodeRef>'
        '<bpmn:childLaneSet><bpmn:lane id="M"/></bpmn:childLaneSet></bpmn:lane></bpmn:laneSet>'
    )

    (lane,) = read(a_process().drawn(lanes)).processes[0].content.lanes

    assert (lane.name, lane.members, lane.lanes[0].id) == ("Clerks", ("t",), "M")


def test_the_modeler_version_is_kept():
    source = (
        a_process()
        .xml()
        .replace(
            b' id="definitions"', b' id="definitions" modeler:executionPlatform="Camunda Cloud"'
        )
    )

    assert read(source).execution_platform == "Camunda Cloud"


# --- what is told ------------------------------------------------------------------------------


def test_an_unknown_element_is_told_where_it_stands():
    drawn = '<process id="p">\n<teaTask id="t"/>\n</process>'
    source = f'<definitions xmlns="{BPMN}">\n{drawn}</definitions>'

    assert faults(source.encode()) == [("element-unknown", 3)]


def test_an_unknown_event_definition_is_told():
    source = a_process().node("endEvent", "x", inside="<bpmn:teaEventDefinition/>").xml()

    assert [code for code, _ in faults(source)] == ["element-unknown"]


def test_an_unknown_root_is_told():
    source = a_process().root("<bpmn:kettle/>").xml()

    assert [code for code, _ in faults(source)] == ["element-unknown"]


def test_a_mistyped_attribute_does_not_pass_for_the_default():
    source = a_process().start("s").xml().replace(b'id="s"', b'id="s" isInterupting="false"')

    assert [code for code, _ in faults(source)] == ["attribute-unknown"]


@pytest.mark.parametrize(
    "given",
    [{"isForCompensation": "yes"}, {"startQuantity": "many"}, {"completionQuantity": "1.5"}],
)
def test_an_attribute_of_the_wrong_type_is_told(given):
    source = a_process().node("task", "x", given).xml()

    assert [code for code, _ in faults(source)] == ["attribute-invalid"]


def test_a_node_without_an_id_is_told():
    source = a_process().xml().replace(b"</bpmn:process>", b"<bpmn:task/></bpmn:process>")

    assert [code for code, _ in faults(source)] == ["id-missing"]


def test_all_findings_come_at_once():
    source = a_process().drawn("<bpmn:tea/><bpmn:coffee/><bpmn:task/>").xml()

    assert [code for code, _ in faults(source)].count("element-unknown") == 2
    assert len(faults(source)) == 3


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (b"<x/>", "not definitions of BPMN"),
        (b'<definitions xmlns="urn:x"/>', "not definitions of BPMN"),
        (
            b'<c:definitions xmlns:c="http://www.omg.org/spec/CMMN/20151109/MODEL"/>',
            "CMMN",
        ),
    ],
)
def test_a_file_of_another_language_is_refused(source, told):
    reading = read_definitions(source)

    assert reading.definitions is None
    assert reading.diagnostics[0].code == "not-bpmn"
    assert told in reading.diagnostics[0].message


def test_a_malformed_file_is_a_finding_too():
    reading = read_definitions(b"<x>", file="a.bpmn")

    assert [one.code for one in reading.diagnostics] == ["xml-malformed"]


@pytest.mark.parametrize(
    ("tag", "number"), [("task", MAX_ELEMENTS + 1), ("textAnnotation", MAX_PARTS + 1)]
)
def test_more_elements_than_a_model_may_have_are_refused(tag, number):
    drawn = "".join(f'<bpmn:{tag} id="t{n}"/>' for n in range(number))

    reading = read_definitions(a_process().drawn(drawn).xml())

    assert [one.code for one in reading.diagnostics] == ["too-many-elements"]
