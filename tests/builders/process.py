"""A fluent builder of BPMN XML: ``a_process("id").start().service("a", "type").end().xml()``.

Every call draws one element and, where a cursor stands, a sequence flow from the cursor to it; the
new element is the cursor then. ``at(id)`` moves the cursor, ``flow(...)`` says what the next flow
bears, ``connect(id)`` draws a flow to something that stands already. A scope inside is a flow of
its own: ``.sub_process("s", a_flow().start().task("t").end())``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Self
from xml.sax.saxutils import escape, quoteattr

NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    ' xmlns:modeler="http://camunda.org/schema/modeler/1.0"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


# --- events, loops: what stands inside an element ---------------------------------------------


@dataclass(frozen=True)
class Definition:
    """An event definition, with the root element it refers to and extensions it needs."""

    xml: str
    root: str = ""
    extension: str = ""
    attributes: str = ""


def attributes(values: Mapping[str, object | None]) -> str:
    texts = {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in values.items()
        if value is not None
    }
    return "".join(f" {name}={quoteattr(text)}" for name, text in texts.items())


def message(
    name: str,
    key: str | None = None,
    *,
    job: str | None = None,
    publish: Mapping[str, str] | None = None,
) -> Definition:
    """A message; ``key`` subscribes, ``job`` throws by a worker, ``publish`` by the product."""
    identity = "Message_" + "".join(c if c.isalnum() else "_" for c in f"{name}_{key or ''}")
    subscription = (
        f"<bpmn:extensionElements><zeebe:subscription{attributes({'correlationKey': key})} />"
        "</bpmn:extensionElements>"
        if key is not None
        else ""
    )
    extension = f"<zeebe:taskDefinition{attributes({'type': job})} />" if job else ""
    if publish is not None:
        extension += f"<zeebe:publishMessage{attributes(publish)} />"
    return Definition(
        f"<bpmn:messageEventDefinition{attributes({'messageRef': identity})} />",
        f"<bpmn:message{attributes({'id': identity, 'name': name})}>{subscription}</bpmn:message>",
        extension,
        attributes({"messageRef": identity}),
    )


def timer(
    *, date: str | None = None, duration: str | None = None, cycle: str | None = None
) -> Definition:
    forms = {"timeDate": date, "timeDuration": duration, "timeCycle": cycle}
    inner = "".join(
        f'<bpmn:{tag} xsi:type="bpmn:tFormalExpression">{escape(text)}</bpmn:{tag}>'
        for tag, text in forms.items()
        if text is not None
    )
    return Definition(f"<bpmn:timerEventDefinition>{inner}</bpmn:timerEventDefinition>")


def error(code: str | None = None) -> Definition:
    """An error by code; None catches every error."""
    if code is None:
        return Definition("<bpmn:errorEventDefinition />")
    identity = "Error_" + "".join(c if c.isalnum() else "_" for c in code)
    return Definition(
        f"<bpmn:errorEventDefinition{attributes({'errorRef': identity})} />",
        f"<bpmn:error{attributes({'id': identity, 'name': code, 'errorCode': code})} />",
    )


def link(name: str) -> Definition:
    return Definition(f"<bpmn:linkEventDefinition{attributes({'name': name})} />")


def terminate() -> Definition:
    return Definition("<bpmn:terminateEventDefinition />")


def multi_instance(  # noqa: PLR0913 - one keyword per attribute of the element
    collection: str | None = None,
    *,
    element: str | None = None,
    output: str | None = None,
    output_element: str | None = None,
    sequential: bool = False,
    cardinality: str | None = None,
    until: str | None = None,
) -> str:
    """The loop characteristics of a multi-instance activity."""
    zeebe = attributes(
        {
            "inputCollection": collection,
            "inputElement": element,
            "outputCollection": output,
            "outputElement": output_element,
        }
    )
    inner = f"<bpmn:extensionElements><zeebe:loopCharacteristics{zeebe} /></bpmn:extensionElements>"
    parts = inner if zeebe else ""
    if cardinality is not None:
        parts += f"<bpmn:loopCardinality>{escape(cardinality)}</bpmn:loopCardinality>"
    if until is not None:
        parts += f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>"
    flag = attributes({"isSequential": True if sequential else None})
    return (
        f"<bpmn:multiInstanceLoopCharacteristics{flag}>{parts}"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def io_mapping(inputs: Mapping[str, str] | None, outputs: Mapping[str, str] | None) -> str:
    """``{"target": "=source"}`` for each side."""
    lines = [
        f"<zeebe:{side}{attributes({'source': source, 'target': target})} />"
        for side, mappings in (("input", inputs), ("output", outputs))
        for target, source in (mappings or {}).items()
    ]
    return f"<zeebe:ioMapping>{''.join(lines)}</zeebe:ioMapping>" if lines else ""


def headers_of(headers: Mapping[str, str] | None) -> str:
    lines = [
        f"<zeebe:header{attributes({'key': k, 'value': v})} />" for k, v in (headers or {}).items()
    ]
    return f"<zeebe:taskHeaders>{''.join(lines)}</zeebe:taskHeaders>" if lines else ""


def properties_of(properties: Mapping[str, str] | None) -> str:
    lines = [
        f"<zeebe:property{attributes({'name': k, 'value': v})} />"
        for k, v in (properties or {}).items()
    ]
    return f"<zeebe:properties>{''.join(lines)}</zeebe:properties>" if lines else ""


# --- the flow ---------------------------------------------------------------------------------


@dataclass
class _Node:
    tag: str
    id: str
    attributes: dict[str, object | None]
    body: str
    loop: str
    inner: FlowBuilder | None = None
    """What stands inside, where that is drawn by itself."""


@dataclass
class _FlowLine:
    id: str
    source: str
    target: str
    condition: str | None


@dataclass
class FlowBuilder:
    """A scope's content under construction."""

    nodes: list[_Node] = field(default_factory=list)
    flows: list[_FlowLine] = field(default_factory=list)
    roots: dict[str, None] = field(default_factory=dict)
    raw: list[str] = field(default_factory=list)
    cursor: str | None = None
    next_flow: dict[str, object] = field(default_factory=dict)
    numbers: count[int] = field(default_factory=lambda: count(1))
    prefix: str = ""

    # events
    def start(
        self,
        id: str = "start",
        event: Definition | None = None,
        *,
        interrupting: bool = True,
        **more,
    ) -> Self:
        self.cursor = None
        flag = None if interrupting else False
        return self._event("startEvent", id, event, {"isInterrupting": flag}, **more)

    def end(self, id: str | None = None, event: Definition | None = None, **more) -> Self:
        self._event("endEvent", id or self._free("end"), event, {}, **more)
        self.cursor = None
        return self

    def catch(self, id: str, event: Definition, **more) -> Self:
        return self._event("intermediateCatchEvent", id, event, {}, **more)

    def throw(self, id: str, event: Definition | None = None, **more) -> Self:
        return self._event("intermediateThrowEvent", id, event, {}, **more)

    def boundary(
        self, host: str, id: str, event: Definition, *, interrupting: bool = True, **more
    ) -> Self:
        """A boundary event on ``host``; the cursor stands on it."""
        self.cursor = None
        given = {"attachedToRef": host, "cancelActivity": None if interrupting else False}
        return self._event("boundaryEvent", id, event, given, **more)

    # tasks
    def task(self, id: str, **more) -> Self:
        return self.node("task", id, **more)

    def manual(self, id: str, **more) -> Self:
        return self.node("manualTask", id, **more)

    def service(
        self, id: str, type: str | None = None, *, retries: str | None = None, **more
    ) -> Self:
        return self.node("serviceTask", id, extension=self._job(type or id, retries), **more)

    def send(
        self, id: str, event: Definition | None = None, *, type: str | None = None, **more
    ) -> Self:
        """A send task: a job by ``type``, or what ``message(...)`` says."""
        extension = self._job(type, None) if type else ""
        if event is None:
            return self.node("sendTask", id, extension=extension, **more)
        self.roots[event.root] = None
        given = {"messageRef": event.attributes.split('"')[1]}
        return self.node("sendTask", id, given, extension=event.extension + extension, **more)

    def receive(
        self, id: str, event: Definition, *, instantiate: bool | None = None, **more
    ) -> Self:
        self.roots[event.root] = None
        given = {"messageRef": event.attributes.split('"')[1], "instantiate": instantiate}
        return self.node("receiveTask", id, given, **more)

    def script(self, id: str, expression: str, result: str = "result", **more) -> Self:
        given = attributes({"expression": expression, "resultVariable": result})
        return self.node("scriptTask", id, extension=f"<zeebe:script{given} />", **more)

    def rule(
        self,
        id: str,
        decision: str | None = None,
        result: str = "result",
        *,
        type: str | None = None,
        **more,
    ) -> Self:
        """A business rule task: a decision, or a job by ``type``."""
        called = attributes({"decisionId": decision, "resultVariable": result})
        extension = f"<zeebe:calledDecision{called} />" if decision else self._job(type or id, None)
        return self.node("businessRuleTask", id, extension=extension, **more)

    def user(
        self,
        id: str,
        *,
        assignment: Mapping[str, str] | None = None,
        schedule: Mapping[str, str] | None = None,
        priority: str | None = None,
        form: Mapping[str, str] | None = None,
        **more,
    ) -> Self:
        parts = {
            "assignmentDefinition": assignment,
            "taskSchedule": schedule,
            "formDefinition": form,
        }
        parts["priorityDefinition"] = {"priority": priority} if priority else None
        lines = [f"<zeebe:{tag}{attributes(given)} />" for tag, given in parts.items() if given]
        return self.node("userTask", id, extension="<zeebe:userTask />" + "".join(lines), **more)

    def call(
        self,
        id: str,
        process: str,
        *,
        inline: bool = False,
        called: Mapping[str, object] | None = None,
        **more,
    ) -> Self:
        """A call activity; ``called``: more attributes of ``zeebe:calledElement``."""
        given = attributes({"processId": process, **(called or {})})
        properties = properties_of({"inline": "true"} if inline else None)
        extension = f"<zeebe:calledElement{given} />{properties}"
        return self.node("callActivity", id, extension=extension, **more)

    def sub_process(self, id: str, inner: FlowBuilder, **more) -> Self:
        self.roots.update(inner.roots)
        inner.prefix = f"{id}_"
        return self.node("subProcess", id, inside=inner.content(), **more)

    def event_sub_process(self, id: str, inner: FlowBuilder, **more) -> Self:
        """An event sub-process; the cursor stays where it is."""
        cursor, self.cursor = self.cursor, None
        self.roots.update(inner.roots)
        inner.prefix = f"{id}_"
        given = {"triggeredByEvent": True}
        self.node("subProcess", id, given, inner=inner, **more)
        self.cursor = cursor
        return self

    # gateways
    def exclusive(self, id: str, **more) -> Self:
        return self.node("exclusiveGateway", id, **more)

    def parallel(self, id: str, **more) -> Self:
        return self.node("parallelGateway", id, **more)

    def inclusive(self, id: str, **more) -> Self:
        return self.node("inclusiveGateway", id, **more)

    def event_based(self, id: str, **more) -> Self:
        return self.node("eventBasedGateway", id, **more)

    # flows
    def at(self, id: str) -> Self:
        """Put the cursor on an element drawn before."""
        self.cursor = id
        return self

    def flow(
        self, condition: str | None = None, *, id: str | None = None, default: bool = False
    ) -> Self:
        """What the next flow bears: a condition, an id, or that it is the default."""
        self.next_flow = {"condition": condition, "id": id, "default": default}
        return self

    def connect(self, target: str) -> Self:
        """A flow from the cursor to an element that stands already (or will); the cursor goes."""
        self._arrive(target)
        self.cursor = None
        return self

    def drawn(self, xml: str) -> Self:
        """Raw BPMN XML inside this scope."""
        self.raw.append(xml)
        return self

    def root(self, xml: str) -> Self:
        """Raw BPMN XML beside the process."""
        self.roots[xml] = None
        return self

    def node(  # noqa: PLR0913 - one keyword per kind of content
        self,
        tag: str,
        id: str,
        given: Mapping[str, object | None] | None = None,
        *,
        name: str | None = None,
        extension: str = "",
        inputs: Mapping[str, str] | None = None,
        outputs: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        properties: Mapping[str, str] | None = None,
        loop: str = "",
        inside: str = "",
        inner: FlowBuilder | None = None,
    ) -> Self:
        """Any flow node by its BPMN name."""
        parts = extension + headers_of(headers) + io_mapping(inputs, outputs)
        parts += properties_of(properties)
        body = f"<bpmn:extensionElements>{parts}</bpmn:extensionElements>" if parts else ""
        known = {"id": id, "name": name, **(given or {})}
        self.nodes.append(_Node(tag, id, known, body + inside, loop, inner))
        self._arrive(id)
        self.cursor = id
        return self

    def content(self) -> str:
        """The XML of this scope's nodes and flows."""
        return "\n".join([*map(_node_xml, self.nodes), *map(self._flow_xml, self.flows), *self.raw])

    def _flow_xml(self, flow: _FlowLine) -> str:
        given = {"id": flow.id, "sourceRef": flow.source, "targetRef": flow.target}
        inner = (
            '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">'
            f"{escape(flow.condition)}</bpmn:conditionExpression>"
            if flow.condition is not None
            else ""
        )
        return f"<bpmn:sequenceFlow{attributes(given)}>{inner}</bpmn:sequenceFlow>"

    def _event(
        self,
        tag: str,
        id: str,
        event: Definition | None,
        given: Mapping[str, object | None],
        *,
        extension: str = "",
        inside: str = "",
        **more,
    ) -> Self:
        if event is None:
            return self.node(tag, id, given, extension=extension, inside=inside, **more)
        if event.root:
            self.roots[event.root] = None
        inside = event.xml + inside
        return self.node(
            tag, id, given, extension=event.extension + extension, inside=inside, **more
        )

    def _job(self, type: str, retries: str | None) -> str:
        return f"<zeebe:taskDefinition{attributes({'type': type, 'retries': retries})} />"

    def _arrive(self, target: str) -> None:
        if self.cursor is None:
            return
        bears, self.next_flow = self.next_flow, {}
        identity = str(bears.get("id") or f"{self.cursor}_to_{target}")
        if any(flow.id == identity for flow in self.flows):
            identity = f"{identity}_{next(self.numbers)}"
        condition = bears.get("condition")
        text = None if condition is None else str(condition)
        self.flows.append(_FlowLine(identity, self.cursor, target, text))
        if bears.get("default"):
            source = next(node for node in self.nodes if node.id == self.cursor)
            source.attributes["default"] = identity

    def _free(self, stem: str) -> str:
        taken = {node.id for node in self.nodes}
        names = (stem if n == 1 else f"{stem}{n}" for n in count(1))
        return next(name for name in names if name not in taken)


