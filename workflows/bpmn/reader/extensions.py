"""Extension elements: task type, mappings, forms, assignment; and what other vendors left."""

from collections.abc import Mapping
from typing import Literal

from lxml import etree

from workflows.bpmn.model import DataUse, Extension, Foreign
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

PLACEHOLDER = "__targetRef_placeholder"
"""A property the drawing tools add so that an association has something to point at."""


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


# --- BPMN data: does it move values at run time, or is it a picture? ---------------------------


def _specification(element: etree._Element, _: frozenset[str]) -> bool:
    return any(local_name(child) in ("dataInput", "dataOutput") for child in bpmn_children(element))


def _property(element: etree._Element, _: frozenset[str]) -> bool:
    return element.get("name") != PLACEHOLDER


def _association(element: etree._Element, placeholders: frozenset[str]) -> bool:
    names = {local_name(child) for child in bpmn_children(element)}
    if names & {"transformation", "assignment"}:
        return True
    ends = "targetRef" if local_name(element) == "dataInputAssociation" else "sourceRef"
    return any(text_of(end) not in placeholders for end in bpmn_children(element, ends))


def _always(_: etree._Element, __: frozenset[str]) -> bool:
    return True


def _never(_: etree._Element, __: frozenset[str]) -> bool:
    return False


DATA_USES = {
    "ioSpecification": _specification,
    "property": _property,
    "dataInputAssociation": _association,
    "dataOutputAssociation": _association,
    "dataInput": _always,
    "dataOutput": _always,
    "inputSet": _never,
    "outputSet": _never,
    "ioBinding": _always,
    "resourceRole": _always,
    "performer": _always,
    "humanPerformer": _always,
    "potentialOwner": _always,
    "correlationSubscription": _always,
    "supportedInterfaceRef": _never,
    "supports": _never,
    "auditing": _never,
    "monitoring": _never,
}
"""Children that say what data an element uses and who performs it."""


def read_data(source: Source, element: etree._Element) -> tuple[DataUse, ...]:
    """The BPMN data of an element."""
    placeholders = frozenset(
        child.get("id", "")
        for child in bpmn_children(element, "property")
        if child.get("name") == PLACEHOLDER
    )
    return tuple(
        DataUse(
            tag=local_name(child),
            id=child.get("id", ""),
            name=child.get("name", ""),
            active=DATA_USES[local_name(child)](child, placeholders),
            place=source.place(child),
        )
        for child in bpmn_children(element)
        if local_name(child) in DATA_USES
    )
