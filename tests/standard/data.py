"""Data, pools, lanes and what stands beside the flow."""

from __future__ import annotations

from tests.builders.process import ProcessBuilder, a_process, message
from tests.standard.scenario import START, Scenario
from tests.standard.throwing import PUBLISHED, hearer

TOTAL = (
    '<bpmn:dataObject id="total" name="total" />'
    '<bpmn:dataObjectReference id="total_ref" name="total" dataObjectRef="total" />'
)


def _association(side: str, source: str, target: str) -> str:
    return (
        f"<bpmn:data{side}Association><bpmn:sourceRef>{source}</bpmn:sourceRef>"
        f"<bpmn:targetRef>{target}</bpmn:targetRef></bpmn:data{side}Association>"
    )


def _specification(inputs: str = "", outputs: str = "") -> str:
    """The inputs and outputs of an activity, all of them in one set of each."""
    read, given = inputs.split(), outputs.split()
    lines = [f'<bpmn:dataInput id="{name}" name="{name}" />' for name in read]
    lines += [f'<bpmn:dataOutput id="{name}" name="{name}" />' for name in given]
    sets = "".join(f"<bpmn:dataInputRefs>{name}</bpmn:dataInputRefs>" for name in read)
    lines.append(f"<bpmn:inputSet>{sets}</bpmn:inputSet>")
    sets = "".join(f"<bpmn:dataOutputRefs>{name}</bpmn:dataOutputRefs>" for name in given)
    lines.append(f"<bpmn:outputSet>{sets}</bpmn:outputSet>")
    return f"<bpmn:ioSpecification>{''.join(lines)}</bpmn:ioSpecification>"


def _writing(declared: str, target: str) -> ProcessBuilder:
    """A task whose output goes to what is declared."""
    inside = _specification(outputs="given") + _association("Output", "given", target)
    return a_process("p").start("s").service("work", inside=inside).end("e").drawn(declared)


def _through() -> ProcessBuilder:
    """One task writes a data object, the next reads it and answers with what it has read."""
    first = _specification(outputs="given") + _association("Output", "given", "total_ref")
    second = _specification(inputs="read") + _association("Input", "total_ref", "read")
    model = a_process("p").start("s").service("work", inside=first)
    return model.script("double", "=read * 2", "doubled", inside=second).end("e").drawn(TOTAL)


def _stored() -> tuple[ProcessBuilder, ProcessBuilder]:
    """One process writes to a data store, another reads it later: all they have in common."""
    store = '<bpmn:dataStore id="Store" name="book" />'
    drawn = '<bpmn:dataStoreReference id="{}" name="book" dataStoreRef="Store" />'
    second = _specification(inputs="read") + _association("Input", "mine", "read")
    reader = a_process("q").start("qs").service("wait")
    reader.script("double", "=read * 2", "doubled", inside=second).end("qe")
    return (
        _writing(drawn.format("book"), "book").root(store),
        reader.drawn(drawn.format("mine")).root(store),
    )


def _pools() -> tuple[ProcessBuilder, ProcessBuilder]:
    """Two pools of one file, and a message flow from the one to the other."""
    collaboration = (
        '<bpmn:collaboration id="Together"><bpmn:participant id="P1" processRef="p" />'
        '<bpmn:participant id="P2" processRef="q" />'
        '<bpmn:messageFlow id="mf" sourceRef="up" targetRef="heard" /></bpmn:collaboration>'
    )
    first = a_process("p").start("s").throw("up", message("m", publish=PUBLISHED)).end("e")
    return first.root(collaboration), hearer(message("m", '="1"'))


