"""BPMN data linked: what an element declares, takes in and gives, as mappings (S31)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

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
from workflows.bpmn.model import DataSet as DrawnSet
from workflows.bpmn.program import (
    Association,
    Data,
    DataSet,
    MultiInstance,
    VariableMapping,
)
from workflows.feel import Expression

CAMUNDA_8 = "Camunda Cloud"
"""The execution platform a model of Camunda 8 names; to it, data objects are pictures."""

CLAUSE = "BPMN 2.0.2 §10.4.2"


@dataclass(frozen=True, slots=True)
class _Element:
    """An element whose data is being linked."""

    linking: Linking
    drawn: Element
    loop: MultiInstanceLoop | None

    @property
    def items(self) -> Mapping[str, Item]:
        return self.linking.drawing.items

    def own(self, *kinds: str) -> Iterator[Item]:
        """Its own data items of some kinds."""
        for identity, item in self.items.items():
            if item.owner == self.drawn.id and item.kind in kinds and item.id == identity:
                yield item

    def is_own(self, reference: str) -> bool:
        """Tell whether a reference names an item of its own."""
        item = self.items.get(reference)
        return item is not None and item.owner == self.drawn.id

    def flag(self, code: str, message: str, association: DataAssociation) -> None:
        """Complain about one of its associations."""
        self.linking.flag(code, message, self.drawn, association.place, clause=CLAUSE)


def data_for(linking: Linking, element: Element) -> Data | None:
    """The data of an element; None where it has none."""
    drawn = data_of(element)
    if drawn is None:
        return None
    loop = element.loop if isinstance(element, Activity) else None
    if drawn is NO_DATA and loop is None and not isinstance(element, Process | SubProcess):
        return None
    one = _Element(linking, element, loop if isinstance(loop, MultiInstanceLoop) else None)
    outputs = tuple(_gives(one, drawn.outgoing))
    data = Data(
        declares=tuple(_declared(one)),
        takes=tuple(_linked(one, association, _takes) for association in drawn.incoming),
        input_sets=_input_sets(one, drawn.input_sets, drawn.incoming),
        gives=outputs,
        output_sets=_output_sets(one, drawn.output_sets, drawn.outgoing),
        is_closed=bool(drawn.inputs) and not isinstance(element, Process),
        keeps=bool(drawn.outputs or drawn.outgoing),
        collected=tuple(_collected(one, drawn.outgoing)),
    )
    data = _with_partners(data, drawn.input_sets, drawn.output_sets)
    data = replace(data, awaited=_awaited(one, data.input_sets))
    return None if data == Data() else data


def _declared(one: _Element) -> Iterator[str]:
    """The variables of an element; of data objects, those that are no mere picture."""
    body = {one.loop.input_ref, one.loop.output_ref} if one.loop is not None else set()
    for item in one.own("property", "input", "output", "loop"):
        if item.id not in body and not _is_input_item(one, item.id):
            yield item.variable
    if isinstance(one.drawn, Process | SubProcess):
        drawing = one.linking.drawing
        pictured = drawing.definitions.execution_platform == CAMUNDA_8
        for item in one.own("dataObject"):
            if not pictured or item.id in drawing.moved:
                yield item.variable


def _is_input_item(one: _Element, reference: str) -> bool:
    item = one.loop.input_item if one.loop is not None else None
    return item is not None and item.id == reference


# --- associations ------------------------------------------------------------------------------

_Check = Callable[[_Element, DataAssociation], Item | None]


def _takes(one: _Element, association: DataAssociation) -> Item | None:
    """Check an input association; what it fills."""
    for reference in association.sources:
        if one.is_own(reference) and not _is_input_item(one, reference):
            message = f"{reference!r} has no value before the element itself begins."
            one.flag("data-source", message, association)
    return one.items.get(association.target or "")


def _fills(one: _Element, association: DataAssociation) -> Item | None:
    """Check an output association; what it fills."""
    item = one.items.get(association.target or "")
    own_item = one.loop.output_item if one.loop is not None else None
    is_item = own_item is not None and item is not None and item.id == own_item.id
    if item is not None and item.owner == one.drawn.id and not is_item:
        message = f"{item.id!r} ends with the element itself; nobody could read it."
        one.flag("data-target", message, association)
    return item


def _gives(one: _Element, drawn: Iterable[DataAssociation]) -> Iterator[Association]:
    own_item = one.loop.output_item if one.loop is not None else None
    for association in drawn:
        linked = _linked(one, association, _fills)
        is_item = own_item is not None and association.target == own_item.id
        yield replace(linked, is_local=is_item)


def _linked(one: _Element, association: DataAssociation, check: _Check) -> Association:
    target = check(one, association)
    for reference in association.sources:
        _seen(one, association, reference)
    if target is not None and not one.is_own(target.id):
        _seen(one, association, target.id)
    return Association(
        sources=tuple(_names(one, association.sources)),
        mappings=() if target is None else tuple(_mappings(one, association, target)),
        collections=(target.variable,) if target is not None and target.is_collection else (),
    )


def _seen(one: _Element, association: DataAssociation, reference: str) -> None:
    """Complain about an item that is not what its variable means where the association stands."""
    item = one.items.get(reference)
    if item is None:
        one.flag("data-reference", f"The data item {reference!r} does not exist.", association)
    elif (
        item.kind != "dataStore"
        and item.owner != one.drawn.id
        and _nearest(one, item.variable) != item
    ):
        told = f"Nothing, or something else, is called {item.variable!r} here than {item.id!r}."
        one.flag("data-shadowed", told, association)


def _nearest(one: _Element, variable: str) -> Item | None:
    """The item that a variable means outside an element: the innermost."""
    drawing = one.linking.drawing
    scope = drawing.scope_of.get(one.drawn.id)
    while scope is not None:
        for identity, item in drawing.items.items():
            if item.id == identity and item.owner == scope.owner.id and item.variable == variable:
                return item
        scope = scope.parent
    return None


def _names(one: _Element, references: Iterable[str]) -> Iterator[str]:
    """The variables that must be there; the item of a loop is there, whatever it is."""
    for reference in references:
        item = one.items.get(reference)
        if item is not None and not _is_input_item(one, reference):
            yield item.variable


def _mappings(
    one: _Element, association: DataAssociation, target: Item
) -> Iterator[VariableMapping]:
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
        yield from _copied(one, association, target)


def _copied(one: _Element, association: DataAssociation, target: Item) -> Iterator[VariableMapping]:
    """Copy: without a transformation "only one source MUST be defined" (§10.4.2)."""
    if len(association.sources) != 1:
        message = "An association with several sources says by a transformation what it moves."
        one.flag("data-association", message, association)
    source = one.items.get(association.sources[0]) if association.sources else None
    if source is not None:
        value = one.linking.feel(source.variable, "data item", one.drawn, association.place)
        if value is not None:
            yield VariableMapping(source=value, target=(target.variable,))


def _path(
    one: _Element, association: DataAssociation, goal: Formal, target: Item
) -> tuple[str, ...] | None:
    """Where an assignment puts its value: the target, or a path inside it."""
    path = tuple(part.strip() for part in goal.text.removeprefix("=").split("."))
    if path[0] == target.variable and all(VARIABLE.fullmatch(part) for part in path):
        return path
    message = f"The assignment goes to {goal.text!r}; say {target.variable!r}, or a path in it."
    one.flag("data-association", message, association)
    return None


# --- sets --------------------------------------------------------------------------------------


def _input_sets(
    one: _Element, drawn: Sequence[DrawnSet], associations: Sequence[DataAssociation]
) -> tuple[DataSet, ...]:
    """What may begin the element; without a set drawn, all its inputs are one."""
    if not associations and not (isinstance(one.drawn, Process) and [*one.own("input")]):
        return ()
    inputs = {item.id for item in one.own("input")}
    body = one.loop.input_ref if one.loop is not None else None
    return tuple(
        DataSet(
            id=each.id,
            needs=_all_needed(one, each, associations),
            moves=tuple(_moving(each, associations, inputs, body)),
            optional=tuple(
                index
                for index, association in enumerate(associations)
                if association.target in each.optional
            ),
        )
        for each in drawn or (_everything(one, inputs),)
    )


def _everything(one: _Element, items: Iterable[str]) -> DrawnSet:
    return DrawnSet(id=one.drawn.id, items=tuple(items), place=one.drawn.place)


def _moving(
    each: DrawnSet, associations: Sequence[DataAssociation], inputs: set[str], body: str | None
) -> Iterator[int]:
    for index, association in enumerate(associations):
        wanted = association.target not in inputs or association.target in each.items
        if wanted and association.target not in (*each.optional, body):
            yield index


def _all_needed(
    one: _Element, each: DrawnSet, associations: Sequence[DataAssociation]
) -> tuple[str, ...]:
    """What a set needs: the sources of what it moves; of a process, the inputs themselves."""
    inputs = {item.id for item in one.own("input")}
    needed = [
        name
        for association in associations
        if association.target not in inputs or association.target in each.items
        if association.target not in each.optional
        for name in _names(one, association.sources)
    ]
    if isinstance(one.drawn, Process):
        needed += _names(one, [name for name in each.items if name not in each.optional])
    return tuple(dict.fromkeys(needed))


def _output_sets(
    one: _Element, drawn: Sequence[DrawnSet], associations: Sequence[DataAssociation]
) -> tuple[DataSet, ...]:
    outputs = {item.id for item in one.own("output")}
    if not associations and not outputs:
        return ()
    body = one.loop.output_ref if one.loop is not None else None
    return tuple(
        DataSet(
            id=each.id,
            needs=tuple(
                _names(one, [name for name in each.items if name not in (*each.optional, body)])
            ),
            moves=tuple(
                index
                for index, association in enumerate(associations)
                if _brings(association, each, outputs, body)
            ),
            optional=tuple(
                index
                for index, association in enumerate(associations)
                if set(association.sources) & set(each.optional)
            ),
        )
        for each in drawn or (_everything(one, outputs),)
    )


def _brings(
    association: DataAssociation, each: DrawnSet, outputs: set[str], body: str | None
) -> bool:
    own = [name for name in association.sources if name in outputs]
    if body in own or set(own) & set(each.optional):
        return False
    return not own or any(name in each.items for name in own)


def _with_partners(data: Data, inputs: Sequence[DrawnSet], outputs: Sequence[DrawnSet]) -> Data:
    """Which output sets may follow which input sets: as either side says (§10.4.1)."""
    if not any(one.partners for one in (*inputs, *outputs)):
        return data
    linked = []
    for drawn, each in zip(inputs, data.input_sets, strict=False):
        named = {*drawn.partners, *(one.id for one in outputs if drawn.id in one.partners)}
        partners = tuple(index for index, one in enumerate(outputs) if one.id in named)
        linked.append(replace(each, partners=partners))
    return replace(data, input_sets=tuple(linked))


def _awaited(one: _Element, sets: Sequence[DataSet]) -> Expression | None:
    """What is true when one of the input sets is there."""
    if not sets or any(not each.needs for each in sets):
        return None
    choices = (" and ".join(f"{name} != null" for name in each.needs) for each in sets)
    return one.linking.feel(" or ".join(f"({choice})" for choice in choices), "inputs", one.drawn)


# --- multi-instance ----------------------------------------------------------------------------


def _collected(one: _Element, drawn: Sequence[DataAssociation]) -> Iterator[Association]:
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
    one = _Element(linking, activity, drawn)
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


def _collection(one: _Element, activity: Activity, reference: str) -> Expression | None:
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
