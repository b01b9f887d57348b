"""For every rule a drawing that breaks it: code, element at fault, and the files."""

from tests.builders.correlation import compared, correlated
from tests.builders.data import a_set, data_object, gives, specification, takes
from tests.builders.events import (
    cancel,
    compensation,
    condition,
    escalation,
    several,
    signal,
    standard_loop,
)
from tests.builders.process import (
    Definition,
    FlowBuilder,
    ProcessBuilder,
    a_flow,
    a_process,
    error,
    link,
    message,
    multi_instance,
    terminate,
    timer,
)

Files = dict[str, bytes]


def files(*drawings: ProcessBuilder | bytes) -> Files:
    return {
        f"{number}.bpmn": drawing if isinstance(drawing, bytes) else drawing.xml()
        for number, drawing in enumerate(drawings)
    }


def whole() -> ProcessBuilder:
    """A sound process to break."""
    return a_process("p").start("s").service("t", "work").end("e")


def around(inner: FlowBuilder) -> ProcessBuilder:
    """A process whose sub-process ``sub`` is the one to break."""
    return a_process("p").start("s").sub_process("sub", inner).end("e")


def with_task(tag: str, *, extension: str = "", **more) -> ProcessBuilder:
    return a_process("p").start("s").node(tag, "x", extension=extension, **more).end("e")


def zeebe(tag: str, **more) -> ProcessBuilder:
    return with_task("serviceTask", extension=tag, **more)


def undone(flow: ProcessBuilder, *, marked: bool = True) -> ProcessBuilder:
    """A task ``t`` with a compensation boundary event ``b`` and its handler ``h``."""
    flag = "true" if marked else "false"
    line = '<bpmn:association id="l" sourceRef="b" targetRef="h"/>'
    flow.boundary("t", "b", compensation())
    return flow.drawn(f'<bpmn:task id="h" isForCompensation="{flag}"/>{line}')


def in_transaction(*, cancelled: bool) -> ProcessBuilder:
    """A transaction ``x`` with a cancel end event ``stop``."""
    inner = a_flow().start("is").end("stop", cancel())
    drawing = a_process("p").start("s").node("transaction", "x", inside=inner.content()).end("e")
    return drawing.boundary("x", "c", cancel()).end("ce") if cancelled else drawing


def moving(association: str) -> ProcessBuilder:
    """A task ``x`` with an input ``I``, a property ``P`` and one association."""
    inside = f'{specification(["I"])}<bpmn:property id="P"/>{association}'
    drawn = data_object("O") + '<bpmn:dataStoreReference id="D"/>'
    return a_process("p").drawn(drawn).start("s").service("x", inside=inside).end("e")


def shadowed() -> ProcessBuilder:
    """A task ``x`` that means the outer of two data objects of one name."""
    inside = specification(["I"]) + takes("outer_ref", "I")
    inner = a_flow().drawn(data_object("inner", "o")).start("is").service("x", inside=inside)
    return around(inner.end("ie")).drawn(data_object("outer", "o"))


def choice(kind: str = "exclusiveGateway") -> ProcessBuilder:
    return a_process("p").start("s").node(kind, "g")


def waiting_choice() -> ProcessBuilder:
    return a_process("p").start("s").event_based("g")


JOB = '<zeebe:taskDefinition type="work"/>'
STREAMING = specification(
    ["I"],
    sets=a_set("Input", "I").replace(
        "</bpmn:inputSet>",
        "<bpmn:whileExecutingInputRefs>I</bpmn:whileExecutingInputRefs></bpmn:inputSet>",
    ),
)
HALF_LOOP = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
    '<bpmn:inputDataItem id="one"/></bpmn:multiInstanceLoopCharacteristics>'
)
UNNAMED = Definition(
    '<bpmn:messageEventDefinition messageRef="M"/>',
    '<bpmn:message id="M"><bpmn:extensionElements><zeebe:subscription correlationKey="=k"/>'
    "</bpmn:extensionElements></bpmn:message>",
)
UNCODED = Definition('<bpmn:errorEventDefinition errorRef="E"/>', '<bpmn:error id="E" name="E"/>')
FLOW = '<bpmn:sequenceFlow id="f" sourceRef="{}" targetRef="{}"/>'

