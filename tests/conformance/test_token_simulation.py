"""The token simulator's models: what is entered, trigger by trigger, as its own tests expect.

The models are drawings for a simulator: they lack what an engine needs (messages, timers,
conditions, job types). The runner completes them, each in the plainest way, and plays them.
"""

import json
import os
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from workflows.play import Result, play

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
Case = dict[str, Any]

XSI = "http://www.w3.org/2001/XMLSchema-instance"


def folder() -> Path | None:
    given = os.environ.get("BAOQUAN_CONFORMANCE")
    root = Path(given) if given else Path(__file__).parents[3] / "shared" / "conformance"
    found = root / "token-simulation"
    return found if found.is_dir() else None


@cache
def cases() -> dict[str, Case]:
    place = folder()
    if place is None:
        return {}
    document = json.loads((place / "cases.json").read_text())
    return {case["id"]: case for case in document["cases"]}


# --- completing a drawing ---------------------------------------------------------------------


def identity(element: etree._Element) -> str:
    return str(element.get("id"))


def parent(element: etree._Element) -> etree._Element:
    around = element.getparent()
    assert around is not None
    return around


class Drawing:
    """A simulator's model, completed so that it can be deployed."""

    def __init__(self, source: bytes, case: Case) -> None:
        self.root = etree.fromstring(source)
        self.awaited = {step["wait"].rstrip(")") for step in case["steps"] if "wait" in step}
        self.names = {step["let"]: step["el"] for step in case["steps"] if "let" in step}
        self.awaited = {self.names.get(name, name) for name in self.awaited}
        nodes = [one for one in self.root.iter() if isinstance(one.tag, str)]
        self.unreached = [one for one in nodes if self.is_unreached(one)]
        self.part_event_sub_processes()
        self.complete()

    def all(self, tag: str) -> list[etree._Element]:
        return list(self.root.iter(f"{{{BPMN}}}{tag}"))

    def complete(self) -> None:
        for process in self.all("process"):
            process.set("isExecutable", "true")
        self.complete_boundaries()
        self.complete_messages()
        self.complete_timers_and_conditions()
        self.complete_signals_and_escalations()
        self.complete_scopes()
        self.complete_starts()
        self.complete_links()
        for gateway in self.all("exclusiveGateway"):
            self.choose(gateway)
        for task in [one for one in self.all("task") if one.get("id") in self.awaited]:
            task.tag = f"{{{BPMN}}}serviceTask"
            self.extend(task, "taskDefinition", type=identity(task))

    def complete_boundaries(self) -> None:
        sources = {one.get("sourceRef") for one in self.all("sequenceFlow")}
        for event in self.all("boundaryEvent"):
            if event.get("id") not in sources:
                self.lead_to_an_end(event)
            if not any(etree.QName(child).localname.endswith("Definition") for child in event):
                etree.SubElement(event, f"{{{BPMN}}}messageEventDefinition")

    def complete_timers_and_conditions(self) -> None:
        for definition in self.all("timerEventDefinition"):
            cycle = parent(definition).get("cancelActivity") == "false"
            form = etree.SubElement(definition, f"{{{BPMN}}}time{'Cycle' if cycle else 'Duration'}")
            form.text = "R/PT1H" if cycle else "PT1H"
        for definition in self.all("conditionalEventDefinition"):
            condition = definition.find(f"{{{BPMN}}}condition")
            if condition is None:
                condition = etree.SubElement(definition, f"{{{BPMN}}}condition")
            condition.text = f'={identity(parent(definition))} = "now"'

    def complete_scopes(self) -> None:
        """A sub-process of which only the frame is drawn begins, and ends at once."""
        for scope in [*self.all("subProcess"), *self.all("transaction")]:
            if not any(one.get("id") for one in scope):
                etree.SubElement(scope, f"{{{BPMN}}}startEvent", id=f"{identity(scope)}_start")

    def complete_starts(self) -> None:
        """What no flow leads to begins by itself in the simulator; here a start leads to it."""
        for node in self.unreached:
            scope = parent(node)
            found = scope.find(f"{{{BPMN}}}startEvent")
            if found is None:
                found = etree.SubElement(
                    scope, f"{{{BPMN}}}startEvent", id=f"{identity(node)}_start"
                )
            start = identity(found)
            given = {"id": f"{identity(node)}_in", "sourceRef": start, "targetRef": identity(node)}
            etree.SubElement(scope, f"{{{BPMN}}}sequenceFlow", given)

    def lead_to_an_end(self, event: etree._Element) -> None:
        if event.find(f"{{{BPMN}}}compensateEventDefinition") is not None:
            return
        scope, end = parent(event), f"{identity(event)}_end"
        etree.SubElement(scope, f"{{{BPMN}}}endEvent", id=end)
        given = {"id": f"{end}_in", "sourceRef": identity(event), "targetRef": end}
        etree.SubElement(scope, f"{{{BPMN}}}sequenceFlow", given)

    def complete_links(self) -> None:
        """A link catch that no throw leads to gets one that is never reached."""
        for definition in self.all("linkEventDefinition"):
            definition.set("name", definition.get("name") or "link")
        halves = [(one.get("name"), parent(one)) for one in self.all("linkEventDefinition")]
        thrown = {name for name, event in halves if event.tag.endswith("}intermediateThrowEvent")}
        for name, event in halves:
            if name not in thrown:
                given = {"id": f"{identity(event)}_throw"}
                throw = etree.SubElement(parent(event), f"{{{BPMN}}}intermediateThrowEvent", given)
                etree.SubElement(throw, f"{{{BPMN}}}linkEventDefinition", name=str(name))

    def part_event_sub_processes(self) -> None:
        """An event sub-process has one start event: what follows another one stands apart."""
        for scope in [one for one in self.all("subProcess") if one.get("triggeredByEvent")]:
            for start in scope.findall(f"{{{BPMN}}}startEvent")[1:]:
                given = {"id": f"{identity(start)}_sub", "triggeredByEvent": "true"}
                apart = etree.SubElement(parent(scope), f"{{{BPMN}}}subProcess", given)
                flows = [one for one in scope if one.get("sourceRef") == start.get("id")]
                apart.append(start)
                for flow in flows:
                    apart.extend([flow, self.find(str(flow.get("targetRef")))])

    def is_unreached(self, node: etree._Element) -> bool:
        kind = etree.QName(node).localname
        if not kind.endswith(("task", "Task", "Gateway", "Process", "endEvent", "ThrowEvent")):
            return False
        if node.get("isForCompensation") or node.get("triggeredByEvent"):
            return False
        return not any(one.get("targetRef") == node.get("id") for one in self.all("sequenceFlow"))

    def complete_signals_and_escalations(self) -> None:
        """A signal of no name is one for all; so is an escalation, thrown with one code."""
        for definition in self.all("signalEventDefinition"):
            if definition.get("signalRef") is None:
                definition.set("signalRef", self.root_element("signal", name="any"))
        for kind in ("escalation", "error"):
            for definition in self.all(f"{kind}EventDefinition"):
                throws = "Throw" in parent(definition).tag or "endEvent" in parent(definition).tag
                if throws and definition.get(f"{kind}Ref") is None:
                    given = self.root_element(kind, **{f"{kind}Code": "any"})
                    definition.set(f"{kind}Ref", given)

    def root_element(self, tag: str, **attributes: str) -> str:
        reference = f"Any_{tag}"
        if all(identity(one) != reference for one in self.all(tag)):
            etree.SubElement(self.root, f"{{{BPMN}}}{tag}", attributes, id=reference)
        return reference

    def complete_messages(self) -> None:
        targets = {flow.get("sourceRef"): flow.get("targetRef") for flow in self.all("messageFlow")}
        for definition in self.all("messageEventDefinition"):
            event = parent(definition)
            name = str(targets.get(identity(event), identity(event)))
            definition.set("messageRef", self.message(name, keyed=self.is_keyed(event)))
            if "Throw" in event.tag or "end" in event.tag:
                self.extend(event, "publishMessage")
        for task in self.all("receiveTask"):
            task.set("messageRef", self.message(identity(task), keyed=True))

    def is_keyed(self, event: etree._Element) -> bool:
        """All but the start events of a process listen with a key."""
        return not (event.tag.endswith("}startEvent") and parent(event).tag.endswith("}process"))

    def message(self, name: str, *, keyed: bool) -> str:
        reference = f"Message_{name}"
        if all(identity(one) != reference for one in self.all("message")):
            message = etree.SubElement(self.root, f"{{{BPMN}}}message", id=reference, name=name)
            if keyed:
                self.extend(message, "subscription", correlationKey="=1")
        return reference

    def extend(self, element: etree._Element, tag: str, **attributes: str) -> None:
        extensions = etree.Element(f"{{{BPMN}}}extensionElements")
        element.insert(0, extensions)
        etree.SubElement(extensions, f"{{{ZEEBE}}}{tag}", attributes)

    def choose(self, gateway: etree._Element) -> None:
        """The way out of an exclusive gateway is a variable named like the gateway."""
        choice = identity(gateway)
        flows = [one for one in self.all("sequenceFlow") if one.get("sourceRef") == choice]
        for flow in flows if len(flows) > 1 else ():
            condition = etree.SubElement(flow, f"{{{BPMN}}}conditionExpression")
            condition.set(f"{{{XSI}}}type", "tFormalExpression")
            condition.text = f'={choice} = "{identity(flow)}"'

    def first_ways(self) -> dict[str, str]:
        ways = {}
        for gateway in self.all("exclusiveGateway"):
            flows = [
                identity(one)
                for one in self.all("sequenceFlow")
                if one.get("sourceRef") == gateway.get("id")
            ]
            if flows:
                ways[identity(gateway)] = flows[0]
        return ways

    def find(self, element: str) -> etree._Element:
        return next(one for one in self.root.iter() if one.get("id") == element)

    def around(self, element: str) -> list[str]:
        return [etree.QName(one).localname for one in self.find(element).iterancestors()]

    def is_process_start(self, element: str) -> bool:
        """A start event of a process, or what no flow leads to."""
        if "subProcess" in self.around(element) or self.find(element).get("attachedToRef"):
            return False
        if any(identity(one) == element for one in self.unreached):
            return True
        return not any(one.get("targetRef") == element for one in self.all("sequenceFlow"))

    def process_of(self, element: str) -> str:
        outer = self.find(element).iterancestors(f"{{{BPMN}}}process")
        return str(next(iter(outer)).get("id"))

    def is_condition(self, element: str) -> bool:
        return self.find(element).find(f"{{{BPMN}}}conditionalEventDefinition") is not None

    def signal_of(self, element: str) -> str | None:
        definition = self.find(element).find(f"{{{BPMN}}}signalEventDefinition")
        if definition is None:
            return None
        return str(self.find(str(definition.get("signalRef"))).get("name"))

    def is_timer(self, element: str) -> bool:
        return self.find(element).find(f"{{{BPMN}}}timerEventDefinition") is not None


