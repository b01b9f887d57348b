"""BPMN data: inputs are filled before an element begins, outputs carried out when it ends (S31).

"Each defined InputSet element will be evaluated in the order they are included … The first InputSet
where all data inputs are available … is used to start the execution of the Activity. If no InputSet
is available, then the execution will wait until this condition is met" (BPMN 2.0.2 §10.4.2). A data
item is available when its variable is not null.
"""

from collections.abc import Iterable, Mapping

from workflows.bpmn.interpreter.data_stores import store, writes
from workflows.bpmn.interpreter.state import NOTHING, Instance
from workflows.bpmn.interpreter.tokens import create
from workflows.bpmn.interpreter.turn import Stuck, Turn
from workflows.bpmn.interpreter.variables import (
    NO_VARIABLES,
    mapped,
    visible,
    write_local,
    write_up,
)
from workflows.bpmn.program import Association, Data, DataSet, Node
from workflows.feel import Value

Scope = Mapping[str, Value]


# --- in ----------------------------------------------------------------------------------------


def is_supplied(turn: Turn, data: Data, instance: Instance) -> bool:
    """Choose the first input set that is available; else begin to wait for one."""
    if not data.input_sets:
        return True
    chosen = _available(data.input_sets, visible(instance))
    if chosen == NOTHING:
        if not instance.children:
            create(turn, turn.nodes[data.waiter], instance)
        return False
    instance.chosen = chosen
    return True


def fill(turn: Turn, data: Data, instance: Instance) -> None:
    """Make the element's own variables, and let its input associations fill them."""
    known = instance.locals or {}
    values: dict[str, Value] = {name: None for name in data.declares if name not in known}
    if data.input_sets:
        chosen = data.input_sets[instance.chosen]
        scope = visible(instance, instance.read or NO_VARIABLES)
        for association in _moved(data.takes, chosen, scope):
            values |= _moves(turn, association, scope, values)
    instance.read = None
    write_local(turn, instance, values)


def _available(sets: Iterable[DataSet], scope: Scope) -> int:
    for index, one in enumerate(sets):
        if _are_there(one.needs, scope):
            return index
    return NOTHING


def _are_there(names: Iterable[str], scope: Scope) -> bool:
    return all(scope.get(name) is not None for name in names)


def _moved(
    associations: tuple[Association, ...], chosen: DataSet, scope: Scope
) -> Iterable[Association]:
    """List the associations of a set; those of optional items only with their sources there."""
    wanted = {*chosen.moves}
    wanted.update(
        index for index in chosen.optional if _are_there(associations[index].sources, scope)
    )
    return [associations[index] for index in sorted(wanted)]


def _moves(turn: Turn, association: Association, scope: Scope, goal: Scope) -> dict[str, Value]:
    """Evaluate what one association moves; nothing is written yet."""
    results = mapped(turn, association.mappings, scope, goal, "Data")
    for name in association.collections:
        if not isinstance(results.get(name), list):
            raise Stuck("data-not-collection", f"'{name}' is a collection; what came is no list.")
    return results


# --- out ---------------------------------------------------------------------------------------


def keep(turn: Turn, data: Data, instance: Instance) -> None:
    """Keep inside what the work brought, where data outputs say what goes out."""
    if data.keeps and instance.payload and instance.loop is None:
        payload, instance.payload = instance.payload, None
        write_local(turn, instance, payload)


def bring_out(turn: Turn, node: Node, data: Data, instance: Instance) -> None:
    """Let the output associations of the first output set that is available fill their targets.

    "If no OutputSet is available, then a run-time exception is thrown" (§10.4.2): an incident.
    """
    if not data.output_sets:
        return
    scope = visible(instance)
    chosen = _output_set(node, data, instance, scope)
    stored: list[Value] = []
    for association in _moved(data.gives, chosen, scope):
        start = instance.parent
        if association.store is not None:
            stored += writes(turn, association, visible(instance))
        elif start is not None:
            _write(turn, association, instance, start)
    store(turn, data, instance, stored)


def _output_set(node: Node, data: Data, instance: Instance, scope: Scope) -> DataSet:
    sets = data.output_sets
    allowed = data.input_sets[instance.chosen].partners if data.input_sets else ()
    if allowed:
        sets = tuple(data.output_sets[index] for index in allowed)
    index = _available(sets, scope)
    if index != NOTHING:
        return sets[index]
    missing = dict.fromkeys(name for one in sets for name in one.needs if scope.get(name) is None)
    told = f"No output set of '{node.id}' is complete; missing: {', '.join(missing)}."
    raise Stuck("output-unavailable", told)


def _write(turn: Turn, association: Association, instance: Instance, start: Instance) -> None:
    if association.is_local:
        values = _moves(turn, association, visible(instance), instance.locals or {})
        write_local(turn, instance, values)
    else:
        write_up(turn, start, _moves(turn, association, visible(instance), visible(start)))


def collected(
    turn: Turn, data: Data, body: Instance, results: dict[str, Value]
) -> dict[str, Value]:
    """Let the associations of a multi-instance body bring out the collection it has gathered."""
    if not data.collected or body.parent is None:
        return results
    found: dict[str, Value] = {}
    stored: list[Value] = []
    for association in data.collected:
        scope = visible(body, results)
        if association.store is not None:
            stored += writes(turn, association, scope)
        else:
            found |= _moves(turn, association, scope, visible(body.parent, found))
    store(turn, data, body, stored)
    return found