DECISION = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
 namespace="urn:d"><decision id="other" name="other"><variable name="other"/>
 <literalExpression><text>1</text></literalExpression></decision></definitions>"""

BREACHES: dict[str, tuple[str | None, Files]] = {
    # the bundle
    "bundle-empty": (None, {}),
    "file-kind": (None, {"a.form": b"{}", **files(whole())}),
    "nothing-executable": (None, files(a_process("p", isExecutable=False).start("s").end("e"))),
    "process-duplicate": ("p", files(whole(), whole())),
    "called-process-missing": (
        "x",
        files(a_process("p").start("s").call("x", "nobody", inline=True).end("e")),
    ),
    "called-start-missing": (
        "x",
        files(
            a_process("p").start("s").call("x", "q").end("e"),
            a_process("q").start("q_s", message("begin")).task("q_t").end("q_e"),
        ),
    ),
    "call-recursive": (
        "x",
        files(a_process("p").start("s").call("x", "p", inline=True).end("e")),
    ),
    "call-endless": ("x", files(a_process("p").start("s").call("x", "p").end("e"))),
    # XML
    "xml-malformed": (None, {"a.bpmn": b"<x>"}),
    "xml-forbidden": (None, {"a.bpmn": b"<!DOCTYPE x><x/>"}),
    "xml-encoding": (None, {"a.bpmn": b"<x>\xff</x>"}),
    "xml-too-large": (None, {"a.bpmn": b"<x>" * 65 + b"</x>" * 65}),
    # reading
    "not-bpmn": (None, {"a.bpmn": b"<x/>"}),
    "element-unknown": ("q", files(whole().drawn('<bpmn:teaTask id="q"/>'))),
    "id-missing": (None, files(whole().drawn("<bpmn:task/>"))),
    "attribute-invalid": ("x", files(with_task("task", loop=""))),
    "attribute-unknown": ("x", files(whole().node("task", "x", {"isInterupting": "false"}))),
    "inline-plain": (
        "x",
        files(
            a_process("p").start("s").call("x", "q", inline=True).end("e"),
            a_process("q").drawn(data_object("O")).start("qs").end("qe"),
        ),
    ),
    "too-many-elements": (
        "definitions",
        files(whole().drawn("".join(f'<bpmn:task id="t{n}"/>' for n in range(5_001)))),
    ),
    # references
    "id-duplicate": ("t", files(whole().drawn('<bpmn:task id="t"/>'))),
    "id-invalid": ("1x", files(whole().drawn('<bpmn:textAnnotation id="1x"/>'))),
    "flow-source-missing": ("f", files(whole().drawn(FLOW.format("nowhere", "t")))),
    "flow-target-missing": ("f", files(whole().drawn(FLOW.format("t", "nowhere")))),
    "default-flow-missing": ("x", files(whole().at("t").node("task", "x", {"default": "none"}))),
    "attached-to-missing": (
        "b",
        files(whole().boundary("nobody", "b", error()).end("e2")),
    ),
    "reference-missing": (
        "x",
        files(
            whole().at("t").catch("x", Definition('<bpmn:messageEventDefinition messageRef="N"/>'))
        ),
    ),
    "data-reference": ("x", files(moving(takes("nothing", "I")))),
    "data-source": ("x", files(moving(takes("P", "I")))),
    "data-target": ("x", files(moving(gives("P", "P")))),
    "data-store": ("D", files(moving(takes("D", "I")))),
    "data-shadowed": ("x", files(shadowed())),
    "data-association": ("x", files(moving(takes("O", "I", assign={"J": "1"})))),
    "data-object-missing": (
        "d",
        files(whole().drawn('<bpmn:dataObjectReference id="d" dataObjectRef="nothing"/>')),
    ),
    # structure
    "start-missing": ("sub", files(around(a_flow().task("inner").end("inner_e")))),
    "event-sub-process-flow": (
        "sub",
        files(
            whole()
            .event_sub_process("sub", a_flow().start("is", error()).end("ie"))
            .drawn(FLOW.format("t", "sub"))
        ),
    ),
    "event-sub-process-loop": (
        "sub",
        files(
            whole().event_sub_process(
                "sub", a_flow().start("is", error()).end("ie"), loop=multi_instance(cardinality="2")
            )
        ),
    ),
    "event-sub-process-start": (
        "sub",
        files(whole().event_sub_process("sub", a_flow().start("is").end("ie"))),
    ),
    "start-incoming": ("s", files(whole().drawn(FLOW.format("t", "s")))),
    "instantiation-place": (
        "x",
        files(whole().at("t").receive("x", message("m", "=k"), instantiate=True).end("e2")),
    ),
    "end-outgoing": ("e", files(whole().drawn(FLOW.format("e", "t")))),
    "boundary-host": (
        "b",
        files(choice("parallelGateway").end("e").boundary("g", "b", error()).end("e2")),
    ),
    "boundary-outgoing": ("b", files(whole().boundary("t", "b", error()))),
    "sub-process-empty": ("sub", files(around(a_flow()))),
    "node-unreachable": ("x", files(whole().at("none").drawn('<bpmn:task id="x"/>'))),
    "dead-end": ("x", files(a_process("p").start("s").task("x"))),
    # positions
    "event-position": ("s", files(a_process("p").start("s", terminate()).end("e"))),
    "timer-form": ("x", files(whole().at("t").catch("x", timer()))),
    "timer-position": ("x", files(whole().at("t").catch("x", timer(cycle="R/PT1H")))),
    "timer-text": ("x", files(whole().at("t").catch("x", timer(duration="an hour")))),
    # events
    "message-ref-required": (
        "x",
        files(whole().at("t").catch("x", Definition("<bpmn:messageEventDefinition/>"))),
    ),
    "message-name-required": ("M", files(whole().at("t").catch("x", UNNAMED))),
    "message-key-required": ("Message_m_", files(whole().at("t").catch("x", message("m")))),
    "catch-doubled": (
        "b2",
        files(
            whole()
            .boundary("t", "b1", error("E"))
            .end("e1")
            .boundary("t", "b2", error("E"))
            .end("e2")
        ),
    ),
    "error-code-required": ("E", files(a_process("p").start("s").end("e", UNCODED))),
    "link-name-required": ("x", files(whole().at("t").throw("x", link("")))),
    "link-pair": ("x", files(whole().at("t").throw("x", link("L")))),
    "multiple-event": (
        "x",
        files(whole().at("t").throw("x", several(link("L"), signal("S"))).end("e2")),
    ),
    "escalation-code-required": ("x", files(whole().at("t").throw("x", escalation()).end("e2"))),
    "signal-ref-required": (
        "x",
        files(whole().at("t").catch("x", Definition("<bpmn:signalEventDefinition/>")).end("e2")),
    ),
    "condition-required": (
        "x",
        files(
            whole().at("t").catch("x", Definition("<bpmn:conditionalEventDefinition/>")).end("e2")
        ),
    ),
    "condition-filter": (
        "x",
        files(whole().at("t").catch("x", condition("=a", variableEvents="delete")).end("e2")),
    ),
    "event-definition-missing": (
        "x",
        files(
            whole()
            .at("t")
            .catch("x", Definition("<bpmn:eventDefinitionRef>N</bpmn:eventDefinitionRef>"))
            .end("e2")
        ),
    ),
    # compensation, cancellation
    "compensation-handler": ("b", files(undone(whole(), marked=False))),
    "compensation-activity": ("h", files(undone(whole()).drawn(FLOW.format("t", "h")))),
    "compensation-doubled": ("b2", files(undone(whole()).boundary("t", "b2", compensation()))),
    "compensation-target": ("x", files(whole().at("t").throw("x", compensation("t")).end("e2"))),
    "compensation-unreachable": (
        "u",
        files(whole().event_sub_process("u", a_flow().start("us", compensation()).end("ue"))),
    ),
    "cancel-end": ("stop", files(in_transaction(cancelled=False))),
    "cancel-boundary": ("b", files(whole().boundary("t", "b", cancel()).end("e2"))),
    # gateways
    "activation-condition-required": (
        "g",
        files(choice("complexGateway").end("e1")),
    ),
    "default-not-allowed": (
        "g",
        files(choice("parallelGateway").flow(default=True).end("e1").at("g").end("e2")),
    ),
    "condition-missing": ("g_to_e2", files(choice().flow("x").end("e1").at("g").end("e2"))),
    "condition-not-allowed": (
        "g_to_e1",
        files(choice("parallelGateway").flow("x").end("e1").at("g").end("e2")),
    ),
    "default-condition": (
        "g_to_e2",
        files(choice().flow("x").end("e1").at("g").flow("y", default=True).end("e2")),
    ),
    "event-gateway-count": (
        "g",
        files(waiting_choice().catch("x", timer(duration="PT1H")).end("e1")),
    ),
    "event-gateway-target": (
        "g_to_x",
        files(waiting_choice().task("x").end("e1").at("g").catch("y", timer(duration="PT1H"))),
    ),
    "event-gateway-shared": (
        "x",
        files(
            waiting_choice()
            .catch("x", timer(duration="PT1H"))
            .end("e1")
            .at("g")
            .catch("y", timer(duration="PT2H"))
            .connect("x")
        ),
    ),
    "event-gateway-mixed": (
        "g",
        files(
            waiting_choice()
            .catch("x", message("m", "=k"))
            .end("e1")
            .at("g")
            .receive("y", message("n", "=k"))
            .end("e2")
        ),
    ),
    # activities
    "task-work-required": ("x", files(with_task("serviceTask"))),
    "throw-work-required": (
        "x",
        files(whole().at("t").throw("x", Definition("<bpmn:messageEventDefinition/>"))),
    ),
    "called-element-required": ("x", files(with_task("callActivity"))),
    "user-task-kind": ("x", files(with_task("userTask"))),
    "form-reference": (
        "x",
        files(with_task("userTask", extension="<zeebe:userTask/><zeebe:formDefinition/>")),
    ),
    "form-body": ("p", files(a_process("p", extension='<zeebe:userTaskForm id="f"/>').start("s"))),
    "header-doubled": (
        "x",
        files(
            zeebe(
                f'{JOB}<zeebe:taskHeaders><zeebe:header key="a"/><zeebe:header key="a"/>'
                "</zeebe:taskHeaders>"
            )
        ),
    ),
    "listener-event": (
        "x",
        files(
            zeebe(
                f'{JOB}<zeebe:executionListeners><zeebe:executionListener eventType="middle"'
                ' type="l"/></zeebe:executionListeners>'
            )
        ),
    ),
    "loop-collection": ("x", files(with_task("task", loop=multi_instance()))),
    "loop-output": ("x", files(with_task("task", loop=multi_instance("=a", output="b")))),
    "loop-condition": ("x", files(with_task("task", loop="<bpmn:standardLoopCharacteristics/>"))),
    "loop-behavior": (
        "x",
        files(
            with_task(
                "task",
                loop=multi_instance(cardinality="2").replace(">", ' behavior="Some">', 1),
            )
        ),
    ),
    "quantity-invalid": ("x", files(whole().at("t").node("task", "x", {"startQuantity": 0}))),
    "ad-hoc-content": (
        "is",
        files(
            a_process("p")
            .start("s")
            .node("adHocSubProcess", "x", inside=a_flow().start("is").content())
            .end("e")
        ),
    ),
    "value-invalid": ("x", files(zeebe('<zeebe:taskDefinition type="w" retries="many"/>'))),
    "version-tag-required": (
        "x",
        files(
            a_process("p")
            .start("s")
            .call("x", "q", called={"bindingType": "versionTag"})
            .end("e")
        ),
    ),
    "foreign-expression": ("x", files(zeebe('<zeebe:taskDefinition type="${evil}"/>'))),
    # extension elements
    "extension-unknown": ("x", files(zeebe(f"{JOB}<zeebe:teaTime/>"))),
    "extension-misplaced": ("x", files(with_task("task", extension=JOB))),
    "extension-attribute": ("x", files(zeebe('<zeebe:taskDefinition type="w" kind="k"/>'))),
    "extension-required": ("x", files(zeebe('<zeebe:taskDefinition type=""/>'))),
    "extension-doubled": ("x", files(zeebe(JOB + JOB))),
    "input-mapping": (
        "x",
        files(whole().at("t").catch("x", timer(duration="PT1H"), inputs={"a": "=1"})),
    ),
    # not executed yet, other vendors
    "not-executed-yet": ("x", files(whole().node("receiveTask", "x", {"operationRef": "O"}))),
    "global-task-data": (
        "x",
        files(
            whole()
            .at("t")
            .node("callActivity", "x", {"calledElement": "G"}, inside=specification(["I"]))
            .root(f'<bpmn:globalManualTask id="G">{specification(["J"])}</bpmn:globalManualTask>')
        ),
    ),
    "extension-not-executed-yet": ("x", files(zeebe(f"{JOB}<zeebe:linkedResources/>"))),
    "performer-not-executed": (
        "x",
        files(whole().node("task", "x", inside='<bpmn:potentialOwner id="P"/>')),
    ),
    "task-listener-event": (
        "x",
        files(
            with_task(
                "userTask",
                extension="<zeebe:userTask/><zeebe:taskListeners>"
                '<zeebe:taskListener eventType="made" type="w"/></zeebe:taskListeners>',
            )
        ),
    ),
    "correlation-property": (
        "K",
        files(whole().root('<bpmn:collaboration id="C"><bpmn:correlationKey id="K"/>'
                           "</bpmn:collaboration>")),
    ),
    "correlation-subscription": (
        "p",
        files(whole().drawn(compared({}))),
    ),
    "correlation-key": (
        "M",
        files(
            whole()
            .root('<bpmn:message id="M" name="m"/>')
            .root(correlated({"a": {"M": "x"}}, "K1"))
            .root(correlated({"b": {"M": "x"}}, "K2"))
        ),
    ),
    "data-name": (
        "P q",
        files(whole().node("task", "x", inside='<bpmn:property id="P q"/>')),
    ),
    "data-set": (
        "x",
        files(whole().node("task", "x", inside=specification(["I"], sets=a_set("Input")))),
    ),
    "data-while-executing": (
        "x",
        files(whole().node("task", "x", inside=STREAMING)),
    ),
    "loop-data": ("x", files(whole().node("task", "x", loop=HALF_LOOP))),
    "data-visual": ("d", files(whole().drawn('<bpmn:dataObject id="d"/>'))),
    "vendor-behaviour": ("x", files(whole().node("task", "x", {"camunda:class": "Evil"}))),
    "vendor-metadata": ("x", files(whole().node("task", "x", {"camunda:asyncBefore": "true"}))),
    # soundness
    "endless-cycle": (
        "a",
        files(a_process("p").start("s").task("a").task("b").connect("a")),
    ),
    "join-missing": (
        "j",
        files(
            choice("parallelGateway").task("a").exclusive("j").end("e").at("g").task("b").connect("j")
        ),
    ),
    "join-deadlock": (
        "j",
        files(
            choice().flow("x").task("a").parallel("j").end("e")
            .at("g").flow(default=True).task("b").connect("j")
        ),
    ),
    "catcher-unreachable": (
        "b",
        files(a_process("p").start("s").task("t").end("e").boundary("t", "b", error()).end("be")),
    ),
    "loop-endless": (
        "x",
        files(a_process("p").start("s").task("x", loop=standard_loop("=true")).end("e")),
    ),
    "inclusive-join-in-loop": (
        "j",
        files(
            a_process("p").start("s").inclusive("j").service("w").exclusive("g")
            .flow("again").connect("j").at("g").flow(default=True).end("e")
        ),
    ),
    # linking
    "feel-syntax": ("x", files(zeebe('<zeebe:taskDefinition type="=1 +"/>'))),
    "feel-unknown-function": (
        "x",
        files(a_process("p").start("s").script("x", "=lenght(name)", "size").end("e")),
    ),
    "feel-call": (
        "x",
        files(a_process("p").start("s").script("x", "=substring(name)", "part").end("e")),
    ),
    "feel-type": (
        "x",
        files(a_process("p").start("s").script("x", '=@"P1D" + 1', "later").end("e")),
    ),
    "static-expected": (
        "x",
        files(a_process("p").start("s").script("x", "=1", "=name").end("e")),
    ),
    "variable-name": ("x", files(a_process("p").start("s").script("x", "=1", "a b").end("e"))),
    "decision-missing": (
        "x",
        {**files(a_process("p").start("s").rule("x", "rate").end("e")), "d.dmn": DECISION},
    ),
    "expression-language": (
        "g_to_e1",
        files(
            choice()
            .flow("x")
            .end("e1")
            .at("g")
            .flow(default=True)
            .end("e2")
            .xml()
            .replace(b"<bpmn:conditionExpression", b'<bpmn:conditionExpression language="groovy"')
        ),
    ),
    "mapping-target": ("x", files(with_task("serviceTask", extension=JOB, inputs={"a..b": "=1"}))),
}  # fmt: skip

BREACHES["attribute-invalid"] = (
    "x",
    files(whole().node("task", "x", {"isForCompensation": "perhaps"})),
)
BREACHES["start-condition-deaf"] = (
    "b",
    files(whole().start("b", condition("=x > 1", variableEvents="update")).end("e2")),
)