# --- playing a case ---------------------------------------------------------------------------


def scenario_steps(case: Case, drawing: Drawing) -> tuple[list[Case], list[int]]:
    """The case's triggers as scenario steps, and how many of them stand before each expectation."""
    ways = drawing.first_ways()
    steps: list[Case] = []
    marks = []
    for step in case["steps"]:
        if "config" in step:
            gateway, flow = step["config"]
            ways[gateway] = flow
        elif "expect" in step:
            marks.append(len(steps))
        elif "trigger" in step:
            steps.append(trigger(named(step["trigger"], drawing), drawing, dict(ways)))
    return steps, marks


def named(told: str, drawing: Drawing) -> str:
    """The element to trigger; one case says it in the words of the simulator's program."""
    return next((element for name, element in drawing.names.items() if name in told), told)


def trigger(element: str, drawing: Drawing, ways: dict[str, str]) -> Case:
    if drawing.is_process_start(element):
        return {"start": drawing.process_of(element), "at": [element], "variables": ways}
    if element in drawing.awaited:
        return {"complete": element, "element": element}
    if drawing.is_timer(element):
        return {"advance": "PT1H"}
    if drawing.is_condition(element):
        return {"set": {element: "now"}}
    signal = drawing.signal_of(element)
    return {"publish": element, "key": 1} if signal is None else {"broadcast": signal}


def leafs(result: Result, kinds: tuple[str, ...] = ("task", "Task", "endEvent")) -> list[str]:
    return [
        str(line["element"])
        for line in result["trace"]
        if line["event"] == "activating" and str(line["type"]).endswith(kinds)
    ]


@pytest.mark.parametrize("name", cases() or [None])
def test_case(name):
    if name is None:
        pytest.skip("the conformance data is not here; set BAOQUAN_CONFORMANCE to its folder")
    case, place = cases()[name], folder()
    assert place is not None
    drawing = Drawing((place / "models" / case["model"]).read_bytes(), case)
    model = etree.tostring(drawing.root)
    steps, marks = scenario_steps(case, drawing)

    seen = 0
    for mark, expected in zip(marks, case["expected"], strict=True):
        result = play({"models": ["m.bpmn"], "steps": steps[:mark]}, {"m.bpmn": model})
        assert result["rejected"] is None
        assert result["error"] is None
        entered = leafs(result)
        assert Counter(entered[seen:]) == Counter(expected["leafs"])
        seen = len(entered)


def test_every_case_is_played():
    if not cases():
        pytest.skip("the conformance data is not here; set BAOQUAN_CONFORMANCE to its folder")

    assert len(cases()) == 45
