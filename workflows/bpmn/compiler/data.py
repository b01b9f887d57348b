"""BPMN data linked: what an element declares, takes in and gives, as mappings (S31)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from workflows.bpmn.compiler.data_sets import (
    Owner,
    input_sets,
    is_input_item,
    output_sets,
    source_names,
    with_partners,
)
from workflows.bpmn.compiler.data_stores import copied_from, reads, writes
from workflows.bpmn.compiler.items import VARIABLE, Item, data_of
from workflows.bpmn.compiler.linking import Linking
from workflows.bpmn.model import (
    NO_DATA,
    Activity,
    DataAssociation,
    Element,
    Formal,
    MultiInstanceLoop,
    Process,
    SubProcess,
)
from workflows.bpmn.program import Association, Data, DataSet, MultiInstance, VariableMapping
from workflows.feel import Expression

CAMUNDA_8 = "Camunda Cloud"
"""The execution platform a model of Camunda 8 names; to it, data objects are pictures."""


def data_for(linking: Linking, element: Element) -> Data | None:
    """The data of an element; None where it has none."""
    drawn = data_of(element)
    if drawn is None:
        return None
    loop = element.loop if isinstance(element, Activity) else None
    if drawn is NO_DATA and loop is None and not isinstance(element, Process | SubProcess):
        return None
    one = Owner(linking, element, loop if isinstance(loop, MultiInstanceLoop) else None)
    outputs = tuple(_gives(one, drawn.outgoing))
    data = Data(
        declares=tuple(_declared(one)),
        takes=tuple(_linked(one, association, _takes) for association in drawn.incoming),
        input_sets=input_sets(one, drawn.input_sets, drawn.incoming),
        gives=outputs,
        output_sets=output_sets(one, drawn.output_sets, drawn.outgoing),
        is_closed=bool(drawn.inputs) and not isinstance(element, Process),
        keeps=bool(drawn.outputs or drawn.outgoing),
        collected=tuple(_collected(one, drawn.outgoing)),
        reads=reads(one.items, _filling(one, drawn.incoming, is_collection=False)),
        reads_collection=reads(one.items, _filling(one, drawn.incoming, is_collection=True)),
    )
    data = with_partners(data, drawn.input_sets, drawn.output_sets)
    data = replace(data, awaited=_awaited(one, data.input_sets))
    return None if data == Data() else data


def _filling(
    one: Owner, incoming: Iterable[DataAssociation], *, is_collection: bool
) -> list[DataAssociation]:
    """The associations that fill the collection of its loop, or those that fill the rest."""
    body = one.loop.input_ref if one.loop is not None else None
    return [
        association
        for association in incoming
        if (body is not None and association.target == body) == is_collection
    ]


def _declared(one: Owner) -> Iterator[str]:
    """The variables of an element; of data objects, those that are no mere picture."""
    body = {one.loop.input_ref, one.loop.output_ref} if one.loop is not None else set()
    for item in one.own("property", "input", "output", "loop"):
        if item.id not in body and not is_input_item(one, item.id):
            yield item.variable
    if isinstance(one.drawn, Process | SubProcess):
        drawing = one.linking.drawing
        pictured = drawing.definitions.execution_platform == CAMUNDA_8
        for item in one.own("dataObject"):
            if not pictured or item.id in drawing.moved:
                yield item.variable


# --- associations ------------------------------------------------------------------------------

_Check = Callable[[Owner, DataAssociation], Item | None]


def _takes(one: Owner, association: DataAssociation) -> Item | None:
    """Check an input association; what it fills."""
    for reference in association.sources:
        if one.is_own(reference) and not is_input_item(one, reference):
            message = f"{reference!r} has no value before the element itself begins."
            one.flag("data-source", message, association)
    return one.items.get(association.target or "")


def _fills(one: Owner, association: DataAssociation) -> Item | None:
    """Check an output association; what it fills."""
    item = one.items.get(association.target or "")
    own_item = one.loop.output_item if one.loop is not None else None
    is_item = own_item is not None and item is not None and item.id == own_item.id
    if item is not None and item.owner == one.drawn.id and not is_item:
        message = f"{item.id!r} ends with the element itself; nobody could read it."
        one.flag("data-target", message, association)
    return item


def _gives(one: Owner, drawn: Iterable[DataAssociation]) -> Iterator[Association]:
    own_item = one.loop.output_item if one.loop is not None else None
    for association in drawn:
        linked = _linked(one, association, _fills)
        is_item = own_item is not None and association.target == own_item.id
        yield replace(linked, is_local=is_item)


def _linked(one: Owner, association: DataAssociation, check: _Check) -> Association:
    target = check(one, association)
    for reference in association.sources:
        _seen(one, association, reference)
    if target is not None and not one.is_own(target.id):
        _seen(one, association, target.id)
    sources = tuple(source_names(one, association.sources))
    if target is not None and target.kind == "dataStore":
        writing = tuple(writes(one.linking, one.drawn, association, target))
        return Association(sources=sources, mappings=(), store=target.store, writes=writing)
    return Association(
        sources=sources,
        mappings=() if target is None else tuple(_mappings(one, association, target)),
        collections=(target.variable,) if target is not None and target.is_collection else (),
    )


def _seen(one: Owner, association: DataAssociation, reference: str) -> None:
    """Complain about an item that is not what its variable means where the association stands."""
    item = one.items.get(reference)
    if item is None:
        one.flag("data-reference", f"The data item {reference!r} does not exist.", association)
    elif item.owner != one.drawn.id and _nearest(one, item.variable) != item:
        told = f"Nothing, or something else, is called {item.variable!r} here than {item.id!r}."
        one.flag("data-shadowed", told, association)


def _nearest(one: Owner, variable: str) -> Item | None:
    """The item that a variable means outside an element: the innermost."""
    drawing = one.linking.drawing
    scope = drawing.scope_of.get(one.drawn.id)
    while scope is not None:
        for identity, item in drawing.items.items():
            if item.id == identity and item.owner == scope.owner.id and item.variable == variable:
                return item
        scope = scope.parent
    return None


def _mappings(one: Owner, association: DataAssociation, target: Item) -> Iterator[VariableMapping]:
    if association.transformation is not None:
        transformed = one.linking.formal(association.transformation, "transformation", one.drawn)
        if transformed is not None:
            yield VariableMapping(source=transformed, target=(target.variable,))
    for source, goal in association.assignments:
        value = one.linking.formal(source, "assignment", one.drawn)
        path = _path(one, association, goal, target)
        if value is not None and path is not None:
            yield VariableMapping(source=value, target=path)
    if association.transformation is None and not association.assignments:
        copied = copied_from(one.linking, one.drawn, association)
        if copied is not None:
            yield VariableMapping(source=copied, target=(target.variable,))


def _path(
    one: Owner, association: DataAssociation, goal: Formal, target: Item
) -> tuple[str, ...] | None:
    """Where an assignment puts its value: the target, or a path inside it."""
    path = tuple(part.strip() for part in goal.text.removeprefix("=").split("."))
    if path[0] == target.variable and all(VARIABLE.fullmatch(part) for part in path):
        return path
    message = f"The assignment goes to {goal.text!r}; say {target.variable!r}, or a path in it."
    one.flag("data-association", message, association)
    return None


# --- availability ------------------------------------------------------------------------------


def _awaited(one: Owner, sets: Sequence[DataSet]) -> Expression | None:
    """What is true when one of the input sets is there."""
    if not sets or any(not each.needs for each in sets):
        return None
    choices = (" and ".join(f"{name} != null" for name in each.needs) for each in sets)
    return one.linking.feel(" or ".join(f"({choice})" for choice in choices), "inputs", one.drawn)


# --- multi-instance ----------------------------------------------------------------------------


def _collected(one: Owner, drawn: Sequence[DataAssociation]) -> Iterator[Association]:
    """What brings out the collection that a multi-instance body has gathered."""
    body = one.loop.output_ref if one.loop is not None else None
    if body is None or not one.is_own(body):
        return
    for association in drawn:
        if body in association.sources:
            yield _linked(one, association, _fills)


def with_loop_data(linking: Linking, activity: Activity, loop: MultiInstance) -> MultiInstance:
    """The plain BPMN way to say over what a multi-instance activity runs, and what it gathers."""
    drawn = activity.loop
    if not isinstance(drawn, MultiInstanceLoop):
        return loop
    one = Owner(linking, activity, drawn)
    if drawn.input_ref is not None:
        loop = replace(loop, collection=_collection(one, activity, drawn.input_ref))
    if drawn.input_item is not None:
        loop = replace(loop, input_element=one.items[drawn.input_item.id].variable)
    if drawn.output_ref is not None and drawn.output_item is not None:
        gathered = one.items.get(drawn.output_ref)
        item = one.items[drawn.output_item.id].variable
        loop = replace(
            loop,
            output_collection=gathered.variable if gathered is not None else None,
            output_element=linking.feel(item, "data item", activity),
        )
    return loop


def _collection(one: Owner, activity: Activity, reference: str) -> Expression | None:
    """The collection: a data object that is seen, or what an association brings to an input."""
    item = one.items.get(reference)
    if item is None:
        return None
    if not one.is_own(reference):
        return one.linking.feel(item.variable, "inputCollection", activity)
    for association in activity.data.incoming:
        if association.target == reference:
            mappings = [*_mappings(one, association, item)]
            source = mappings[0].source if len(mappings) == 1 else None
            if source is not None and not isinstance(source, str):
                return source
    return None


DATA_CODES = {
    "data-reference": "What an association names is a data item of the process (S31).",
    "data-source": "What an association copies has a value before the element begins (S31).",
    "data-target": "What an association fills lives on when the element has ended (S31).",
    "data-shadowed": "A data item is what its variable means where it is used (S31).",
    "data-association": "An association says what it moves, and where to (§10.4.2).",
}
"""Codes of findings about data associations."""
