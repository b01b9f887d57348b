"""Data stores: jobs read them before the inputs are filled, and write when the element ends (S31).

"A Data Store provides a mechanism for Activities to retrieve or update stored information that
will persist beyond the scope of the Process" (BPMN 2.0.2 §10.4.1). It lies outside, so reading and
writing are jobs in nodes inside the element: each has its retries, its incident and its effect key
like every other, and the element goes on when it has answered.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from workflows.bpmn.interpreter.state import Instance
from workflows.bpmn.interpreter.tokens import create
from workflows.bpmn.interpreter.turn import Stuck, Turn
from workflows.bpmn.interpreter.variables import MAPPING, evaluate, evaluate_text, storable
from workflows.bpmn.program import NOWHERE, Association, Data, Store, Text
from workflows.bpmn.stores import WRITES
from workflows.feel import Value

Scope = Mapping[str, Value]


def is_read(turn: Turn, data: Data, instance: Instance) -> bool:
    """Tell whether the data stores have answered that the element reads; else let a job ask them.

    Of an activity that loops, the body reads for the collection, each instance for its inputs.
    """
    reader = data.reader if instance.loop is None else data.collection_reader
    if reader == NOWHERE or instance.read is not None:
        return True
    if not instance.children:
        create(turn, turn.nodes[reader], instance)
    return False


def store(turn: Turn, data: Data, instance: Instance, found: list[Value]) -> None:
    """Let a job write to data stores; the element leaves when it has."""
    if found:
        storable(found, "What is written to data stores")
        create(turn, turn.nodes[data.writer], instance).locals = {WRITES: found}


def writes(turn: Turn, association: Association, scope: Scope) -> Iterator[Value]:
    """Evaluate what one association writes to its data store."""
    target = association.store
    if target is None:
        raise AssertionError("Expected an association to a data store, but it is none")
    for one in association.writes:
        value = evaluate(turn, one.source, scope, f"Data for '{target.name}'", MAPPING)
        if target.is_collection and not isinstance(value, list):
            raise Stuck("data-not-collection", f"'{target.name}' is a collection; this is no list.")
        path: list[Value] = [_key(turn, part, scope, target) for part in one.path]
        capacity = None if target.capacity is None else Decimal(target.capacity)
        yield {"store": target.name, "path": path, "value": value, "capacity": capacity}


def _key(turn: Turn, part: Text, scope: Scope, target: Store) -> str:
    """Evaluate the name of a part of a data store."""
    value, reason = evaluate_text(turn, part, scope, f"Key in '{target.name}'")
    if isinstance(value, str) and value:
        return value
    if isinstance(value, Decimal) and value.is_finite():
        return format(value.normalize() + 0, "f")
    raise Stuck("data-key-invalid", f"A key in '{target.name}' is no text and no number{reason}.")