def _node_xml(node: _Node) -> str:
    given = attributes(node.attributes)
    inner = "" if node.inner is None else node.inner.content()
    return f"<bpmn:{node.tag}{given}>{node.body}{inner}{node.loop}</bpmn:{node.tag}>"


class ProcessBuilder(FlowBuilder):
    """A whole process; ``xml()`` is the file."""

    identity: str = "process"
    given: Mapping[str, object | None] = {}
    extension: str = ""

    def xml(self, *beside: ProcessBuilder) -> bytes:
        """The file as bytes, with the processes ``beside`` in the same file."""
        builders = (self, *beside)
        lines = (line for one in builders for root in one.roots for line in root.split("\n"))
        roots = "\n".join(dict.fromkeys(lines))
        processes = "\n".join(one.process_xml() for one in builders)
        head = f'<bpmn:definitions {NAMESPACES} id="definitions" targetNamespace="urn:test">'
        text = f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{processes}\n{roots}\n'
        return f"{text}</bpmn:definitions>\n".encode()

    def process_xml(self) -> str:
        extension = (
            f"<bpmn:extensionElements>{self.extension}</bpmn:extensionElements>"
            if self.extension
            else ""
        )
        given = attributes({"id": self.identity, "isExecutable": True, **self.given})
        return f"<bpmn:process{given}>{extension}\n{self.content()}\n</bpmn:process>"


def a_process(
    identity: str = "process", *, extension: str = "", **given: object | None
) -> ProcessBuilder:
    """A process to draw; ``given``: more attributes of the process element."""
    builder = ProcessBuilder()
    builder.identity = identity
    builder.given = given
    builder.extension = extension
    return builder


def a_flow() -> FlowBuilder:
    """The content of a sub-process."""
    return FlowBuilder()
