"""BPMN data: properties, inputs and outputs, their sets, associations; who performs."""

from lxml import etree

from workflows.bpmn.model import (
    NO_DATA,
    DataAssociation,
    DataItem,
    DataSet,
    ElementData,
    Formal,
    Unexecuted,
)
from workflows.bpmn.reader.source import Source, bpmn_children, local_name, qualified, text_of

PLACEHOLDER = "__targetRef_placeholder"
"""A property the drawing tools add so that an association has something to point at."""

ACTIVITY_DATA = frozenset(
    {"ioSpecification", "property", "dataInputAssociation", "dataOutputAssociation"}
)
EVENT_DATA = frozenset(
    {"property", "dataInput", "dataOutput", "inputSet", "outputSet"}
    | {"dataInputAssociation", "dataOutputAssociation"}
)
PROCESS_DATA = frozenset({"ioSpecification", "property"})

PERFORMERS = frozenset({"resourceRole", "performer", "humanPerformer", "potentialOwner"})
_UNEXECUTED = PERFORMERS | {"ioBinding"}
PASSIVE = frozenset({"supportedInterfaceRef", "supports", "auditing", "monitoring"})
"""What changes nothing at run time."""
RESPONSIBLE = PERFORMERS | {"ioBinding"} | PASSIVE


def read_unexecuted(source: Source, element: etree._Element) -> tuple[Unexecuted, ...]:
    """What an element bears that would have to do something, and does not."""
    return tuple(
        Unexecuted(tag=local_name(child), place=source.place(child))
        for child in bpmn_children(element)
        if local_name(child) in _UNEXECUTED
    )


def read_data(source: Source, element: etree._Element) -> ElementData:
    """The data of an activity, an event or a process."""
    holder = next(bpmn_children(element, "ioSpecification"), element)
    incoming = _associations(source, element, "dataInputAssociation")
    data = ElementData(
        properties=tuple(
            item for item in read_items(source, element, "property") if item.name != PLACEHOLDER
        ),
        inputs=read_items(source, holder, "dataInput"),
        outputs=read_items(source, holder, "dataOutput"),
        input_sets=_sets(source, holder, "input"),
        output_sets=_sets(source, holder, "output"),
        incoming=_moving(incoming, _placeholders(element)),
        outgoing=_moving(
            _associations(source, element, "dataOutputAssociation"), _placeholders(element)
        ),
    )
    return NO_DATA if data == NO_DATA else data


def read_items(source: Source, element: etree._Element, name: str) -> tuple[DataItem, ...]:
    """The data items of one kind."""
    return tuple(
        DataItem(
            id=child.get("id", ""),
            name=child.get("name", ""),
            is_collection=source.boolean(child, "isCollection", default=False),
            place=source.place(child),
        )
        for child in bpmn_children(element, name)
    )


def _placeholders(element: etree._Element) -> frozenset[str]:
    return frozenset(
        child.get("id", "")
        for child in bpmn_children(element, "property")
        if child.get("name") == PLACEHOLDER
    )


def _sets(source: Source, element: etree._Element, side: str) -> tuple[DataSet, ...]:
    other = "output" if side == "input" else "input"

    def references(child: etree._Element, name: str) -> tuple[str, ...]:
        return tuple(qualified(text_of(one)) or "" for one in bpmn_children(child, name))

    return tuple(
        DataSet(
            id=child.get("id", ""),
            items=references(child, f"data{side.capitalize()}Refs"),
            optional=references(child, f"optional{side.capitalize()}Refs"),
            while_executing=references(child, f"whileExecuting{side.capitalize()}Refs"),
            partners=references(child, f"{other}SetRefs"),
            place=source.place(child),
        )
        for child in bpmn_children(element, f"{side}Set")
    )


def _associations(
    source: Source, element: etree._Element, name: str
) -> tuple[DataAssociation, ...]:
    return tuple(_association(source, child) for child in bpmn_children(element, name))


def _association(source: Source, element: etree._Element) -> DataAssociation:
    target = next(bpmn_children(element, "targetRef"), None)
    return DataAssociation(
        id=element.get("id", ""),
        sources=tuple(
            reference
            for child in bpmn_children(element, "sourceRef")
            if (reference := qualified(text_of(child))) is not None
        ),
        target=None if target is None else qualified(text_of(target)),
        transformation=source.formal(element, "transformation"),
        assignments=tuple(
            (
                source.formal(child, "from") or _nothing(source, child),
                source.formal(child, "to") or _nothing(source, child),
            )
            for child in bpmn_children(element, "assignment")
        ),
        place=source.place(element),
    )


def _nothing(source: Source, element: etree._Element) -> Formal:
    return Formal(text="", place=source.place(element))


def _moving(
    drawn: tuple[DataAssociation, ...], placeholders: frozenset[str]
) -> tuple[DataAssociation, ...]:
    """Those that move values; the others are arrows in a picture."""
    return tuple(
        one
        for one in drawn
        if one.transformation is not None
        or one.assignments
        or (
            one.sources
            and one.target is not None
            and not placeholders.intersection((*one.sources, one.target))
        )
    )
