"""Listeners: jobs around an element's work, and around the life of a human task (S34)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from workflows.bpmn.compiler.linking import Linking
from workflows.bpmn.compiler.work import DEFAULT_RETRIES
from workflows.bpmn.model import Element, Extension, children_of
from workflows.bpmn.program import Job, Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """One listener, linked."""

    event: str
    """``start``, ``end``, ``beforeAll`` or ``cancel``; or a step in the life of a human task."""
    job: Job


TASK_EVENTS = ("creating", "assigning", "updating", "completing", "canceling")
_KINDS = (("executionListeners", "executionListener"), ("taskListeners", "taskListener"))


def listeners_of(linking: Linking, element: Element) -> tuple[Listener, ...]:
    """The listeners of an element, in document order."""
    return tuple(
        Listener(event=drawn.attributes.get("eventType", ""), job=_job(linking, element, drawn))
        for holder, name in _KINDS
        for drawn in children_of(element, holder, name)
    )


def _job(linking: Linking, element: Element, drawn: Extension) -> Job:
    given, place = drawn.attributes, drawn.place
    return Job(
        type=linking.text(given.get("type", ""), "listener type", element, place),
        retries=linking.text(given.get("retries") or DEFAULT_RETRIES, "retries", element, place),
        headers={
            header.attributes.get("key", ""): header.attributes.get("value", "")
            for headers in drawn.children
            for header in headers.children
        },
    )


def with_listeners(nodes: Sequence[Node], listeners: Sequence[tuple[Listener, ...]]) -> list[Node]:
    """Make a task for each listener: no flow leads to it, its element begins it."""
    found = [*nodes]
    for node, drawn in zip(nodes, listeners, strict=False):
        if drawn:
            made = [*_tasks(node, drawn, len(found))]
            found += made
            found[node.index] = _heard(found[node.index], drawn, made)
    return found


def _heard(node: Node, drawn: Sequence[Listener], made: Sequence[Node]) -> Node:
    by_event: dict[str, tuple[int, ...]] = {}
    for one, task in zip(drawn, made, strict=True):
        by_event[one.event] = (*by_event.get(one.event, ()), task.index)
    return replace(
        node,
        start_listeners=by_event.get("start", ()),
        end_listeners=by_event.get("end", ()),
        before_all=by_event.get("beforeAll", ()),
        cancel_listeners=by_event.get("cancel", ()) + by_event.get("canceling", ()),
        task_listeners=by_event if any(event in TASK_EVENTS for event in by_event) else None,
    )


def _tasks(node: Node, drawn: Sequence[Listener], first: int) -> Iterator[Node]:
    for number, one in enumerate(drawn):
        yield Node(
            index=first + number,
            id=f"{node.id}/{one.event}{number + 1}",
            kind="taskListener" if one.event in TASK_EVENTS else "serviceTask",
            name=node.name,
            scope=node.index,
            depth=node.depth + 1,
            work=one.job,
        )
