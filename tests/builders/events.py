"""More event definitions for the builder: escalation, signal, condition, compensation, cancel."""

from __future__ import annotations

from xml.sax.saxutils import escape

from tests.builders.process import Definition, FlowBuilder, attributes


def _identity(tag: str, text: str) -> str:
    return f"{tag}_" + "".join(c if c.isalnum() else "_" for c in text)


def escalation(code: str | None = None) -> Definition:
    """An escalation by code; None catches every one."""
    if code is None:
        return Definition("<bpmn:escalationEventDefinition />")
    identity = _identity("Escalation", code)
    root = attributes({"id": identity, "name": code, "escalationCode": code})
    return Definition(
        f"<bpmn:escalationEventDefinition{attributes({'escalationRef': identity})} />",
        f"<bpmn:escalation{root} />",
    )


def signal(name: str) -> Definition:
    identity = _identity("Signal", name)
    return Definition(
        f"<bpmn:signalEventDefinition{attributes({'signalRef': identity})} />",
        f"<bpmn:signal{attributes({'id': identity, 'name': name})} />",
    )


def condition(text: str, **only: str) -> Definition:
    """A condition; ``only``: attributes of ``zeebe:conditionalFilter``."""
    more = (
        f"<bpmn:extensionElements><zeebe:conditionalFilter{attributes(only)} />"
        "</bpmn:extensionElements>"
        if only
        else ""
    )
    inner = f'<bpmn:condition xsi:type="bpmn:tFormalExpression">{escape(text)}</bpmn:condition>'
    return Definition(
        f"<bpmn:conditionalEventDefinition>{more}{inner}</bpmn:conditionalEventDefinition>"
    )


def compensation(activity: str | None = None, *, wait: bool | None = None) -> Definition:
    given = attributes({"activityRef": activity, "waitForCompletion": wait})
    return Definition(f"<bpmn:compensateEventDefinition{given} />")


def cancel() -> Definition:
    return Definition("<bpmn:cancelEventDefinition />")


def several(*definitions: Definition) -> Definition:
    """A multiple event."""
    return Definition(
        "".join(one.xml for one in definitions),
        "\n".join(one.root for one in definitions if one.root),
        "".join(one.extension for one in definitions),
    )


def shared(identity: str, definition: Definition) -> Definition:
    """An event definition at the root, referred to."""
    head, tail = definition.xml.split("EventDefinition", 1)
    return Definition(
        f"<bpmn:eventDefinitionRef>{identity}</bpmn:eventDefinitionRef>",
        f'{definition.root}\n{head}EventDefinition id="{identity}"{tail}',
    )


def undone_by(flow: FlowBuilder, activity: str, handler: str, **more: object) -> FlowBuilder:
    """Draw a service task that compensates an activity; the cursor stays where it is."""
    return handled(
        flow,
        activity,
        handler,
        f'<bpmn:serviceTask id="{handler}" isForCompensation="true"><bpmn:extensionElements>'
        f'<zeebe:taskDefinition type="{handler}" />{more.get("mapping", "")}'
        "</bpmn:extensionElements></bpmn:serviceTask>",
    )


def handled(flow: FlowBuilder, activity: str, handler: str, xml: str) -> FlowBuilder:
    """Draw any activity, as XML, that compensates another."""
    cursor = flow.cursor
    edge = f"{activity}_undo"
    flow.boundary(activity, edge, compensation())
    flow.cursor = cursor
    line = attributes({"id": f"{edge}_line", "sourceRef": edge, "targetRef": handler})
    return flow.drawn(f"{xml}<bpmn:association{line} />")


def standard_loop(
    while_: str | None = None, *, before: bool | None = None, most: int | None = None
) -> str:
    given = attributes({"testBefore": before, "loopMaximum": most})
    inner = (
        f'<bpmn:loopCondition xsi:type="bpmn:tFormalExpression">{escape(while_)}'
        "</bpmn:loopCondition>"
        if while_ is not None
        else ""
    )
    return f"<bpmn:standardLoopCharacteristics{given}>{inner}</bpmn:standardLoopCharacteristics>"
