"""Rules about BPMN data: items, sets, and the data of multi-instance activities (S31)."""

from collections.abc import Iterator

from workflows.bpmn.compiler.drawing import Drawing, Finding
from workflows.bpmn.compiler.items import VARIABLE, Item, data_of
from workflows.bpmn.compiler.rules.rule import Rule, at
from workflows.bpmn.model import (
    NO_DATA,
    Activity,
    DataItem,
    DataSet,
    Element,
    ElementData,
    GlobalTask,
    MultiInstanceLoop,
    SubProcess,
)
from workflows.bpmn.stores import NAME_LENGTH as STORE_NAME_LENGTH


def _elements(drawing: Drawing) -> Iterator[tuple[Element, ElementData]]:
    for element in (drawing.process, *(node for node, _ in drawing.nodes)):
        data = data_of(element)
        if data is not None:
            yield element, data


def _names(drawing: Drawing) -> Iterator[Finding]:
    taken: dict[tuple[str, str], str] = {}
    for identity, item in drawing.items.items():
        if item.id != identity or not _is_declared(drawing, item):
            continue
        other = taken.setdefault((item.owner, item.variable), item.id)
        if not VARIABLE.fullmatch(item.variable):
            told = f"{item.variable!r} is no name of a variable; name it by letters and digits."
            yield Finding(element=item.id, place=item.place, message=told)
        elif other != item.id:
            told = f"{item.id!r} and {other!r} would both be the variable {item.variable!r}."
            yield Finding(element=item.id, place=item.place, message=told)


def _is_declared(drawing: Drawing, item: Item) -> bool:
    """A data object or store that nothing moves may be called as it likes."""
    return item.kind not in ("dataObject", "dataStore") or item.id in drawing.moved


def _sets(drawing: Drawing) -> Iterator[Finding]:
    for element, data in _elements(drawing):
        yield from _side(element, data.inputs, data.input_sets, "input")
        yield from _side(element, data.outputs, data.output_sets, "output")
        names = {one.id for one in (*data.input_sets, *data.output_sets)}
        for one in (*data.input_sets, *data.output_sets):
            for partner in one.partners:
                if partner not in names:
                    yield at(element, f"The set {partner!r} does not exist here.", one.place)


def _side(
    element: Element, items: tuple[DataItem, ...], sets: tuple[DataSet, ...], side: str
) -> Iterator[Finding]:
    """Every input stands "in one or more InputSets", every output likewise (§10.4.1)."""
    known = {item.id for item in items}
    named = {name for one in sets for name in one.items}
    for one in sets:
        for name in (*one.items, *one.optional):
            if name not in known:
                yield at(element, f"The data {side} {name!r} does not exist here.", one.place)
        for name in one.optional:
            if name not in one.items:
                yield at(element, f"{name!r} is optional in a set it is not in.", one.place)
    for item in items:
        if sets and item.id not in named:
            yield at(element, f"The data {side} {item.id!r} is in no {side} set.", item.place)


def _global_data(drawing: Drawing) -> Iterator[Finding]:
    """The data of a call "MUST exactly match" that of what it calls (§10.3.6)."""
    for node, _ in drawing.nodes:
        called = drawing.definitions.roots.get(getattr(node, "stands_for", None) or "")
        if not isinstance(called, GlobalTask) or not isinstance(node, Activity):
            continue
        theirs, own = called.task.data, node.data
        if theirs != NO_DATA and (_named(own.inputs), _named(own.outputs)) != (
            _named(theirs.inputs),
            _named(theirs.outputs),
        ):
            yield at(node, f"The data inputs and outputs are not those of {called.id!r}.")


def _named(items: tuple[DataItem, ...]) -> list[str]:
    return sorted(item.name or item.id for item in items)


def _while_executing(drawing: Drawing) -> Iterator[Finding]:
    for element, data in _elements(drawing):
        for one in (*data.input_sets, *data.output_sets):
            for name in one.while_executing:
                message = (
                    f"{name!r} would come or go while the activity runs: work is given its input"
                    " when it begins, and answers when it ends."
                )
                yield at(element, message, one.place)


def _stores(drawing: Drawing) -> Iterator[Finding]:
    """What is moved is a data store that is there, and goes the way associations go."""
    for identity, item in drawing.items.items():
        if item.kind == "dataStore" and item.id == identity and item.id in drawing.moved:
            for message in _store_faults(item):
                yield Finding(element=item.id, place=item.place, message=message)
    for element, data in _elements(drawing):
        for association in data.incoming:
            if _is_store(drawing, association.target):
                message = "A data input association fills an input, not a data store"
                yield at(element, f"{message}: write when the element ends.", association.place)
        for association in data.outgoing:
            if any(_is_store(drawing, name) for name in association.sources):
                message = "A data output association moves what its element holds"
                yield at(element, f"{message}, not a data store.", association.place)


