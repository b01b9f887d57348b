"""The data items of a process: which variable each is, and where it can be seen (S31)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from workflows.bpmn.model import (
    Activity,
    DataElement,
    DataItem,
    Element,
    ElementData,
    Event,
    MultiInstanceLoop,
    Place,
    Process,
    SubProcess,
)

VARIABLE = re.compile(r"[^\W\d]\w*")
"""A variable's name; letters of every script."""

ItemKind = Literal["dataObject", "dataStore", "property", "input", "output", "loop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item-aware element: a variable of its owner."""

    id: str
    kind: ItemKind
    variable: str
    owner: str
    """Id of the element that declares it."""
    is_collection: bool = False
    place: Place


def items_of(process: Process) -> dict[str, Item]:
    """Every data item of a process by id; a reference to a data object is that object."""
    found: dict[str, Item] = {}
    for owner in _elements(process):
        for item in _own(owner):
            found.setdefault(item.id, item)
        if isinstance(owner, Process | SubProcess):
            found |= dict(_stores_and_references(owner, found))
    return found


def data_of(element: Element) -> ElementData | None:
    """The data of an element that may have some."""
    return element.data if isinstance(element, Activity | Event | Process) else None


def moved_objects(process: Process, items: Mapping[str, Item]) -> frozenset[str]:
    """Ids of the data objects that an association or a loop reads or writes."""
    named: set[str | None] = set()
    for element in _elements(process):
        data = data_of(element)
        for association in (*data.incoming, *data.outgoing) if data is not None else ():
            named |= {*association.sources, association.target}
        loop = element.loop if isinstance(element, Activity) else None
        if isinstance(loop, MultiInstanceLoop):
            named |= {loop.input_ref, loop.output_ref}
    return frozenset(items[name].id for name in named if name is not None and name in items)


def _elements(owner: Process | SubProcess) -> Iterator[Element]:
    yield owner
    for node in owner.content.nodes:
        if isinstance(node, SubProcess):
            yield from _elements(node)
        else:
            yield node


def _own(owner: Element) -> Iterator[Item]:
    data = data_of(owner)
    if data is not None:
        kinds: Mapping[ItemKind, tuple[DataItem, ...]] = {
            "property": data.properties,
            "input": data.inputs,
            "output": data.outputs,
        }
        for kind, drawn in kinds.items():
            yield from (_item(owner, one, kind) for one in drawn)
    loop = owner.loop if isinstance(owner, Activity) else None
    if isinstance(loop, MultiInstanceLoop):
        for drawn_item in (loop.input_item, loop.output_item):
            if drawn_item is not None:
                yield _item(owner, drawn_item, "loop")
    if isinstance(owner, Process | SubProcess):
        for one in owner.content.data:
            if one.kind == "dataObject":
                yield _object(owner, one)


def _item(owner: Element, drawn: DataItem, kind: ItemKind) -> Item:
    return Item(
        id=drawn.id,
        kind=kind,
        variable=drawn.name if VARIABLE.fullmatch(drawn.name) else drawn.id,
        owner=owner.id,
        is_collection=drawn.is_collection,
        place=drawn.place,
    )


def _object(owner: Process | SubProcess, drawn: DataElement) -> Item:
    """A data object is called by its own name, else as all its references agree, else by id."""
    told = {
        one.name
        for one in owner.content.data
        if one.kind == "dataObjectReference" and one.reference == drawn.id and one.name
    }
    names = [drawn.name, *(told if len(told) == 1 else ())]
    return Item(
        id=drawn.id,
        kind="dataObject",
        variable=next((name for name in names if VARIABLE.fullmatch(name)), drawn.id),
        owner=owner.id,
        is_collection=drawn.is_collection,
        place=drawn.place,
    )


def _stores_and_references(
    owner: Process | SubProcess, known: Mapping[str, Item]
) -> Iterator[tuple[str, Item]]:
    for one in owner.content.data:
        if one.kind == "dataObjectReference" and one.reference and one.reference in known:
            yield one.id, known[one.reference]
        elif one.kind == "dataStoreReference":
            store = Item(
                id=one.id, kind="dataStore", variable=one.id, owner=owner.id, place=one.place
            )
            yield one.id, store
