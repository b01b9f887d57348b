"""What BPMN has and Baoquan does not execute yet: refused, never ignored."""

from collections.abc import Iterator

from workflows.bpmn.compiler.drawing import Drawing, Finding
from workflows.bpmn.compiler.rules.extensions import LATER_ATTRIBUTES, SPECS, bearers
from workflows.bpmn.compiler.rules.rule import Rule, at
from workflows.bpmn.model import (
    Activity,
    Element,
    Event,
    MessageEventDefinition,
    Task,
)


def _elements(drawing: Drawing) -> Iterator[Finding]:
    for node, _ in drawing.nodes:
        for reason in _reasons(node):
            yield at(node, f"not executed yet: {reason}")


def _reasons(node: Element) -> Iterator[str]:
    match node:
        case Event():
            yield from _event_reasons(node)
        case Activity():
            yield from _activity_reasons(node)
        case _:
            return


def _event_reasons(event: Event) -> Iterator[str]:
    for definition in event.definitions:
        if isinstance(definition, MessageEventDefinition) and definition.operation_ref:
            yield "operation of a message event (operationRef)"


def _activity_reasons(activity: Activity) -> Iterator[str]:
    if isinstance(activity, Task):
        yield from _task_reasons(activity)


def _task_reasons(task: Task) -> Iterator[str]:
    if task.script is not None:
        yield f"script in {task.script.language or 'no named language'}; use zeebe:script with FEEL"
    if task.operation_ref is not None:
        yield "operation of a task (operationRef)"


def _extensions(drawing: Drawing) -> Iterator[Finding]:
    for element, _, extensions in bearers(drawing):
        for extension in extensions:
            spec = SPECS.get(extension.name)
            if spec is not None and spec.status == "later":
                message = f"not executed yet: zeebe:{extension.name}"
                yield at(element, message, extension.place)
            for (name, attribute), what in LATER_ATTRIBUTES.items():
                if extension.name == name and attribute in extension.attributes:
                    yield at(element, f"not executed yet: {what} ({attribute})", extension.place)


def _unexecuted(drawing: Drawing) -> Iterator[Finding]:
    for element in (drawing.process, *(node for node, _ in drawing.nodes)):
        for one in element.unexecuted:
            yield at(element, f"not executed: {one.tag}; {_INSTEAD[one.tag]}.", one.place)


_WHO = "say who works by lanes or zeebe:assignmentDefinition"
_INSTEAD = {
    "performer": _WHO,
    "humanPerformer": _WHO,
    "potentialOwner": _WHO,
    "resourceRole": _WHO,
    "ioBinding": "operations are jobs, by zeebe:taskDefinition",
}


RULES = (
    Rule(
        code="not-executed-yet",
        clause="bpmn.md §1",
        summary="Every element of the drawing is one that is executed.",
        check=_elements,
    ),
    Rule(
        code="extension-not-executed-yet",
        clause="bpmn.md §3",
        summary="Every zeebe: element is one that is executed.",
        check=_extensions,
    ),
    Rule(
        code="performer-not-executed",
        clause="BPMN 2.0.2 §10.3.1",
        summary="Who performs an activity is said by lanes or extensions.",
        check=_unexecuted,
    ),
)
