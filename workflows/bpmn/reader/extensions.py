"""Extension elements: task type, mappings, forms, assignment; and what other vendors left."""

from collections.abc import Mapping
from typing import Literal

from lxml import etree

from workflows.bpmn.model import Extension, Foreign
from workflows.bpmn.reader.source import (
    ZEEBE,
    Source,
    bpmn_children,
    local_name,
    namespace,
    text_of,
)

VENDORS: Mapping[str, Literal["camunda", "flowable", "activiti"]] = {
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://flowable.org/bpmn": "flowable",
    "http://activiti.org/bpmn": "activiti",
}
"""Engines whose extensions say what to do at run time; others only decorate the picture."""


def read_extensions(source: Source, element: etree._Element) -> tuple[Extension, ...]:
    """The ``zeebe:`` extension elements of an element, kept whole."""
    return tuple(
        _extension(source, child)
        for holder in bpmn_children(element, "extensionElements")
        for child in holder.iterchildren(etree.Element)
        if namespace(child) == ZEEBE
    )


def extension_attributes(element: etree._Element) -> dict[str, str]:
    """The ``zeebe:`` attributes of the element itself."""
    marked = f"{{{ZEEBE}}}"
    return {
        name.removeprefix(marked): value
        for name, value in _attributes(element)
        if name.startswith(marked)
    }


def read_foreign(source: Source, element: etree._Element) -> tuple[Foreign, ...]:
    """Attributes and extension elements of the engines in ``VENDORS``."""
    place = source.place(element)
    found = []
    for name, _ in _attributes(element):
        qualified = etree.QName(name)
        vendor = VENDORS.get(qualified.namespace or "")
        if vendor is not None:
            found.append(Foreign(vendor=vendor, name=qualified.localname, place=place))
    for holder in bpmn_children(element, "extensionElements"):
        for child in holder.iterchildren(etree.Element):
            vendor = VENDORS.get(namespace(child) or "")
            if vendor is not None:
                where = source.place(child)
                found.append(Foreign(vendor=vendor, name=local_name(child), place=where))
    return tuple(found)


def _attributes(element: etree._Element) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in element.attrib.items()]


def _extension(source: Source, element: etree._Element) -> Extension:
    return Extension(
        name=local_name(element),
        attributes={
            name.removeprefix(f"{{{ZEEBE}}}"): value for name, value in _attributes(element)
        },
        children=tuple(
            _extension(source, child)
            for child in element.iterchildren(etree.Element)
            if namespace(child) == ZEEBE
        ),
        text=text_of(element),
        place=source.place(element),
    )
