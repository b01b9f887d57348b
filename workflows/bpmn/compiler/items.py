"""The data items of a process: which variable each is, and where it can be seen (S31)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from workflows.bpmn.model import (
    Activity,
    DataElement,
    DataItem,
    DataStore,
    Element,
    ElementData,
    Event,
    MultiInstanceLoop,
    Place,
    Process,
    SubProcess,
)
from workflows.bpmn.program import Store

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
    store: Store | None = None
    """What a data store is known by outside; None where the drawing does not say."""
    place: Place


def items_of(process: Process, stores: Mapping[str, DataStore]) -> dict[str, Item]:
    """Every data item of a process by id; a reference is what it refers to."""
    found: dict[str, Item] = {}
    for owner in _elements(process):
        for item in _own(owner):
            found.setdefault(item.id, item)
        if isinstance(owner, Process | SubProcess):
            found |= dict(_references(owner, found))
    return found | _stores(process, stores)


def data_of(element: Element) -> ElementData | None:
    """The data of an element that may have some."""
    return element.data if isinstance(element, Activity | Event | Process) else None


def moved_items(process: Process, items: Mapping[str, Item]) -> frozenset[str]:
    """Ids of the data objects and stores that an association or a loop reads or writes."""
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


def _references(
    owner: Process | SubProcess, known: Mapping[str, Item]
) -> Iterator[tuple[str, Item]]:
    for one in owner.content.data:
        if one.kind == "dataObjectReference" and one.reference and one.reference in known:
            yield one.id, known[one.reference]


def _stores(process: Process, known: Mapping[str, DataStore]) -> dict[str, Item]:
    """The data stores by the ids of what refers to them.

    "When data flows into or out of a Data Store Reference, it is effectively flowing into or out
    of the Data Store that is being referenced" (BPMN 2.0.2 §10.4.1).
    """
    drawn = [
        one
        for owner in _elements(process)
        if isinstance(owner, Process | SubProcess)
        for one in owner.content.data
        if one.kind == "dataStoreReference"
    ]
    groups: dict[str, list[DataElement]] = {}
    for one in drawn:
        groups.setdefault(one.reference or one.name or one.id, []).append(one)
    return {
        one.id: item
        for same in groups.values()
        for item in (_store(process, same, known),)
        for one in same
    }


def _store(process: Process, drawn: Sequence[DataElement], known: Mapping[str, DataStore]) -> Item:
    """A data store is called like a data object; a reference to none is a store by its name."""
    first = drawn[0]
    store = known.get(first.reference or "")
    told = {one.name for one in drawn if one.name}
    names = [store.name if store is not None else "", *(told if len(told) == 1 else ())]
    return Item(
        id=first.id,
        kind="dataStore",
        variable=next((name for name in names if VARIABLE.fullmatch(name)), first.id),
        owner=process.id,
        is_collection=store is not None and store.is_collection,
        store=_known_as(first, store),
        place=first.place,
    )


def _known_as(drawn: DataElement, store: DataStore | None) -> Store | None:
    if store is None:
        return Store(name=drawn.name) if drawn.name and drawn.reference is None else None
    return Store(
        name=store.name or store.id,
        capacity=None if store.is_unlimited else store.capacity,
        is_collection=store.is_collection,
    )
