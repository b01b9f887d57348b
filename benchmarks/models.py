"""Models the benchmarks run, as BPMN text both engines read."""

import itertools
from xml.sax.saxutils import escape

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:modeler="http://camunda.org/schema/modeler/1.0" '
    'modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.6.0" '
    'id="d" targetNamespace="urn:bench">\n'
    '<bpmn:process id="p" isExecutable="true">\n'
)
_QUOTES = {'"': "&quot;"}
_TAIL = "</bpmn:process>\n</bpmn:definitions>\n"


def line_of_tasks(count: int, *, kind: str = "serviceTask") -> str:
    """Return start, ``count`` tasks in a row, end."""
    definition = (
        '<bpmn:extensionElements><zeebe:taskDefinition type="work"/></bpmn:extensionElements>'
        if kind == "serviceTask"
        else ""
    )
    tasks = "".join(
        f'<bpmn:{kind} id="t{number}">{definition}</bpmn:{kind}>\n' for number in range(count)
    )
    stops = ["start", *(f"t{number}" for number in range(count)), "end"]
    return (
        _HEAD
        + '<bpmn:startEvent id="start"/>\n'
        + tasks
        + '<bpmn:endEvent id="end"/>\n'
        + _flows(stops)
        + _TAIL
    )


def line_of_scripts(count: int, expression: str) -> str:
    """Return start, ``count`` times the same script in a row, end."""
    script = f'<zeebe:script expression="={escape(expression, _QUOTES)}" resultVariable="r"/>'
    tasks = "".join(
        f'<bpmn:scriptTask id="t{number}"><bpmn:extensionElements>{script}'
        "</bpmn:extensionElements></bpmn:scriptTask>\n"
        for number in range(count)
    )
    stops = ["start", *(f"t{number}" for number in range(count)), "end"]
    return (
        _HEAD
        + '<bpmn:startEvent id="start"/>\n'
        + tasks
        + '<bpmn:endEvent id="end"/>\n'
        + _flows(stops)
        + _TAIL
    )


def parallel_instances(count: int, *, zeebe: bool = True) -> str:
    """Return one multi-instance task over ``count`` items, all at once."""
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
        '<zeebe:loopCharacteristics inputCollection="=items" inputElement="item"/>'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
        if zeebe
        else '<bpmn:multiInstanceLoopCharacteristics isSequential="false">'
        f"<bpmn:loopCardinality>{count}</bpmn:loopCardinality>"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    kind = "serviceTask" if zeebe else "manualTask"
    definition = (
        '<bpmn:extensionElements><zeebe:taskDefinition type="work"/></bpmn:extensionElements>'
        if zeebe
        else ""
    )
    return (
        _HEAD
        + '<bpmn:startEvent id="start"/>\n'
        + f'<bpmn:{kind} id="many">{definition}{loop}</bpmn:{kind}>\n'
        + '<bpmn:endEvent id="end"/>\n'
        + _flows(["start", "many", "end"])
        + _TAIL
    )


def _flows(stops: list[str]) -> str:
    return "".join(
        f'<bpmn:sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}"/>\n'
        for number, (source, target) in enumerate(itertools.pairwise(stops))
    )


def table_of_rules(count: int, hit_policy: str) -> str:
    """Return a decision table of two inputs, each rule an interval of amounts and a channel."""
    rules = "".join(
        f'<rule id="r{number}">'
        f'<inputEntry id="r{number}a"><text>[{number * 1000}..{number * 1000 + 1000})</text>'
        "</inputEntry>"
        f'<inputEntry id="r{number}c"><text>"APP","COUNTER"</text></inputEntry>'
        f'<outputEntry id="r{number}o"><text>"L{number}"</text></outputEntry>'
        "</rule>\n"
        for number in range(count)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="levels" '
        'namespace="urn:bench">\n'
        '<decision id="level" name="level"><variable name="level"/>\n'
        f'<decisionTable id="t" hitPolicy="{hit_policy}">\n'
        '<input id="i1"><inputExpression id="e1" typeRef="number"><text>amount</text>'
        "</inputExpression></input>\n"
        '<input id="i2"><inputExpression id="e2" typeRef="string"><text>channel</text>'
        "</inputExpression></input>\n"
        '<output id="o1" name="level" typeRef="string"/>\n'
        f"{rules}</decisionTable></decision></definitions>\n"
    )


def diagram_of_decisions(levels: int) -> str:
    """Return decisions of which each requires both of the level below, over a table of amounts."""
    drawn = [_decision("a0", _BAND, ["#amount"]), _decision("b0", _BAND, ["#amount"])]
    for at in range(1, levels):
        below = [f"#a{at - 1}", f"#b{at - 1}"]
        drawn += [_decision(f"{side}{at}", _sum(at - 1), below) for side in "ab"]
    last = [f"#a{levels - 1}", f"#b{levels - 1}"]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="diagram" '
        'namespace="urn:bench">\n<inputData id="amount" name="amount">'
        '<variable name="amount" typeRef="number"/></inputData>\n'
        + "".join(drawn)
        + _decision("d", _sum(levels - 1), last)
        + "</definitions>\n"
    )


_BAND = (
    '<decisionTable hitPolicy="FIRST"><input><inputExpression typeRef="number"><text>amount</text>'
    '</inputExpression></input><output typeRef="number"/><rule><inputEntry><text>&gt; 1000</text>'
    "</inputEntry><outputEntry><text>1</text></outputEntry></rule><rule><inputEntry><text>-</text>"
    "</inputEntry><outputEntry><text>0</text></outputEntry></rule></decisionTable>"
)


def _sum(level: int) -> str:
    return f"<literalExpression><text>a{level} + b{level}</text></literalExpression>"


def _decision(name: str, logic: str, required: list[str]) -> str:
    arrows = "".join(
        f'<informationRequirement><{_kind(one)} href="{one}"/></informationRequirement>'
        for one in required
    )
    return (
        f'<decision id="{name}" name="{name}"><variable name="{name}" typeRef="number"/>'
        f"{arrows}{logic}</decision>\n"
    )


def _kind(href: str) -> str:
    return "requiredInput" if href == "#amount" else "requiredDecision"
