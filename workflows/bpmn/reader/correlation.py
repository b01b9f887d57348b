"""Correlation properties, keys and subscriptions of plain BPMN."""

from collections.abc import Iterator

from lxml import etree

from workflows.bpmn.model import (
    CorrelationKey,
    CorrelationProperty,
    CorrelationSubscription,
    Formal,
)
from workflows.bpmn.reader.source import Source, bpmn_children, local_name, qualified, text_of

_HOLDERS = ("collaboration", "conversation", "subConversation", "callConversation")
"""What may hold a correlation key, one inside the other."""


def read_properties(source: Source, root: etree._Element) -> dict[str, CorrelationProperty]:
    """The correlation properties of a file, by id."""
    return {
        element.get("id", ""): CorrelationProperty(
            id=element.get("id", ""),
            paths=dict(_paths(source, element)),
            place=source.place(element),
        )
        for element in bpmn_children(root, "correlationProperty")
    }


def _paths(source: Source, element: etree._Element) -> Iterator[tuple[str, Formal]]:
    for child in bpmn_children(element, "correlationPropertyRetrievalExpression"):
        path = source.formal(child, "messagePath")
        message = qualified(child.get("messageRef"))
        if path is not None and message is not None:
            yield message, path


def read_keys(source: Source, root: etree._Element) -> dict[str, CorrelationKey]:
    """The correlation keys of a file, by id."""
    return {key.id: key for key in _keys(source, root)}


def _keys(source: Source, element: etree._Element) -> Iterator[CorrelationKey]:
    for child in bpmn_children(element):
        if local_name(child) in _HOLDERS:
            yield from _keys(source, child)
        elif local_name(child) == "correlationKey":
            yield CorrelationKey(
                id=child.get("id", ""),
                properties=tuple(
                    qualified(text_of(one)) or ""
                    for one in bpmn_children(child, "correlationPropertyRef")
                ),
                place=source.place(child),
            )


def read_subscriptions(
    source: Source, process: etree._Element
) -> tuple[CorrelationSubscription, ...]:
    """The correlation subscriptions of a process."""
    return tuple(
        CorrelationSubscription(
            key=qualified(child.get("correlationKeyRef")),
            paths=dict(_bindings(source, child)),
            place=source.place(child),
        )
        for child in bpmn_children(process, "correlationSubscription")
    )


def _bindings(source: Source, element: etree._Element) -> Iterator[tuple[str, Formal]]:
    for child in bpmn_children(element, "correlationPropertyBinding"):
        path = source.formal(child, "dataPath")
        name = qualified(child.get("correlationPropertyRef"))
        if path is not None and name is not None:
            yield name, path
