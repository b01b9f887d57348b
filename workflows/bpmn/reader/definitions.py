"""A whole file: bytes to definitions, or to the reasons why not."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from workflows.bpmn.model import DataStore, Definitions, GlobalTask, Place, RootElement
from workflows.bpmn.reader.attributes import flag_unknown_attributes
from workflows.bpmn.reader.correlation import read_keys, read_properties
from workflows.bpmn.reader.elements import (
    GLOBAL_TASKS,
    LEAF_NODES,
    read_global_task,
    shared_fields,
)
from workflows.bpmn.reader.events import EVENT_DEFINITIONS, read_shared_definitions
from workflows.bpmn.reader.scopes import SUB_PROCESSES, read_artifact, read_process
from workflows.bpmn.reader.source import (
    BPMN,
    MODELER,
    Source,
    bpmn_children,
    local_name,
    namespace,
    qualified,
)
from workflows.diagnostics import Diagnostic, ModelError
from workflows.xml_source import locate_elements, parse_xml

MAX_ELEMENTS = 5_000
"""Flow nodes and sequence flows of one file (S36)."""
MAX_PARTS = 25_000
"""Elements of the BPMN namespace of one file, whatever they are."""

REFERABLE_ROOTS = frozenset(
    {"message", "error", "signal", "escalation", *GLOBAL_TASKS, *EVENT_DEFINITIONS}
)
PASSIVE_ROOTS = frozenset(
    {"import", "relationship", "extension", "documentation", "extensionElements", "process"}
    | {"collaboration", "choreography", "globalChoreographyTask", "globalConversation"}
    | {"itemDefinition", "dataStore", "category", "resource", "interface", "endPoint"}
    | {"partnerEntity", "partnerRole", "correlationProperty"}
)
_COUNTED = frozenset({*LEAF_NODES, *SUB_PROCESSES, "sequenceFlow"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What came of reading one file; without definitions there is at least one finding."""

    definitions: Definitions | None
    diagnostics: tuple[Diagnostic, ...] = ()


def read_definitions(content: bytes, *, file: str | None = None) -> Reading:
    """Read a BPMN file; every fault the reader meets is a finding, never an exception."""
    try:
        root = parse_xml(content, file=file)
    except ModelError as refused:
        return Reading(definitions=None, diagnostics=refused.diagnostics)
    source = Source(file, locate_elements(content, root))
    if namespace(root) != BPMN or local_name(root) != "definitions":
        source.flag("not-bpmn", _not_bpmn(root), root, clause="BPMN 2.0.2 §8.2.1")
        return Reading(definitions=None, diagnostics=tuple(source.findings))
    if (fault := _too_large(root)) is not None:
        source.flag("too-many-elements", fault, root, clause="S36")
        return Reading(definitions=None, diagnostics=tuple(source.findings))
    flag_unknown_attributes(source, root)
    definitions = _definitions(source, root)
    return Reading(definitions=definitions, diagnostics=tuple(source.findings))


def _too_large(root: etree._Element) -> str | None:
    names = [local_name(element) for element in _bpmn_elements(root)]
    drawn = sum(name in _COUNTED for name in names)
    if drawn > MAX_ELEMENTS:
        return f"The file draws {drawn} flow nodes and flows; at most {MAX_ELEMENTS} are read."
    if len(names) > MAX_PARTS:
        return f"The file has {len(names)} BPMN elements; at most {MAX_PARTS} are read."
    return None


def _definitions(source: Source, root: etree._Element) -> Definitions:
    for child in bpmn_children(root):
        if local_name(child) not in REFERABLE_ROOTS | PASSIVE_ROOTS:
            message = f"BPMN has no {local_name(child)} at the root of a file; remove it."
            source.flag("element-unknown", message, child, clause="BPMN 2.0.2 §8.2.1")
    read_shared_definitions(source, root)
    return Definitions(
        file=source.file,
        processes=tuple(read_process(source, child) for child in bpmn_children(root, "process")),
        roots={
            child.get("id", ""): _root_element(source, child)
            for child in bpmn_children(root)
            if local_name(child) in REFERABLE_ROOTS and child.get("id")
        },
        associations=tuple(
            read_artifact(source, association)
            for collaboration in bpmn_children(root, "collaboration")
            for association in bpmn_children(collaboration, "association")
        ),
        stores=_stores(source, root),
        correlation_properties=read_properties(source, root),
        correlation_keys=read_keys(source, root),
        ids=tuple(_ids(source, root)),
        execution_platform=root.get(f"{{{MODELER}}}executionPlatform"),
        execution_platform_version=root.get(f"{{{MODELER}}}executionPlatformVersion"),
        place=source.place(root),
    )


def _stores(source: Source, root: etree._Element) -> dict[str, DataStore]:
    """The data stores; whether one holds a list says the type of its items."""
    lists = {
        item.get("id")
        for item in bpmn_children(root, "itemDefinition")
        if source.boolean(item, "isCollection", default=False)
    }
    return {
        child.get("id", ""): DataStore(
            **shared_fields(source, child),
            capacity=source.integer(child, "capacity", default=0)
            if "capacity" in child.attrib
            else None,
            is_unlimited=source.boolean(child, "isUnlimited", default=False),
            is_collection=qualified(child.get("itemSubjectRef")) in lists,
        )
        for child in bpmn_children(root, "dataStore")
        if child.get("id")
    }


def _root_element(source: Source, element: etree._Element) -> RootElement:
    if local_name(element) in GLOBAL_TASKS:
        return GlobalTask(
            **shared_fields(source, element),
            tag=local_name(element),
            task=read_global_task(source, element),
        )
    return RootElement(
        **shared_fields(source, element),
        tag=local_name(element),
        code=element.get("errorCode") or element.get("escalationCode"),
    )


def _ids(source: Source, root: etree._Element) -> Iterator[tuple[str, str, Place]]:
    for element in _bpmn_elements(root):
        identity = element.get("id")
        if identity is not None:
            yield identity, local_name(element), source.place(element)


def _bpmn_elements(root: etree._Element) -> Iterator[etree._Element]:
    """Every element of the BPMN namespace in document order, extensions left out."""
    stack = [root]
    while stack:
        element = stack.pop()
        yield element
        if local_name(element) != "extensionElements":
            stack.extend(reversed(list(bpmn_children(element))))


def _not_bpmn(root: etree._Element) -> str:
    if "CMMN" in (namespace(root) or ""):
        return "This is a CMMN file; case models are not executed. Draw the process in BPMN 2.0."
    return (
        f"The root is {local_name(root)} of namespace {namespace(root) or 'none'},"
        " not definitions of BPMN 2.0."
    )
