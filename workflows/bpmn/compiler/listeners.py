"""Execution listeners: jobs before an element's work, and before it completes (S34)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from workflows.bpmn.compiler.linking import Linking
from workflows.bpmn.compiler.work import DEFAULT_RETRIES
from workflows.bpmn.model import Element, children_of
from workflows.bpmn.program import Job, Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """One execution listener, linked."""

    event: str
    """``start`` or ``end``."""
    job: Job


def listeners_of(linking: Linking, element: Element) -> tuple[Listener, ...]:
    """The execution listeners of an element, in document order."""
    return tuple(
        Listener(
            event=drawn.attributes.get("eventType", ""),
            job=Job(
                type=linking.text(given.get("type", ""), "listener type", element, drawn.place),
                retries=linking.text(
                    given.get("retries") or DEFAULT_RETRIES, "retries", element, drawn.place
                ),
                headers={
                    header.attributes.get("key", ""): header.attributes.get("value", "")
                    for headers in drawn.children
                    for header in headers.children
                },
            ),
        )
        for drawn in children_of(element, "executionListeners", "executionListener")
        if (given := drawn.attributes)
    )


def with_listeners(nodes: Sequence[Node], listeners: Sequence[tuple[Listener, ...]]) -> list[Node]:
    """Make a task for each listener: no flow leads to it, its element begins it."""
    found = [*nodes]
    for node, drawn in zip(nodes, listeners, strict=False):
        if drawn:
            made = [*_tasks(node, drawn, len(found))]
            found += made
            pairs = [*zip(drawn, made, strict=True)]
            found[node.index] = replace(
                found[node.index],
                start_listeners=tuple(task.index for one, task in pairs if one.event == "start"),
                end_listeners=tuple(task.index for one, task in pairs if one.event == "end"),
            )
    return found


def _tasks(node: Node, drawn: Sequence[Listener], first: int) -> Iterator[Node]:
    for number, one in enumerate(drawn):
        yield Node(
            index=first + number,
            id=f"{node.id}/{one.event}{number + 1}",
            kind="serviceTask",
            name=node.name,
            scope=node.index,
            depth=node.depth + 1,
            work=one.job,
        )
