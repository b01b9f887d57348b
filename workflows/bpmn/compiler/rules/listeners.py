"""Rules about what listeners may hear (S34)."""

from collections.abc import Iterator

from workflows.bpmn.compiler.drawing import Drawing, Finding
from workflows.bpmn.compiler.listeners import TASK_EVENTS
from workflows.bpmn.compiler.rules.rule import Rule, at
from workflows.bpmn.model import Element, MultiInstanceLoop, Process, children_of

_NO_START = ("startEvent", "boundaryEvent")
_HEARD = ("start", "end", "beforeAll", "cancel")


def _listeners(drawing: Drawing) -> Iterator[Finding]:
    elements: list[Element] = [drawing.process, *(node for node, _ in drawing.nodes)]
    for element in elements:
        seen: set[tuple[str, str]] = set()
        for listener in children_of(element, "executionListeners", "executionListener"):
            event = listener.attributes.get("eventType", "")
            this = (event, listener.attributes.get("type", ""))
            fault = _listener_fault(element, event)
            if fault is not None:
                yield at(element, fault, listener.place)
            if this in seen:
                yield at(element, f"The listener {this} is there already.", listener.place)
            seen.add(this)


def _listener_fault(element: Element, event: str) -> str | None:
    if event not in _HEARD:
        return f"A listener hears {', '.join(_HEARD)}; not {event!r}."
    if event == "start" and getattr(element, "kind", "") in _NO_START:
        return "This event has no start to listen to."
    if event == "beforeAll" and not isinstance(getattr(element, "loop", None), MultiInstanceLoop):
        return "Only a multi-instance activity has a beforeAll to listen to."
    if event == "cancel" and not isinstance(element, Process):
        return "Only a process has a cancel to listen to."
    return None


def _task_listeners(drawing: Drawing) -> Iterator[Finding]:
    for node, _ in drawing.nodes:
        for listener in children_of(node, "taskListeners", "taskListener"):
            event = listener.attributes.get("eventType", "")
            if event not in TASK_EVENTS:
                message = f"A task listener hears {', '.join(TASK_EVENTS)}; not {event!r}."
                yield at(node, message, listener.place)


RULES = (
    Rule(
        code="listener-event",
        clause="S34",
        summary="Execution listeners hear what their element goes through, each type once.",
        check=_listeners,
    ),
    Rule(
        code="task-listener-event",
        clause="zeebe:taskListeners",
        summary="Task listeners hear a step in the life of a human task.",
        check=_task_listeners,
    ),
)