def _store_faults(item: Item) -> Iterator[str]:
    if item.store is None:
        yield f"{item.id!r} refers to no data store; name it, or refer to one of this file."
    elif len(item.store.name) > STORE_NAME_LENGTH:
        yield f"The name of a data store has at most {STORE_NAME_LENGTH} characters."
    elif item.store.capacity is not None and item.store.capacity < 1:
        yield f"A data store that holds {item.store.capacity} entries could hold nothing."


def _is_store(drawing: Drawing, name: str | None) -> bool:
    item = drawing.items.get(name or "")
    return item is not None and item.kind == "dataStore"


def _loops(drawing: Drawing) -> Iterator[Finding]:
    for node, _ in drawing.nodes:
        loop = node.loop if isinstance(node, Activity) else None
        if isinstance(loop, MultiInstanceLoop) and isinstance(node, Activity):
            for message in _loop_faults(drawing, node, loop):
                yield at(node, message, loop.place)


def _loop_faults(drawing: Drawing, node: Activity, loop: MultiInstanceLoop) -> Iterator[str]:
    plain = (loop.input_ref, loop.input_item, loop.output_ref, loop.output_item)
    if any(one is not None for one in plain) and _extended(loop):
        yield "The loop names its data by zeebe:loopCharacteristics, or by BPMN: not by both."
    if loop.input_item is not None and loop.input_ref is None:
        yield "An inputDataItem needs a loopDataInputRef."
    if (loop.output_ref is None) != (loop.output_item is None):
        yield "loopDataOutputRef and outputDataItem go together."
    for reference, kind in ((loop.input_ref, "input"), (loop.output_ref, "output")):
        if reference is None:
            continue
        item = drawing.items.get(reference)
        if item is None:
            yield f"The data item {reference!r} does not exist."
        elif isinstance(node, SubProcess) != (item.kind == "dataObject"):
            yield f"This loop names {_WANTED[isinstance(node, SubProcess)]}."
        elif not isinstance(node, SubProcess) and not _is_joined(node, reference, kind):
            yield f"No association alone joins the data {kind} {reference!r} with a collection."


_WANTED = {True: "a data object", False: "a data input or output of its own"}


def _is_joined(node: Activity, reference: str, kind: str) -> bool:
    """An input is filled by one association that copies or transforms; an output is read."""
    if kind == "input":
        filling = [one for one in node.data.incoming if one.target == reference]
        return len(filling) == 1 and not filling[0].assignments
    return any(reference in one.sources for one in node.data.outgoing)


def _extended(loop: MultiInstanceLoop) -> bool:
    return any(
        extension.name == "loopCharacteristics" and any(extension.attributes.values())
        for extension in loop.extensions
    )


def _visual_data(drawing: Drawing) -> Iterator[Finding]:
    for scope in drawing.scopes:
        for data in scope.owner.content.data:
            moved = drawing.items[data.id].id in drawing.moved if data.id in drawing.items else True
            if data.kind != "dataObjectReference" and not moved:
                message = f"No association reads this {data.kind} or writes to it: a picture."
                yield at(data, message)


RULES = (
    Rule(
        code="data-name",
        clause="S31",
        summary="Data items are variables; each of an element has a name of its own.",
        check=_names,
    ),
    Rule(
        code="data-set",
        clause="BPMN 2.0.2 §10.4.1",
        summary="Every data input and output stands in a set, and sets name what there is.",
        check=_sets,
    ),
    Rule(
        code="global-task-data",
        clause="BPMN 2.0.2 §10.3.6",
        summary="A call of a global task has the data inputs and outputs of that task.",
        check=_global_data,
    ),
    Rule(
        code="data-while-executing",
        clause="BPMN 2.0.2 §10.4.1",
        summary="Inputs are there when an activity begins, outputs when it ends.",
        check=_while_executing,
    ),
    Rule(
        code="data-store",
        clause="BPMN 2.0.2 §10.4.1",
        summary="A data store that is moved exists, is read into inputs, written from outputs.",
        check=_stores,
    ),
    Rule(
        code="loop-data",
        clause="BPMN 2.0.2 §10.3.8",
        summary="A loop over data names its collections and items as its kind of activity may.",
        check=_loops,
    ),
    Rule(
        code="data-visual",
        clause="S31",
        summary="Data objects and stores without associations are pictures.",
        check=_visual_data,
        severity="warning",
    ),
)