def _keyed() -> ProcessBuilder:
    """A subscription by correlation key instead of ``zeebe:subscription``."""
    retrieval = (
        '<bpmn:correlationPropertyRetrievalExpression messageRef="Message_m_">'
        "<bpmn:messagePath>=number</bpmn:messagePath>"
        "</bpmn:correlationPropertyRetrievalExpression>"
    )
    roots = (
        f'<bpmn:correlationProperty id="number">{retrieval}</bpmn:correlationProperty>'
        '<bpmn:collaboration id="Together"><bpmn:participant id="P1" processRef="p" />'
        '<bpmn:correlationKey id="key" name="key">'
        "<bpmn:correlationPropertyRef>number</bpmn:correlationPropertyRef>"
        "</bpmn:correlationKey></bpmn:collaboration>"
    )
    subscription = (
        '<bpmn:correlationSubscription id="sub" correlationKeyRef="key">'
        '<bpmn:correlationPropertyBinding correlationPropertyRef="number">'
        "<bpmn:dataPath>=mine</bpmn:dataPath></bpmn:correlationPropertyBinding>"
        "</bpmn:correlationSubscription>"
    )
    model = a_process("p").start("s").catch("wait", message("m")).end("e")
    return model.drawn(subscription).root(roots)


ARTIFACTS = (
    '<bpmn:documentation>for people</bpmn:documentation><bpmn:textAnnotation id="note">'
    "<bpmn:text>see there</bpmn:text></bpmn:textAnnotation>"
    '<bpmn:association id="line" sourceRef="work" targetRef="note" /><bpmn:group id="group" />'
)
LANES = (
    '<bpmn:laneSet id="lanes"><bpmn:lane id="lane" name="clerks">'
    "<bpmn:flowNodeRef>work</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
)
GIVEN = {"complete": "work", "variables": {"given": 5}}

SCENARIOS = (
    Scenario(
        element="data object",
        clause="10.4.1, 10.4.2",
        rule="a data object lives with its process; what is moved to it can be read there",
        models=(_writing(TOTAL, "total_ref"),),
        steps=(START, GIVEN),
        done="s work e",
        variables={"total": 5},
    ),
    Scenario(
        element="ioSpecification, data associations",
        clause="10.4.1, 10.4.2",
        rule="inputs are filled when the activity begins, outputs moved on when it completes",
        models=(_through(),),
        steps=(START, GIVEN),
        done="s work double e",
        variables={"total": 5, "doubled": 10},
    ),
    Scenario(
        element="property",
        clause="10.4.1",
        rule="a property is data of its owner alone, and never drawn",
        models=(_writing('<bpmn:property id="limit" name="limit" />', "limit"),),
        steps=(START, GIVEN),
        done="s work e",
        variables={"limit": 5},
    ),
    Scenario(
        element="data store",
        clause="10.4.1",
        rule="a data store outlives the process that writes to it",
        models=_stored(),
        steps=({"start": "q"}, START, GIVEN, {"complete": "wait"}),
        done="qs s work e wait double qe",
        states=("completed", "completed"),
        variables={"doubled": 10},
    ),
    Scenario(
        element="pools",
        clause="9.3",
        rule="each participant's process is a process of its own",
        models=_pools(),
        one_file=True,
        steps=({"start": "q"}, START, {"start": "q"}),
        done="qs s up e heard qe qs",
        any_order=True,
        states=("completed", "completed", "active"),
        waiting=("heard message",),
    ),
    Scenario(
        element="message flows",
        clause="9.4",
        rule="what one participant sends along a message flow reaches the other",
        models=_pools(),
        one_file=True,
        steps=({"start": "q"}, START),
        done="qs s up e heard qe",
        any_order=True,
        states=("completed", "completed"),
    ),
    Scenario(
        element="lanes",
        clause="10.8",
        rule="a lane says who; a user task that names nobody is offered to its lane",
        models=(a_process("p").start("s").user("work").end("e").drawn(LANES),),
        done="s",
        states=("active",),
        waiting=("work userTask",),
        offered={"work": ("clerks",)},
    ),
    Scenario(
        element="correlation keys",
        clause="8.4.2",
        rule="a message reaches the instance whose correlation key has the value it bears",
        models=(_keyed(),),
        steps=(
            {"start": "p", "variables": {"mine": "1"}},
            {"start": "p", "variables": {"mine": "2"}},
            {"publish": "m", "key": "2", "variables": {"number": "2"}},
        ),
        done="s s wait e",
        states=("active", "completed"),
        waiting=("wait message",),
    ),
    Scenario(
        element="artifacts, documentation",
        clause="8.3.2, 8.4.1",
        rule="what is only drawn or written beside the flow changes nothing of it",
        models=(a_process("p").start("s").task("work").end("e").drawn(ARTIFACTS),),
        done="s work e",
    ),
)
