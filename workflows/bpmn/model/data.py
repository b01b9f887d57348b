"""BPMN data as drawn: what an element holds, needs and gives, and what moves between them."""

from dataclasses import dataclass

from workflows.bpmn.model.element import Formal, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class DataItem:
    """A data input, data output, property, or the item of a multi-instance activity."""

    id: str
    name: str = ""
    is_collection: bool = False
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """An input set or output set: what belongs together, by id."""

    id: str
    items: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    """Of the items: those that need not be there."""
    while_executing: tuple[str, ...] = ()
    """Of the items: those that may come, or go, while the activity runs."""
    partners: tuple[str, ...] = ()
    """Of an input set the output sets that may follow it, and the other way round."""
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class DataAssociation:
    """Moves values from its sources to its target: copied, transformed, or assigned in parts."""

    id: str
    sources: tuple[str, ...] = ()
    target: str | None = None
    transformation: Formal | None = None
    assignments: tuple[tuple[Formal, Formal], ...] = ()
    """From and to."""
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementData:
    """The data of one element; what a drawing tool adds for its arrows alone is left out."""

    properties: tuple[DataItem, ...] = ()
    inputs: tuple[DataItem, ...] = ()
    outputs: tuple[DataItem, ...] = ()
    input_sets: tuple[DataSet, ...] = ()
    output_sets: tuple[DataSet, ...] = ()
    incoming: tuple[DataAssociation, ...] = ()
    outgoing: tuple[DataAssociation, ...] = ()


NO_DATA = ElementData()
